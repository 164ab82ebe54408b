"""Messages that are due become mails: bundled by reader and task, one summary a day, each message once."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts import posting
from accounts.models import How, Message, MessageKind, MessagePreference, OutgoingMail, User
from accounts.outbox import Tell, mark_done, post_letters, tell
from accounts.timing import BUNDLE_FOR
from tests.accounts.conftest import at, queries_of
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.threads import at_once

Told = Callable[..., Message]
Telling = Callable[..., Tell]


def mails() -> list[set[str]]:
    """The dedup keys of the messages in each mail."""
    found = OutgoingMail.objects.prefetch_related("messages").order_by("created_at", "id")
    return [{message.dedup_key for message in mail.messages.all()} for mail in found]


def prefer(user: User, how: How, *kinds: MessageKind) -> None:
    for kind in kinds:
        MessagePreference.objects.update_or_create(user=user, kind=kind, defaults={"how": how})


# --- one message --------------------------------------------------------------------------------------------------


def test_a_message_that_is_due_becomes_a_mail(cast: Cast, told: Told, now: datetime) -> None:
    message = told(must_do=True)
    assert post_letters(now=now + BUNDLE_FOR - timedelta(microseconds=1)) == 0
    assert post_letters(now=now + BUNDLE_FOR) == 1
    mail = OutgoingMail.objects.get()
    message.refresh_from_db()
    assert (message.mail, message.mail_at) == (mail, None)
    assert (mail.recipient, mail.to_address, mail.kind) == (cast.owner, cast.owner.email, MessageKind.ANSWER)
    assert (mail.thread, mail.language, mail.time_zone) == ("lunch", "en", "Europe/Amsterdam")
    assert (mail.next_attempt_at, mail.message_id) == (now + BUNDLE_FOR, f"<{mail.id}@handover>")


def test_posting_again_posts_nothing(told: Told, now: datetime) -> None:
    told()
    assert [post_letters(now=now + timedelta(hours=1)) for _ in range(2)] == [1, 0]


def test_a_message_that_lost_its_mail_is_not_mailed_again(told: Told, now: datetime) -> None:
    told()
    post_letters(now=now + BUNDLE_FOR)
    OutgoingMail.objects.all().delete()
    assert post_letters(now=now + timedelta(days=1)) == 0


def test_what_was_read_in_the_app_is_not_mailed(told: Told, now: datetime) -> None:
    message = told()
    Message.objects.filter(pk=message.pk).update(read_at=now)
    assert post_letters(now=now + timedelta(days=1)) == 0


def test_what_was_done_in_the_app_is_not_mailed(cast: Cast, told: Told, now: datetime) -> None:
    told(must_do=True)
    mark_done(thread="lunch", user=cast.owner, now=now)
    assert post_letters(now=now + timedelta(days=1)) == 0


# --- several about the same task ----------------------------------------------------------------------------------


def test_messages_about_the_same_task_within_five_minutes_become_one_mail(told: Told, now: datetime) -> None:
    first, last = told(), told(now=now + timedelta(minutes=4, seconds=59))
    assert post_letters(now=now + timedelta(minutes=5)) == 1
    told(now=now + timedelta(minutes=5, seconds=1))
    told(now=now + timedelta(minutes=6), thread="flyer")
    assert post_letters(now=now + timedelta(minutes=11)) == 2
    assert mails()[0] == {first.dedup_key, last.dedup_key}


def test_what_goes_to_somebody_else_is_another_mail(cast: Cast, told: Told, now: datetime) -> None:
    told()
    told(to=cast.assistant)
    assert post_letters(now=now + BUNDLE_FOR) == 2


@pytest.mark.parametrize("changes", [{"kind": MessageKind.CHECKIN}, {"urgent": True}])
def test_what_goes_at_once_takes_along_what_waits_for_the_same_task(
    told: Told, now: datetime, changes: dict[str, object]
) -> None:
    waiting, hurry, other = told(), told(**changes), told(thread="flyer")
    assert post_letters(now=now) == 1
    assert mails() == [{waiting.dedup_key, hurry.dedup_key}]
    other.refresh_from_db()
    assert other.mail is None


def test_an_urgent_one_at_night_takes_along_what_waited_for_the_morning(cast: Cast, told: Told) -> None:
    User.objects.filter(pk=cast.owner.pk).update(quiet_from=time(22), quiet_until=time(7), urgent_passes=True)
    cast.owner.refresh_from_db()
    night = at("2026-11-23 23:30")
    waiting, urgent = told(now=night), told(now=night, urgent=True)
    assert post_letters(now=night) == 1
    assert mails() == [{waiting.dedup_key, urgent.dedup_key}]


def test_a_check_in_leads_the_mail_whenever_it_came(told: Told, now: datetime) -> None:
    told()
    question = told(kind=MessageKind.CHECKIN)
    told(kind=MessageKind.YOUR_TURN)
    post_letters(now=now)
    mail = OutgoingMail.objects.get()
    assert (mail.id, mail.kind) == (question.id, MessageKind.CHECKIN)


def test_among_the_same_kind_the_newest_leads_the_mail(told: Told, now: datetime) -> None:
    told()
    newest = told(now=now + timedelta(minutes=1))
    post_letters(now=now + BUNDLE_FOR)
    assert OutgoingMail.objects.get().id == newest.id


def test_messages_about_no_task_are_mails_of_their_own(told: Told, now: datetime) -> None:
    told(thread="")
    told(thread="")
    assert post_letters(now=now) == 2


# --- the summary --------------------------------------------------------------------------------------------------


def test_a_summary_holds_all_of_a_day_for_one_reader(cast: Cast, told: Told, now: datetime) -> None:
    prefer(cast.owner, How.DIGEST, MessageKind.ANSWER, MessageKind.YOUR_TURN)
    keys = {told(thread=thread, kind=kind).dedup_key for thread in "ab" for kind in ("answer", "your_turn")}
    other = told(to=cast.assistant)
    assert post_letters(now=now + BUNDLE_FOR) == 1
    assert post_letters(now=at("2026-11-24 08:30")) == 1
    assert mails() == [{other.dedup_key}, keys]
    assert OutgoingMail.objects.get(recipient=cast.owner).kind == MessageKind.DIGEST


def test_what_is_for_the_summary_does_not_join_other_mail(cast: Cast, told: Told, now: datetime) -> None:
    prefer(cast.owner, How.DIGEST, MessageKind.ANSWER)
    told()
    question = told(kind=MessageKind.CHECKIN)
    assert post_letters(now=now) == 1
    assert mails() == [{question.dedup_key}]


def test_a_summary_is_one_mail_however_small_the_batches(
    cast: Cast, told: Told, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 2)
    prefer(cast.owner, How.DIGEST, MessageKind.ANSWER)
    for number in range(7):
        told(thread=str(number))
    assert post_letters(now=at("2026-11-24 08:30")) == 1
    assert len(mails()[0]) == 7


# --- who changed their mind, or can't be reached any more ---------------------------------------------------------


@pytest.mark.parametrize("change", [{"is_active": False}, {"refusals": 3, "refused_address": "eva@example.com"}])
def test_who_can_not_be_mailed_any_more_is_not(
    cast: Cast, told: Told, now: datetime, change: dict[str, object]
) -> None:
    message = told()
    User.objects.filter(pk=cast.owner.pk).update(**change)
    assert post_letters(now=now + BUNDLE_FOR) == 0
    message.refresh_from_db()
    assert message.mail_at is None


def test_a_kind_that_was_turned_off_meanwhile_is_not_mailed(cast: Cast, told: Told, now: datetime) -> None:
    told()
    prefer(cast.owner, How.NEVER, MessageKind.ANSWER)
    assert post_letters(now=now + BUNDLE_FOR) == 0
    assert not Message.objects.filter(mail_at__isnull=False).exists()


def test_after_hours_without_a_worker_nobody_is_mailed_at_night(cast: Cast, told: Told) -> None:
    User.objects.filter(pk=cast.owner.pk).update(quiet_from=time(22), quiet_until=time(7))
    cast.owner.refresh_from_db()
    told(now=at("2026-11-23 17:00"))
    assert post_letters(now=at("2026-11-23 23:00")) == 0
    assert post_letters(now=at("2026-11-24 06:59")) == 0
    assert post_letters(now=at("2026-11-24 07:00")) == 1


def test_a_clock_that_goes_back_posts_nothing_twice(told: Told, now: datetime) -> None:
    told()
    assert post_letters(now=now + timedelta(hours=1)) == 1
    assert post_letters(now=now - timedelta(days=1)) == 0
    assert post_letters(now=now + timedelta(hours=1)) == 0


def test_a_reader_whose_zone_has_gone_does_not_hold_up_the_others(cast: Cast, told: Told, now: datetime) -> None:
    told()
    told(to=cast.assistant)
    User.objects.filter(pk=cast.owner.pk).update(time_zone="Nowhere/Land", working_hours=["?"])
    assert post_letters(now=now + timedelta(hours=1)) == 2


# --- many, at once, and killed ------------------------------------------------------------------------------------


def test_a_batch_takes_a_fixed_number_of_queries(telling: Telling, db: None, now: datetime) -> None:
    def due(number: int, prefix: str) -> None:
        people = UserFactory.create_batch(number)
        tell([telling(to=person, dedup_key=f"{prefix}{person.pk}", thread="x") for person in people], now=now)

    due(3, "few")
    few = queries_of(lambda: post_letters(now=now + BUNDLE_FOR))
    due(30, "many")
    assert queries_of(lambda: post_letters(now=now + BUNDLE_FOR)) == few


def test_more_than_a_batch_is_posted_in_batches(
    telling: Telling, db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 3)
    people = UserFactory.create_batch(8)
    tell([telling(to=person, dedup_key=str(person.pk)) for person in people], now=now)
    assert post_letters(now=now) == 8


def test_a_poster_that_is_killed_halfway_leaves_nothing_and_the_next_one_does_it_all(
    told: Told, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {told().dedup_key, told().dedup_key}

    def write_and_die(*args: Any) -> None:
        write(*args)
        raise KeyboardInterrupt

    write = posting._write
    with monkeypatch.context() as patch:
        patch.setattr(posting, "_write", write_and_die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            post_letters(now=now + BUNDLE_FOR)
    assert mails() == []
    assert post_letters(now=now + BUNDLE_FOR) == 1
    assert mails() == [keys]


@pytest.mark.django_db(transaction=True)
def test_posters_side_by_side_post_each_message_once_and_tear_nothing_apart(
    cast: Cast, telling: Telling, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 4)
    people = UserFactory.create_batch(12)
    for person in people[:4]:
        prefer(person, How.DIGEST, MessageKind.ANSWER)
    items = [
        telling(to=person, thread=f"task {number % 2}", dedup_key=f"{person.pk}:{number}")
        for person in people
        for number in range(6)
    ]
    assert tell(items, now=now) == 72
    later = at("2026-11-24 08:30")
    found = at_once(*[lambda: post_letters(now=later)] * 4)
    assert not [result for result in found if isinstance(result, Exception)]
    made = sum(result for result in found if isinstance(result, int)) + post_letters(now=later)
    assert made == OutgoingMail.objects.count() == 4 + 8 * 2
    assert not Message.objects.filter(mail__isnull=True).exists()
