"""Another role for a member: no task ends up with somebody who can't act on it."""

from datetime import datetime
from typing import Any

import pytest

from accounts.actions import InvitationClosedError, accept
from accounts.audit import Happened
from accounts.models import Absence, AuditEntry, Membership, Message, Role
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.roles import GONE, OWNER_STAYS, NotChanged, change_role, set_ceiling
from tasks.models import Task
from tests.conftest import Cast
from tests.factories import InvitationFactory
from tests.tasks.factories import task_in
from tests.tasks.leavings import gone, place_of


def becomes(cast: Cast, person: str, role: Role, now: datetime) -> Membership:
    place = place_of(cast, getattr(cast, person))
    return change_role(membership_id=place.pk, role=role, by=cast.owner, now=now)


@pytest.mark.parametrize("state", [State.OFFERED, State.IN_PROGRESS, State.DELIVERED])
def test_who_has_work_to_carry_out_does_not_become_an_entrepreneur(state: State, cast: Cast, now: datetime) -> None:
    task_in(state, LevelKey.WITHIN_LIMITS, cast, now)
    with pytest.raises(NotChanged, match="Sam still has tasks to carry out") as refused:
        becomes(cast, "assistant", Role.ENTREPRENEUR, now)
    assert refused.value.work_left
    assert place_of(cast, cast.assistant).role == Role.ASSISTANT


def test_with_work_under_way_an_assistant_becomes_a_guest(cast: Cast, now: datetime) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    becomes(cast, "assistant", Role.GUEST, now)
    assert place_of(cast, cast.assistant).role == Role.GUEST


@pytest.mark.parametrize("state", [State.DRAFT, State.OFFERED, State.DELIVERED])
def test_who_answers_for_tasks_stays_an_entrepreneur(state: State, cast: Cast, now: datetime) -> None:
    task_in(state, LevelKey.WITHIN_LIMITS, cast, now, entrepreneur=cast.entrepreneur)
    with pytest.raises(NotChanged, match="Finn is still responsible for open tasks"):
        becomes(cast, "entrepreneur", Role.ASSISTANT, now)
    assert place_of(cast, cast.entrepreneur).role == Role.ENTREPRENEUR


def test_an_assistant_without_work_becomes_an_entrepreneur_without_a_ceiling(cast: Cast, now: datetime) -> None:
    task_in(State.DRAFT, LevelKey.WITHIN_LIMITS, cast, now)
    set_ceiling(membership=place_of(cast, cast.assistant), ceiling=LevelKey.ADVISE, by=cast.owner, now=now)
    becomes(cast, "assistant", Role.ENTREPRENEUR, now)
    place = place_of(cast, cast.assistant)
    assert (place.role, place.ceiling) == (Role.ENTREPRENEUR, "")
    assert Task.objects.get().assistant is None
    entry = AuditEntry.objects.get(kind=Happened.ROLE_CHANGED)
    assert (entry.about, entry.data) == (cast.assistant, {"role": "entrepreneur", "was": "assistant"})


def test_of_what_an_entrepreneur_had_done_the_owner_takes_the_rest(cast: Cast, now: datetime) -> None:
    task = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, entrepreneur=cast.entrepreneur)
    today = now.date()
    Absence.objects.create(
        team=cast.team, person=cast.owner, deputy=cast.entrepreneur, first=today, last=today, created_at=now
    )
    becomes(cast, "entrepreneur", Role.ASSISTANT, now)
    assert Task.objects.get(pk=task.pk).entrepreneur == cast.owner
    assert not Absence.objects.exists()


def test_what_an_entrepreneur_sent_lets_nobody_in_once_they_hand_over_no_more(cast: Cast, now: datetime) -> None:
    theirs = InvitationFactory.create(team=cast.team, invited_by=cast.entrepreneur, email=cast.outsider.email)
    others = InvitationFactory.create(team=cast.team, invited_by=cast.owner, email="ann@example.com")
    elsewhere = InvitationFactory.create(team=cast.other_team, invited_by=cast.entrepreneur, email="bo@example.com")
    becomes(cast, "entrepreneur", Role.GUEST, now)
    for each in (theirs, others, elsewhere):
        each.refresh_from_db()
    assert (theirs.withdrawn_at, others.withdrawn_at, elsewhere.withdrawn_at) == (now, None, None)
    entry = AuditEntry.objects.get(kind=Happened.INVITATION_WITHDRAWN)
    assert (entry.actor, entry.team, entry.data) == (cast.owner, cast.team, {"address": cast.outsider.email})
    with pytest.raises(InvitationClosedError):
        accept(invitation=theirs, user=cast.outsider, now=now)


def test_by_the_word_of_who_hands_over_no_more_nobody_comes_in(cast: Cast, now: datetime) -> None:
    sent = InvitationFactory.create(team=cast.team, invited_by=cast.guest, email=cast.outsider.email)
    with pytest.raises(InvitationClosedError):
        accept(invitation=sent, user=cast.outsider, now=now)
    sent.refresh_from_db()
    assert sent.accepted_at is None


@pytest.mark.parametrize("by", ["owner", "entrepreneur"])
def test_the_owner_hears_of_a_new_entrepreneur_from_others_only(by: str, cast: Cast, now: datetime) -> None:
    place = place_of(cast, cast.assistant)
    change_role(membership_id=place.pk, role=Role.ENTREPRENEUR, by=getattr(cast, by), now=now)
    told = Message.objects.filter(template="new_entrepreneur").values_list("recipient__name", "kind")
    assert list(told) == ([] if by == "owner" else [("Eva Evers", "account")])


def test_the_owner_hears_of_an_entrepreneur_whom_another_invited(cast: Cast, now: datetime) -> None:
    invited: dict[str, Any] = {"team": cast.team, "email": cast.outsider.email, "role": Role.ENTREPRENEUR}
    sent = InvitationFactory.create(**invited, invited_by=cast.entrepreneur)
    accept(invitation=sent, user=cast.outsider, now=now)
    found = set(Message.objects.values_list("recipient__name", "template"))
    assert found == {("Finn Faber", "joined"), ("Eva Evers", "new_entrepreneur")}
    assert Message.objects.get(template="new_entrepreneur").params == {
        "team": "Eva's Events",
        "person": "Olga Oost",
        "actor": "Finn Faber",
    }


def test_the_owner_s_role_is_fixed_and_who_is_gone_has_none(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotChanged, match=str(OWNER_STAYS)):
        becomes(cast, "owner", Role.ASSISTANT, now)
    place = place_of(cast, cast.guest)
    gone(cast, cast.guest, now)
    with pytest.raises(NotChanged, match=str(GONE)):
        change_role(membership_id=place.pk, role=Role.ASSISTANT, by=cast.owner, now=now)
