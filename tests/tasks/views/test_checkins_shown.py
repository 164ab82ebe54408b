"""What both people see of the check-ins of a task, and of what was logged on it."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from delegation.checkins import Rule
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.checkins import answer_checkin, pause_checkin_rule
from tasks.actions.entries import log_work
from tasks.actions.expenses import log_expense
from tasks.models import Checkin, CheckinRule, CheckinState, Task
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of

NOW = reverse("now")
EVERY_AFTERNOON = Rule.from_code("weekdays 15:00")
AFTER_TWO_HOURS = Rule.from_code("after_work 2")


def running(cast: Cast, now: datetime, *codes: str, **fields: Any) -> Task:
    """A task of Sam's that goes by these rules."""
    rules = [Rule.from_code(code) for code in codes]
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, rules=rules, **fields)


def put(task: Task, state: CheckinState, now: datetime) -> Checkin:
    """The check-in of the task's only rule that is due, as if sweeps had brought it this far."""
    ago = [now - timedelta(hours=hours) for hours in (5, 3, 1)]
    asked, reminded, escalated = ago
    Checkin.objects.filter(task=task).update(
        state=state, due_at=asked, asked_at=asked, reminded_at=reminded, escalated_at=escalated
    )
    return Checkin.objects.get(task=task)


def plain(page: Any) -> str:
    """The words on the page, each with one space between."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(page)).replace("\xa0", " ").split())


def pages_of(task: Task, person: User, client_for: ClientFor) -> tuple[str, str]:
    """What this person reads on the page of the task, and on Now."""
    client = client_for(person)
    return plain(client.get(task.get_absolute_url())), plain(client.get(NOW))


@pytest.mark.parametrize(
    ("code", "on_page", "on_now"),
    [
        ("weekdays 15:00", "Next: today 15:00 every weekday at 15:00", "today 15:00 every weekday at 15:00"),
        ("every_days 2 11:00", "Next: Wed 25 Nov 11:00 every 2 days at 11:00",
         "Wed 25 Nov 11:00 every 2 days at 11:00"),
        ("at 2026-11-24T09:00:00+00:00", "Next: tomorrow 10:00", "tomorrow 10:00"),
        ("after_work 2", "after 2 hours of work · 1 hour 20 min logged so far",
         "after 2 hours of work 1 hour 20 min logged so far"),
        ("time_used 80", "when 80 % of the time is used · 1 hour 20 min logged so far",
         "when 80 % of the time is used 1 hour 20 min logged so far"),
        ("money_used 80", "when 80 % of the money is used · € 12.50 spent so far",
         "when 80 % of the money is used € 12.50 spent so far"),
    ],
)  # fmt: skip
def test_both_see_what_comes_next_and_why(
    code: str, on_page: str, on_now: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = running(cast, now, code, time_limit=360)
    log_work(task_id=task.pk, by=cast.assistant, minutes=80, day=now.date(), now=now)
    log_expense(task_id=task.pk, by=cast.assistant, amount=Decimal("12.50"), what="Ink", now=now)
    for person in (cast.owner, cast.assistant):
        page, overview = pages_of(task, person, client_for)
        assert on_page in page
        assert on_now in overview
        assert "1 hour 20 min of 6 hours" in page
        assert "€ 12.50 of € 100" in page


@pytest.mark.parametrize(
    ("state", "words", "told"),
    [
        (CheckinState.ASKED, "asked today 05:00", None),
        (CheckinState.REMINDED, "asked today 05:00, reminded today 07:00", None),
        (CheckinState.ESCALATED, "no answer since today 05:00", "Eva was told today 09:00"),
    ],
)
def test_both_see_how_far_a_check_in_without_an_answer_is(
    state: CheckinState, words: str, told: str | None, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = running(cast, now, "weekdays 15:00")
    put(task, state, now)
    for person in (cast.owner, cast.assistant):
        page, overview = pages_of(task, person, client_for)
        assert words in page.lower()
        assert words in overview
        assert told is None or told in page


def test_a_rule_that_rests_says_so_and_can_go_on(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now, "weekdays 15:00")
    rule = CheckinRule.objects.get()
    owner, path = client_for(cast.owner), task.get_absolute_url()
    assert f"{path}pause-checkin-rule/" in text_of(owner.get(path))
    page = owner.post(f"{path}pause-checkin-rule/", {"rule": rule.pk}, follow=True)
    assert "every weekday at 15:00 · paused" in plain(page)
    assert "Next:" not in plain(page)
    assert "paused every weekday at 15:00" in plain(owner.get(NOW))
    assert "· paused" in plain(client_for(cast.assistant).get(path))
    page = owner.post(f"{path}resume-checkin-rule/", {"rule": rule.pk}, follow=True)
    assert "Next: today 15:00" in plain(page)


def test_pausing_is_for_who_hands_over(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now, "weekdays 15:00")
    assert "pause-checkin-rule" not in text_of(client_for(cast.assistant).get(task.get_absolute_url()))


def test_without_a_rule_to_name_there_is_no_form(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now, "weekdays 15:00")
    client, path = client_for(cast.owner), task.get_absolute_url()
    assert "every weekday at 15:00" in plain(client.get(f"{path}pause-checkin-rule/"))
    assert client.get(f"{path}resume-checkin-rule/").status_code == 409
    pause_checkin_rule(task_id=task.pk, by=cast.owner, rule_id=CheckinRule.objects.get().pk, now=now)
    assert client.get(f"{path}pause-checkin-rule/").status_code == 409


def test_a_rule_that_asks_once_says_when_that_is_over(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now, "after_start 1")
    asked = put(task, CheckinState.ASKED, now)
    answer_checkin(
        task_id=task.pk, by=cast.assistant, checkin_id=asked.pk, mood="at_risk", percent=40,
        finish_at=(now + timedelta(days=2)).date(), now=now,
    )  # fmt: skip
    page, overview = pages_of(task, cast.owner, client_for)
    assert "At risk 40 % today 10:00 · ready on Wed 25 Nov" in page
    assert "1 hour after the start · has been asked" in page
    assert "1 hour after the start" not in overview


def test_who_never_works_is_never_asked_and_that_is_said(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    cast.assistant.working_hours = [None] * 7
    cast.assistant.save()
    task = running(cast, now, "weekdays 15:00")
    assert "Sam has no working hours, so these can't be asked." in pages_of(task, cast.owner, client_for)[0]


def test_it_is_said_whose_clock_a_rule_goes_by(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now, "weekdays 15:00")
    said = "The times of a rule are on the clock of Sam."
    assert said not in pages_of(task, cast.owner, client_for)[0]
    cast.assistant.time_zone = "Asia/Manila"
    cast.assistant.save()
    assert said in pages_of(task, cast.owner, client_for)[0]
    assert said not in pages_of(task, cast.assistant, client_for)[0]


def test_before_the_start_the_rules_are_there_and_nothing_is_counted(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, rules=[EVERY_AFTERNOON, AFTER_TWO_HOURS])
    page, _overview = pages_of(task, cast.owner, client_for)
    assert "every weekday at 15:00" in page
    assert "after 2 hours of work" in page
    assert "logged so far" not in page
    assert "Logged so far" not in page


@pytest.mark.parametrize("person", ["owner", "assistant"])
def test_many_rules_take_no_more_queries_than_one(
    person: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    client = client_for(getattr(cast, person))
    task = running(cast, now, "weekdays 15:00")
    few = [queries_of(partial(client.get, path)) for path in (task.get_absolute_url(), NOW)]
    codes = ["after_work 2", "time_used 50", "money_used 80", "every_hours 4", "at 2026-11-24T09:00:00+00:00"]
    for _number in range(10):
        task = running(cast, now, *codes, time_limit=360)
        log_work(task_id=task.pk, by=cast.assistant, minutes=130, day=now.date(), now=now)
    assert [queries_of(partial(client.get, path)) for path in (task.get_absolute_url(), NOW)] == few
    assert few[0] <= 8
    assert few[1] <= 10


# --- logging ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minutes"), [("1:30", 90), ("1,5 uur", 90), ("90 min", 90), ("2", 120), ("24", 1440)]
)
def test_time_is_logged_as_people_write_it(
    typed: str, minutes: int, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = running(cast, now)
    client, path = client_for(cast.assistant), f"{task.get_absolute_url()}log-work/"
    assert 'value="2026-11-23"' in text_of(client.get(path))
    page = client.post(path, {"minutes": typed, "day": "2026-11-23", "note": "Called around"}, follow=True)
    assert "Logged:" in plain(page)
    assert "Called around" in plain(page)
    entry = task.time_entries.get()
    assert (entry.minutes, entry.day.isoformat(), entry.user) == (minutes, "2026-11-23", cast.assistant)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "24:01"}, "minutes"),
        ({"minutes": "a while"}, "minutes"),
        ({"minutes": ""}, "minutes"),
        ({"day": "2026-11-24"}, "day"),
        ({"day": "2025-11-20"}, "day"),
    ],
)
def test_time_that_cannot_be_is_refused_and_kept(
    sent: dict[str, str], field: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = running(cast, now)
    path = f"{task.get_absolute_url()}log-work/"
    page = client_for(cast.assistant).post(path, {"minutes": "1", "day": "2026-11-23", "note": "My words", **sent})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "My words" in text_of(page)
    assert sent[field] in text_of(page)
    assert not task.time_entries.exists()


def test_money_is_logged_in_the_currency_of_the_team(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now)
    client, path = client_for(cast.assistant), f"{task.get_absolute_url()}log-expense/"
    assert "In EUR." in plain(client.get(path))
    page = client.post(path, {"amount": "€ 12,50", "what": "Ink"}, follow=True)
    assert "€ 12.50 of € 100" in plain(page)
    for amount in ("0", "-1", "", "lots"):
        assert client.post(path, {"amount": amount, "what": "Ink"}).status_code == 422


def test_the_same_entry_counts_once(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = running(cast, now)
    client, path = client_for(cast.assistant), f"{task.get_absolute_url()}log-work/"
    entry = client.get(path).context["form"]["entry"].value()
    sent = {"minutes": "1", "day": "2026-11-23", "entry": str(entry)}
    assert client.post(path, sent).status_code == 302
    again = client.post(path, sent)
    assert again.status_code == 409
    assert "This has been logged already. It is counted once." in text_of(again)
    assert task.time_entries.count() == 1
