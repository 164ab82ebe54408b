"""A month of a busy team: who is asked, when, how often, and how many mails everybody gets.

How they live stands in month.py. What is expected of the times is read off the clock on the wall (tests/clocks.py), not
worked out by the code that is on trial.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

import pytest

from accounts.models import MailState, Message, OutgoingMail, User
from delegation.checkins import MOST_NUDGES, Trigger
from tasks.models import OPEN_CHECKINS, Checkin, CheckinRule, CheckinState, Event, Turn
from tests.clocks import looks_at_work, looks_off, looks_quiet
from tests.conftest import Cast, Mailbox
from tests.trials.month import BEGAN, DAYS, ENDED, TICK, Month

pytestmark = [pytest.mark.mail, pytest.mark.django_db]


def test_a_month(cast: Cast, mailbox: Mailbox, say: Callable[[str], None]) -> None:
    began = time.monotonic()
    month = Month(cast)
    month.run()
    say(f"{month.moments} moments of a month in {time.monotonic() - began:.0f} s")
    say(f"Mails if each message were one at once, and as they were:\n\n{summary(month)}\n\n{day_by_day(month)}")
    asked_once_and_in_working_time(month)
    on_each_day_of_the_rule(month)
    nobody_was_forgotten()
    turns_were_reminded_of_twice_at_most()
    mailed_once_and_when_they_could_be_reached(month, mailbox)


# --- check-ins ----------------------------------------------------------------------------------------------------


def asked_once_and_in_working_time(month: Month) -> None:
    """Every check-in is asked once, reminded of at most once and escalated at most once, each while they work."""
    asked = list(Checkin.objects.exclude(asked_at=None).select_related("rule"))
    assert len(asked) > 200
    assert {checkin.rule.trigger for checkin in asked if checkin.rule} == set(Trigger)
    keys = Counter(key.partition(":")[0] for key in Message.objects.values_list("dedup_key", flat=True))
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    reminded = [checkin for checkin in asked if checkin.reminded_at]
    escalated = [checkin for checkin in asked if checkin.escalated_at]
    assert keys["checkin"] == kinds["checkin-asked"] == len(asked)
    assert keys["checkin-reminder"] == kinds["checkin-reminded"] == len(reminded)
    assert keys["checkin-silent"] == kinds["checkin-escalated"] == len(escalated)
    for checkin in asked:
        if not (checkin.rule and checkin.rule.any_time):
            working = month.working[checkin.assistant_id]
            for moment in filter(None, (checkin.asked_at, checkin.reminded_at, checkin.escalated_at)):
                assert looks_at_work(working, moment), f"{checkin.assistant_id} at {moment}"


def on_each_day_of_the_rule(month: Month) -> None:
    """Who is asked on weekdays at 15:00 is asked at 15:00 on each day they work, on both sides of 25 October."""
    for rule in CheckinRule.objects.filter(trigger="weekdays", weekdays="01234").select_related("task__assistant"):
        person = rule.task.assistant
        assert person
        working = month.working[person.pk]
        checkins = rule.checkins.filter(assistant=person)
        handed_in = rule.task.events.filter(kind__in=["deliver", "submit-findings"]).first()
        last = handed_in.at if handed_in else ENDED
        expected = []
        for number in range(DAYS):
            day = BEGAN.astimezone(person.zone).date() + timedelta(days=number)
            hours = working.hours[day.weekday()]
            if hours and day.weekday() < 5 and not looks_off(working.reach, day):
                at = datetime.combine(day, max(clock_time(15), hours[0]), person.zone).astimezone(UTC)
                expected += [at] if rule.task.started_at and rule.task.started_at < at < last else []
        found = checkins.exclude(asked_at=None).order_by("asked_at").values_list("asked_at", flat=True)
        assert [*found] == expected, f"{rule.task} of {person}"


def nobody_was_forgotten() -> None:
    """Nothing came too late, and whatever is due is still to come."""
    assert not Event.objects.filter(kind="checkin-missed").exists()
    assert not Checkin.objects.filter(state=CheckinState.DUE, due_at__lt=ENDED - TICK).exists()
    assert not Checkin.objects.filter(state__in=OPEN_CHECKINS[:2], next_step_at__lt=ENDED - TICK).exists()


def turns_were_reminded_of_twice_at_most() -> None:
    nudges = Counter(Turn.objects.values_list("nudges", flat=True))
    assert set(nudges) <= set(range(MOST_NUDGES + 1))
    assert nudges[1]
    assert nudges[2]
    told = Message.objects.filter(template="nudge").count()
    assert told == sum(number * turns for number, turns in nudges.items())


# --- mail ---------------------------------------------------------------------------------------------------------


def mailed_once_and_when_they_could_be_reached(month: Month, mailbox: Mailbox) -> None:
    mails = list(OutgoingMail.objects.prefetch_related("messages"))
    assert {mail.state for mail in mails} == {MailState.SENT}
    taken = Counter(str(mail["Message-ID"]) for mail in mailbox.messages)
    assert taken == {mail.message_id: 1 for mail in mails}
    for mail in mails:
        reach = month.working[mail.recipient_id].reach  # type: ignore[index]
        assert mail.sent_at
        local = mail.sent_at.astimezone(reach.zone)
        assert not looks_quiet(reach, mail.sent_at), f"{mail} at {local}"
        assert not looks_off(reach, local.date()), f"{mail} at {local}"


# --- how many -----------------------------------------------------------------------------------------------------


def per_day(person: User, moments: Iterable[datetime]) -> Counter[date]:
    """How many a day, on their own calendar."""
    return Counter(moment.astimezone(person.zone).date() for moment in moments)


def before_and_after(person: User) -> tuple[Counter[date], Counter[date]]:
    """Mails a day if each message were a mail at once, and as they were."""
    told = Message.objects.filter(recipient=person).values_list("created_at", flat=True)
    sent = OutgoingMail.objects.filter(recipient=person, state=MailState.SENT).values_list("sent_at", flat=True)
    return per_day(person, told), per_day(person, filter(None, sent))


def summary(month: Month) -> str:
    """As a table for docs/."""
    lines = [
        "| who | in the daily summary | mails before | a day | most | mails after | a day | most | fewer |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for person in month.people:
        before, after = before_and_after(person)
        kinds = sorted(person.message_preferences.values_list("kind", flat=True))
        cells = [f"{days.total()} | {days.total() / DAYS:.1f} | {max(days.values())}" for days in (before, after)]
        fewer = f"{1 - after.total() / before.total():.0%}"
        lines.append(f"| {person.short_name} | {', '.join(kinds) or 'nothing'} | {' | '.join(cells)} | {fewer} |")
    return "\n".join(lines)


def day_by_day(month: Month) -> str:
    """The same for each day."""
    counts = [before_and_after(person) for person in month.people]
    lines = ["day         " + "".join(f"{person.short_name:>10}" for person in month.people)]
    for number in range(DAYS):
        day = date(2026, 10, 5) + timedelta(days=number)
        cells = [f"{before[day]:>4} → {after[day]:<2}" for before, after in counts]
        lines.append(f"{day:%a %d %b}  " + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)
