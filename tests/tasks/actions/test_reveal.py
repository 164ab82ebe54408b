"""Giving a secret away: who gets it, when, and what is written down before."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry, Membership, Role, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.secrets import Revealed, reveal
from tasks.models import Event, Resource, Reveal, RevealWay, Secret, SecretPart, Task
from tasks.one_time_codes import code_at, normal_form
from tasks.secrets import (
    ASKED_WHY,
    NO_LONGER,
    NOT_LENT,
    NOT_YET,
    NOTHING_THERE,
    SHUT,
    TOO_LONG,
    NotGiven,
    ReasonAsked,
)
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.factories import task_in
from tests.tasks.secrets import KEY, PASSWORD, login_of

LEVEL = LevelKey.PROPOSE


@pytest.fixture
def shop(cast: Cast, now: datetime) -> Resource:
    return login_of(cast, now, one_time_code=KEY)


def ask(resource: Resource, by: User, now: datetime, **options: Any) -> Revealed:
    values: dict[str, Any] = {"part": SecretPart.PASSWORD, "way": RevealWay.SHOWN}
    return reveal(resource=resource, by=by, now=now, **values | options)


def refusal(resource: Resource, by: User, now: datetime, **options: Any) -> NotGiven:
    """Why nothing is given; and nothing is written down then."""
    before = Reveal.objects.count(), AuditEntry.objects.count()
    with pytest.raises(NotGiven) as caught:
        ask(resource, by, now, **options)
    assert (Reveal.objects.count(), AuditEntry.objects.count()) == before
    return caught.value


def lent(shop: Resource, state: State, cast: Cast, now: datetime, **fields: Any) -> Task:
    return task_in(state, LEVEL, cast, now, resources=[shop], **fields)


@pytest.mark.parametrize("person", ["owner", "entrepreneur"])
def test_who_hands_over_in_the_team_always_gets_it(person: str, cast: Cast, shop: Resource, now: datetime) -> None:
    assert ask(shop, getattr(cast, person), now).text == PASSWORD


@pytest.mark.parametrize(
    "state",
    [
        State.IN_PROGRESS,
        State.AWAITING_APPROVAL,
        State.FLAGGED,
        State.DELIVERED,
    ],
)
@pytest.mark.parametrize("person", ["assistant", "guest"])
def test_who_accepted_the_task_gets_it_as_long_as_it_is_open(
    person: str, state: State, cast: Cast, shop: Resource, now: datetime
) -> None:
    somebody = getattr(cast, person)
    task = lent(shop, state, cast, now, assistant=somebody)
    assert ask(shop, somebody, now).text == PASSWORD
    assert Reveal.objects.get().task == task


@pytest.mark.parametrize(
    ("state", "why"),
    [(State.OFFERED, NOT_YET), (State.DONE, NO_LONGER), (State.STOPPED, NO_LONGER), (State.DRAFT, NOT_LENT)],
)
def test_before_they_accept_and_after_it_ended_they_get_nothing(
    state: State, why: str, cast: Cast, shop: Resource, now: datetime
) -> None:
    lent(shop, state, cast, now)
    assert refusal(shop, cast.assistant, now).text == why


@pytest.mark.parametrize("person", ["assistant", "guest", "outsider"])
def test_to_whom_it_is_not_lent_gets_nothing(person: str, cast: Cast, shop: Resource, now: datetime) -> None:
    other = MembershipFactory.create(team=cast.team).user
    lent(shop, State.IN_PROGRESS, cast, now, assistant=other)
    assert refusal(shop, getattr(cast, person), now).text == NOT_LENT


def test_whose_task_went_to_somebody_else_gets_nothing_and_who_got_it_gets_it_after_accepting(
    cast: Cast, shop: Resource, now: datetime
) -> None:
    task = lent(shop, State.IN_PROGRESS, cast, now)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert refusal(shop, cast.assistant, now).text == NOT_LENT
    assert refusal(shop, cast.guest, now).text == NOT_YET
    handing_over.accept_task(task_id=task.pk, by=cast.guest, now=now, read_back="Yes", estimate=None)
    assert ask(shop, cast.guest, now).text == PASSWORD


def test_a_task_of_theirs_that_lends_something_else_gives_nothing(cast: Cast, shop: Resource, now: datetime) -> None:
    lent(login_of(cast, now, name="Bank"), State.IN_PROGRESS, cast, now)
    assert refusal(shop, cast.assistant, now).text == NOT_LENT


def test_what_is_taken_off_the_task_is_not_given_any_more(cast: Cast, shop: Resource, now: datetime) -> None:
    lent(shop, State.IN_PROGRESS, cast, now).resources.clear()
    assert refusal(shop, cast.assistant, now).text == NOT_LENT


def test_who_has_left_the_team_gets_nothing_although_the_task_is_still_theirs(
    cast: Cast, shop: Resource, now: datetime
) -> None:
    lent(shop, State.IN_PROGRESS, cast, now)
    Membership.objects.filter(user=cast.assistant).delete()
    assert refusal(shop, cast.assistant, now).text == NOT_LENT


def test_of_several_tasks_any_that_lends_it_does_and_the_one_named_is_written_down(
    cast: Cast, shop: Resource, now: datetime
) -> None:
    first, second = (lent(shop, State.IN_PROGRESS, cast, now) for _ in range(2))
    lent(shop, State.DONE, cast, now)
    offered = lent(shop, State.OFFERED, cast, now)
    Task.objects.filter(pk=second.pk).update(changed_at=now + timedelta(minutes=1))
    for number, (named, found) in enumerate(((second, second), (first, first), (offered, first))):
        moment = now + timedelta(minutes=number)
        ask(shop, cast.assistant, moment, task_id=named.pk)
        assert Reveal.objects.get(at=moment).task == found


def test_who_hands_over_in_another_team_gets_nothing(cast: Cast, shop: Resource, now: datetime) -> None:
    somebody = MembershipFactory.create(team=cast.other_team, role=Role.ENTREPRENEUR).user
    assert refusal(shop, somebody, now).text == NOT_LENT


# --- what is written down -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "kind"), [(RevealWay.SHOWN, "secret-shown"), (RevealWay.COPIED, "secret-copied")])
def test_it_is_written_down_with_who_when_how_why_and_for_what(
    way: RevealWay, kind: str, cast: Cast, shop: Resource, now: datetime
) -> None:
    task = lent(shop, State.IN_PROGRESS, cast, now)
    moment = now + timedelta(hours=1)
    ask(shop, cast.assistant, moment, way=way, reason="  To order\nthe lunch ")
    row = Reveal.objects.get()
    assert (row.team, row.resource, row.resource_name, row.part) == (cast.team, shop, "Shop", "password")
    assert (row.person, row.task, row.way, row.at) == (cast.assistant, task, way, moment)
    assert row.reason == "To order the lunch"
    entry = AuditEntry.objects.get(kind=kind)
    assert (entry.actor, entry.team, entry.at) == (cast.assistant, cast.team, moment)
    assert entry.data == {
        **{"resource": "Shop", "resource_id": str(shop.pk), "part": "password"},
        **{"reason": "To order the lunch", "task": task.title},
    }


def test_the_secret_stands_in_none_of_it(
    cast: Cast, shop: Resource, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    task = lent(shop, State.IN_PROGRESS, cast, now)
    shown = [ask(shop, cast.assistant, now, part=part) for part in SecretPart]
    written = [*AuditEntry.objects.values(), *Reveal.objects.values(), *Event.objects.filter(task=task).values()]
    for secret in (PASSWORD, KEY, shown[1].text):
        assert secret not in str(written)
        assert secret not in str(shown)
        assert secret not in caplog.text


def test_where_the_log_can_not_be_written_nothing_is_given(
    cast: Cast, shop: Resource, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **values: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("tasks.actions.secrets.note", broken)
    monkeypatch.setattr("tasks.actions.secrets.unseal", lambda *args, **values: pytest.fail("opened before"))
    with pytest.raises(RuntimeError):
        ask(shop, cast.owner, now)
    assert not Reveal.objects.exists()


# --- a reason -------------------------------------------------------------------------------------------------------


@pytest.fixture
def bank(cast: Cast, now: datetime) -> Resource:
    return login_of(cast, now, name="Bank", asks_reason=True)


@pytest.mark.parametrize("reason", ["", "   ", "\x00\n"])
def test_where_a_reason_is_asked_an_assistant_gets_nothing_without_one(
    reason: str, cast: Cast, bank: Resource, now: datetime
) -> None:
    lent(bank, State.IN_PROGRESS, cast, now)
    refused = refusal(bank, cast.assistant, now, reason=reason)
    assert isinstance(refused, ReasonAsked)
    assert refused.text == ASKED_WHY
    assert ask(bank, cast.assistant, now, reason="To pay the caterer").text == PASSWORD


def test_who_hands_over_is_not_asked_for_one(cast: Cast, bank: Resource, now: datetime) -> None:
    assert ask(bank, cast.entrepreneur, now).text == PASSWORD


def test_a_reason_is_no_essay(cast: Cast, bank: Resource, now: datetime) -> None:
    lent(bank, State.IN_PROGRESS, cast, now)
    assert refusal(bank, cast.assistant, now, reason="x" * 301).text == TOO_LONG


def test_who_may_not_have_it_is_told_that_and_not_asked_for_a_reason(cast: Cast, bank: Resource, now: datetime) -> None:
    lent(bank, State.OFFERED, cast, now)
    refused = refusal(bank, cast.assistant, now)
    assert refused.text == NOT_YET
    assert not isinstance(refused, ReasonAsked)


# --- what is in it --------------------------------------------------------------------------------------------------


def test_of_one_time_codes_only_the_code_of_the_moment_is_given_also_to_the_owner(
    cast: Cast, shop: Resource, now: datetime
) -> None:
    moment = now + timedelta(seconds=11)
    given = ask(shop, cast.owner, moment, part=SecretPart.ONE_TIME_CODE)
    assert (given.text, given.seconds) == code_at(normal_form(KEY), moment)
    assert given.text.isdigit()
    assert given.seconds == 19
    assert Reveal.objects.get().part == SecretPart.ONE_TIME_CODE


def test_what_was_removed_is_told(cast: Cast, now: datetime) -> None:
    assert refusal(login_of(cast, now), cast.owner, now, part=SecretPart.ONE_TIME_CODE).text == NOTHING_THERE


@pytest.mark.parametrize("way", ["moved", "altered", "unknown key"])
def test_what_does_not_open_is_not_given_and_told_without_a_trace_of_it(
    way: str, cast: Cast, shop: Resource, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    secret = Secret.objects.get(resource=shop, part=SecretPart.PASSWORD)
    other = Secret.objects.get(resource=shop, part=SecretPart.ONE_TIME_CODE).sealed
    start, end = secret.sealed[:40], secret.sealed[41:]
    sealed = {"moved": other, "altered": f"{start}{'A' if secret.sealed[40] != 'A' else 'B'}{end}"}
    secret.sealed = sealed.get(way, f"0123456789ab:{secret.sealed.partition(':')[2]}")
    secret.save(update_fields=["sealed"])
    assert refusal(shop, cast.owner, now).text == SHUT
    assert str(secret.pk) in caplog.text
    assert secret.sealed not in caplog.text
