"""Letting somebody go: refused while work is open, and then everything that opened a door is shut at once."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.audit import Happened
from accounts.models import (
    Absence,
    AuditEntry,
    Departure,
    Invitation,
    Membership,
    Message,
    Role,
)
from accounts.outbox import post_letters
from accounts.sending import send_queued
from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState
from delegation.workflow import OPEN, State
from tasks.actions import handing_over
from tasks.actions.leaving import GONE, NOT_RUNNING, NOT_YOURS, WORK_LEFT, NotEnded, let_go, stop_their_timer
from tasks.actions.timing import start_timer
from tasks.models import (
    Event,
    Expense,
    ExpenseState,
    Task,
    TimeEntry,
    Timer,
    Turn,
    TurnKind,
    UsualLimits,
)
from tests.conftest import Cast
from tests.factories import InvitationFactory
from tests.tasks.agreed import proposed
from tests.tasks.factories import EVERYWHERE, task_in
from tests.tasks.leavings import gone, place_of

OPEN_STATES = [pair for pair in {state: (state, level) for state, level in EVERYWHERE}.values() if pair[0] in OPEN]


@pytest.mark.parametrize(("state", "level"), OPEN_STATES)
def test_nobody_leaves_while_work_is_open(state: State, level: LevelKey, cast: Cast, now: datetime) -> None:
    task = task_in(state, level, cast, now, entrepreneur=cast.entrepreneur)
    for person in (cast.assistant, cast.entrepreneur):
        if person == cast.assistant and state == State.DRAFT:
            continue
        with pytest.raises(NotEnded, match=str(WORK_LEFT)):
            gone(cast, person, now)
        assert place_of(cast, person)
    assert Task.objects.get().state == task.state


@pytest.mark.parametrize("state", [State.DONE, State.STOPPED])
def test_what_is_closed_keeps_nobody(state: State, cast: Cast, now: datetime) -> None:
    task_in(state, LevelKey.JUST_DO_IT, cast, now)
    gone(cast, cast.assistant, now)
    assert not Membership.objects.filter(team=cast.team, user=cast.assistant).exists()
    departure = Departure.objects.get()
    assert (departure.person, departure.role, departure.ended_by) == (cast.assistant, Role.ASSISTANT, cast.owner)
    entry = AuditEntry.objects.get(kind=Happened.LEFT)
    assert (entry.actor, entry.about, entry.team, entry.data["role"]) == (
        cast.owner, cast.assistant, cast.team, "assistant",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("by", "person", "may"),
    [
        ("owner", "entrepreneur", True),
        ("owner", "guest", True),
        ("entrepreneur", "assistant", True),
        ("entrepreneur", "guest", True),
        ("entrepreneur", "owner", False),
        ("owner", "owner", False),
        ("assistant", "guest", False),
        ("assistant", "assistant", True),
        ("entrepreneur", "entrepreneur", True),
        ("outsider", "assistant", False),
    ],
)
def test_who_ends_whose_place(by: str, person: str, may: bool, cast: Cast, now: datetime) -> None:
    if may:
        assert gone(cast, getattr(cast, person), now, by=getattr(cast, by))
        return
    with pytest.raises(NotEnded, match=str(NOT_YOURS)):
        gone(cast, getattr(cast, person), now, by=getattr(cast, by))
    assert place_of(cast, getattr(cast, person))


def test_a_second_press_is_told_that_they_are_gone(cast: Cast, now: datetime) -> None:
    membership = place_of(cast, cast.guest)
    gone(cast, cast.guest, now)
    with pytest.raises(NotEnded, match=str(GONE)):
        let_go(membership_id=membership.pk, by=cast.owner, now=now)


def test_all_their_sessions_end_and_nobody_else_s(cast: Cast, now: datetime) -> None:
    phone, laptop, other = Client(), Client(), Client()
    for client, person in ((phone, cast.assistant), (laptop, cast.assistant), (other, cast.guest)):
        client.force_login(person)
    gone(cast, cast.assistant, now)
    for client in (phone, laptop):
        assert client.get(reverse("now")).headers["Location"].startswith(reverse("account_login"))
    assert other.get(reverse("now")).status_code == 200


def test_they_are_told_by_mail_too_and_so_is_the_owner(cast: Cast, now: datetime) -> None:
    gone(cast, cast.assistant, now, by=cast.entrepreneur)
    told = set(Message.objects.values_list("recipient__name", "template", "kind"))
    assert told == {("Sam Smit", "access_ended", "account"), ("Eva Evers", "member_left", "account")}
    post_letters(now=now)
    send_queued(now=now)
    sent = next(each for each in mail.outbox if each.to == ["sam@example.com"])
    assert sent.subject == "Your access to Eva's Events has ended"
    assert "Finn has ended your access." in sent.body


def test_who_leaves_by_themselves_gets_a_receipt(cast: Cast, now: datetime) -> None:
    gone(cast, cast.assistant, now, by=cast.assistant)
    assert set(Message.objects.values_list("recipient__name", "params__themselves")) == {
        ("Sam Smit", True),
        ("Eva Evers", True),
    }


def test_a_timer_in_the_team_is_stopped_and_logged_and_one_elsewhere_runs_on(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    gone(cast, cast.assistant, now + timedelta(minutes=30))
    entry = TimeEntry.objects.get()
    assert (entry.user, entry.minutes) == (cast.assistant, 30)
    assert not Timer.objects.exists()

    other = Cast(**{**cast.__dict__, "team": cast.other_team, "owner": cast.outsider})
    task = task_in(State.STOPPED, LevelKey.JUST_DO_IT, cast, now, assistant=cast.guest)
    Task.objects.filter(pk=task.pk).update(team=other.team)
    Timer.objects.create(user=cast.guest, task=task, started_at=now, look_at=now)
    handing_over.stop(task_id=Task.objects.exclude(pk=task.pk).get().pk, by=cast.owner, now=now)
    gone(cast, cast.guest, now + timedelta(minutes=30))
    assert Timer.objects.get().user == cast.guest


def test_the_timer_can_be_stopped_before_the_end(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    place, later = place_of(cast, cast.assistant).pk, now + timedelta(minutes=10)
    with pytest.raises(NotEnded, match=str(NOT_YOURS)):
        stop_their_timer(membership_id=place, by=cast.guest, now=later)
    stopped = stop_their_timer(membership_id=place, by=cast.entrepreneur, now=later)
    assert stopped.entry is not None
    assert (stopped.entry.user, stopped.entry.minutes) == (cast.assistant, 10)
    with pytest.raises(NotEnded, match=str(NOT_RUNNING)):
        stop_their_timer(membership_id=place, by=cast.owner, now=later)


def test_what_was_proposed_and_whom_they_invited_is_withdrawn(cast: Cast, now: datetime) -> None:
    proposed(cast, now)
    theirs = InvitationFactory.create(team=cast.team, invited_by=cast.assistant)
    other = InvitationFactory.create(team=cast.team, invited_by=cast.owner)
    gone(cast, cast.assistant, now)
    assert Agreement.objects.get().state == AgreementState.WITHDRAWN
    assert Invitation.objects.get(pk=theirs.pk).withdrawn_at == now
    assert Invitation.objects.get(pk=other.pk).withdrawn_at is None


def test_absences_and_what_was_usual_for_them_go(cast: Cast, now: datetime) -> None:
    for person, deputy in ((cast.owner, cast.entrepreneur), (cast.entrepreneur, cast.owner)):
        Absence.objects.create(
            team=cast.team, person=person, deputy=deputy, first=now.date(), last=now.date(), created_at=now
        )
    UsualLimits.objects.create(team=cast.team, assistant=cast.assistant, money_limit=10)
    gone(cast, cast.assistant, now)
    gone(cast, cast.entrepreneur, now)
    assert not Absence.objects.exists()
    assert not UsualLimits.objects.exists()
    ended = AuditEntry.objects.get(kind=Happened.DEPUTY_ENDED)
    assert (ended.about, ended.data["left"]) == (cast.owner, True)


def test_a_draft_that_was_meant_for_them_is_for_nobody_yet(cast: Cast, now: datetime) -> None:
    task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)
    gone(cast, cast.assistant, now)
    assert Task.objects.get().assistant is None


def test_the_owner_answers_for_what_an_entrepreneur_had_done(cast: Cast, now: datetime) -> None:
    task = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, entrepreneur=cast.entrepreneur)
    old = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, entrepreneur=cast.entrepreneur)
    Task.objects.filter(pk=old.pk).update(done_at=now - timedelta(days=20))
    expense = Expense.objects.create(
        task=old, by=cast.assistant, amount=9, what="Ink", at=now, day=now.date(), state=ExpenseState.WAITING
    )
    turn = Turn.objects.create(
        task=old, kind=TurnKind.EXPENSE, by=cast.assistant, waits_on=cast.entrepreneur, created_at=now,
        payload={"expense": str(expense.pk), "amount": "9", "currency": "EUR", "why": []},
    )  # fmt: skip
    gone(cast, cast.entrepreneur, now)
    assert Task.objects.get(pk=task.pk).entrepreneur == cast.owner
    assert Turn.objects.get(pk=turn.pk).waits_on == cast.owner
    assert Event.objects.filter(task=task, kind="answers-for", actor=None).exists()


def test_no_mail_about_the_team_s_work_goes_out_any_more(cast: Cast, now: datetime) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now)
    assert Message.objects.filter(recipient=cast.assistant, thread=str(task.pk), mail_at__isnull=False).exists()
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)
    gone(cast, cast.assistant, now)
    waiting = Message.objects.filter(recipient=cast.assistant, mail_at__isnull=False)
    assert set(waiting.values_list("template", flat=True)) == {"access_ended"}
