"""Giving a task to somebody while their access ends: whoever comes second loses, and no task ends up with nobody."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest

from accounts.actions import InvitationClosedError, accept
from accounts.actions.ownership import NotGiven, give_team
from accounts.models import Departure, Membership, Role
from delegation.levels import LevelKey
from delegation.workflow import OPEN, State
from tasks.actions import delivery, handing_over, passing_on
from tasks.actions.base import Refused
from tasks.actions.leaving import NotEnded, let_go
from tasks.actions.roles import NotChanged, change_role
from tasks.actions.timing import start_timer
from tasks.models import Task, Timer
from tests.conftest import Cast
from tests.factories import InvitationFactory
from tests.tasks.agreed import proposed
from tests.tasks.factories import brief_fields, task_in
from tests.tasks.leavings import place_of
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = pytest.mark.parametrize("round_", range(4))


def ending(cast: Cast, person: Any, now: datetime) -> Any:
    return partial(let_go, membership_id=place_of(cast, person).pk, by=cast.owner, now=now)


def nobody_is_left_with_work(cast: Cast) -> None:
    """Every open task has somebody of the team on both sides."""
    roles: dict[Any, Any] = dict(Membership.objects.filter(team=cast.team).values_list("user_id", "role"))
    for task in Task.objects.filter(state__in=sorted(OPEN)):
        assert roles.get(task.entrepreneur_id) in Role.entrepreneurs()
        if task.state != State.DRAFT and task.assistant_id:
            assert roles.get(task.assistant_id) in Role.assistants()


def one_of(found: list[object], *refusals: type[Exception]) -> None:
    """Exactly one of the two was refused, in words."""
    refused = [result for result in found if isinstance(result, refusals)]
    assert len(refused) == 1, found
    assert str(refused[0].text)  # type: ignore[attr-defined]
    assert not [result for result in found if isinstance(result, Exception) and result not in refused], found


@ROUNDS
def test_a_task_is_handed_over_to_whoever_is_just_leaving(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)
    hand_over = partial(handing_over.delegate, task_id=task.pk, by=cast.entrepreneur, now=now)
    acts = [hand_over, ending(cast, cast.assistant, now)]
    one_of(at_once(*(acts if round_ % 2 else reversed(acts))), Refused, NotEnded)
    nobody_is_left_with_work(cast)


@ROUNDS
def test_a_task_is_given_to_whoever_is_just_leaving(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    give = partial(handing_over.reassign, task_id=task.pk, by=cast.entrepreneur, assistant=cast.guest, now=now)
    acts = [give, ending(cast, cast.guest, now)]
    one_of(at_once(*(acts if round_ % 2 else reversed(acts))), Refused, NotEnded)
    nobody_is_left_with_work(cast)


@ROUNDS
def test_a_task_is_passed_on_to_whoever_is_just_leaving(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    give = partial(passing_on.pass_on, task_id=task.pk, by=cast.owner, to=cast.entrepreneur, now=now)
    acts = [give, ending(cast, cast.entrepreneur, now)]
    one_of(at_once(*(acts if round_ % 2 else reversed(acts))), Refused, NotEnded)
    nobody_is_left_with_work(cast)


@ROUNDS
def test_a_task_is_opened_again_for_whoever_is_just_leaving(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now)
    again = partial(delivery.reopen, task_id=task.pk, by=cast.entrepreneur, text="More", now=now)
    one_of(at_once(again, ending(cast, cast.assistant, now)), Refused, NotEnded)
    nobody_is_left_with_work(cast)


@ROUNDS
def test_somebody_writes_a_brief_while_they_are_let_go(round_: int, cast: Cast, now: datetime) -> None:
    write = partial(
        handing_over.create_draft,
        team=cast.team,
        by=cast.entrepreneur,
        fields=brief_fields(LevelKey.JUST_DO_IT),
        now=now,
    )
    found = at_once(write, ending(cast, cast.entrepreneur, now))
    assert sorted(type(result).__name__ for result in found) in (
        ["NotEnded", "Task"],
        ["Departure", "PermissionDenied"],
    )
    nobody_is_left_with_work(cast)


@ROUNDS
def test_a_task_is_handed_over_to_whoever_is_just_made_an_entrepreneur(round_: int, cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)
    place = place_of(cast, cast.assistant)
    promote = partial(change_role, membership_id=place.pk, role=Role.ENTREPRENEUR, by=cast.owner, now=now)
    hand_over = partial(handing_over.delegate, task_id=task.pk, by=cast.entrepreneur, now=now)
    one_of(at_once(hand_over, promote), Refused, NotChanged)
    nobody_is_left_with_work(cast)


@ROUNDS
def test_somebody_comes_in_by_the_word_of_whoever_is_just_made_an_assistant(
    round_: int, cast: Cast, now: datetime
) -> None:
    sent = InvitationFactory.create(
        team=cast.team, invited_by=cast.entrepreneur, email=cast.outsider.email, role=Role.ENTREPRENEUR, created_at=now
    )
    place = place_of(cast, cast.entrepreneur)
    demote = partial(change_role, membership_id=place.pk, role=Role.GUEST, by=cast.owner, now=now)
    come_in = partial(accept, invitation=sent, user=cast.outsider, now=now)
    acts = [come_in, demote]
    found = at_once(*(acts if round_ % 2 else reversed(acts)))
    others = [result for result in found if not isinstance(result, Membership)]
    sent.refresh_from_db()
    came_in = Membership.objects.filter(team=cast.team, user=cast.outsider).exists()
    if came_in:  # first, while whoever invited them still handed over
        assert (others, sent.withdrawn_at) == ([], None)
    else:
        assert [type(result) for result in others] == [InvitationClosedError]
        assert (sent.withdrawn_at, sent.accepted_at) == (now, None)
    assert place_of(cast, cast.entrepreneur).role == Role.GUEST


def test_of_two_who_end_the_same_access_one_does(cast: Cast, now: datetime) -> None:
    end = ending(cast, cast.assistant, now)
    one_of(at_once(end, end), NotEnded)
    assert Departure.objects.count() == 1


def test_a_timer_that_is_started_at_that_moment_does_not_run_on(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    found = at_once(
        partial(start_timer, task_id=task.pk, by=cast.assistant, now=now), ending(cast, cast.assistant, now)
    )
    assert isinstance(found[1], NotEnded)  # the task is open, whatever came first
    assert Timer.objects.count() == 1


def test_proposing_an_agreement_to_whoever_is_just_leaving_leaves_none_waiting(cast: Cast, now: datetime) -> None:
    at_once(partial(proposed, cast, now), ending(cast, cast.assistant, now))
    assert not cast.team.agreements.filter(state="proposed").exists()


@ROUNDS
def test_a_team_is_given_to_two_at_once(round_: int, cast: Cast, now: datetime) -> None:
    Membership.objects.filter(team=cast.team, user=cast.guest).update(role=Role.ENTREPRENEUR)
    give = partial(give_team, team=cast.team, by=cast.owner, now=now)
    found = at_once(partial(give, to=cast.entrepreneur), partial(give, to=cast.guest))
    assert sorted(type(result).__name__ for result in found) == ["NoneType", "NotGiven"]
    assert [result for result in found if isinstance(result, NotGiven) and str(result)]
    owner = Membership.objects.get(team=cast.team, role=Role.OWNER)
    assert owner.user in (cast.entrepreneur, cast.guest)


@ROUNDS
def test_a_team_is_given_to_whoever_is_just_leaving(round_: int, cast: Cast, now: datetime) -> None:
    give = partial(give_team, team=cast.team, by=cast.owner, to=cast.entrepreneur, now=now)
    found = at_once(give, ending(cast, cast.entrepreneur, now))
    assert sum(isinstance(result, NotGiven | NotEnded) for result in found) == 1, found
    assert Membership.objects.filter(team=cast.team, role=Role.OWNER).count() == 1
