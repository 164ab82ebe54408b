"""Letting somebody go from a team: when no open work is left with them, and then everything at once.

What is held, in the order of the whole house: what the team has agreed, the tasks that have to do with the person, the
person, and their membership. Whoever gives them a task locks that same membership (tasks/actions/crew.py), so of giving
and ending at the same moment the second one sees what the first one did.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions.leaving import end_membership
from accounts.ids import id_in
from accounts.models import Departure, Membership, Message, Role, Team, User
from delegation.agreements import lock_agreements
from delegation.levels import REOPEN_DAYS
from delegation.models import Agreement, AgreementState
from delegation.workflow import State
from tasks.actions.agreements import withdraw_for_leaving
from tasks.actions.base import CHANGED
from tasks.actions.crew import membership_held
from tasks.actions.exporting import end_exports
from tasks.actions.timing import Stopped, lock_person, stop_timer
from tasks.departures import unlisted
from tasks.leaving import may_let_go, open_work
from tasks.models import Event, SecretToRotate, Task, Timer, Turn, TurnState, UsualLimits, Wish

GONE = _("They are not in this team any more.")
NOT_YOURS = _("You can't end this. The owner can.")
WORK_LEFT = _("There is still open work. It goes to somebody else first; what is left stands on this page.")
NOT_RUNNING = _("No timer of theirs runs in this team any more.")


class NotEnded(Exception):
    """It can't be done now; nothing was written. `text` says why, for the person who tried."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


def let_go(
    *, membership_id: UUID, by: User, now: datetime, ip: str | None = None, keep_session: str | None = None
) -> Departure:
    """End somebody's access to a team, or one's own. The only way in which a membership ends.

    Stops and logs their timer, withdraws what was proposed to or by them, lets the owner answer for what they handed
    over and is done, lists the secrets that they saw, ends their exports, as those hold the team's work, and signs
    them out everywhere (`keep_session`: but there).
    Raises NotEnded while open work is left, also when it was given to them in the same moment.
    """
    with transaction.atomic():
        membership, held = _hold(membership_id, now)
        team, person = membership.team, membership.user
        if not may_let_go(_role_in(team, by), membership, by):
            raise NotEnded(NOT_YOURS)
        if open_work(team, person).exists():
            raise NotEnded(WORK_LEFT)
        _stop_timer(team, person, held, now)
        for agreement in Agreement.objects.filter(team=team, assistant=person, state=AgreementState.PROPOSED):
            withdraw_for_leaving(agreement, by=by, now=now)
        owner_answers(team, person, held, now=now)
        forget_in_drafts(team, person, held)
        UsualLimits.objects.filter(team=team, assistant=person).delete()
        _list_secrets(team, person, now)
        _mail_no_more(team, person)
        end_exports(person=person, team=team)
        return end_membership(membership=membership, by=by, now=now, ip=ip, keep_session=keep_session)


def stop_their_timer(*, membership_id: UUID, by: User, now: datetime) -> Stopped:
    """Stop and log the timer that somebody lets run in this team, before they go. Raises NotEnded."""
    with transaction.atomic():
        membership, held = _hold(membership_id, now)
        if not may_let_go(_role_in(membership.team, by), membership, by):
            raise NotEnded(NOT_YOURS)
        stopped = _stop_timer(membership.team, membership.user, held, now)
    if stopped is None:
        raise NotEnded(NOT_RUNNING)
    return stopped


def hold_for(membership_id: UUID, *, now: datetime) -> tuple[Membership, set[UUID]] | None:
    """Hold a member, and the tasks that have to do with them, whose ids are given too. None when they have left."""
    found = Membership.objects.select_related("team", "user").filter(pk=membership_id).first()
    if found is None:
        return None
    lock_agreements(found.team_id)
    held = _hold_tasks(found.team, found.user, now)
    lock_person(found.user)
    membership = membership_held(found.team_id, found.user_id)
    if membership is None or membership.pk != found.pk:
        return None
    membership.team, membership.user = found.team, found.user
    return membership, held


def owner_answers(team: Team, person: User, held: Iterable[UUID], *, now: datetime) -> None:
    """Of what this person handed over and is closed the owner takes the rest: it may be opened again, or cost money.

    `held`: the ids of the tasks that are locked.
    """
    owner = User.objects.get(memberships__team=team, memberships__role=Role.OWNER)
    tasks = Task.objects.filter(pk__in=list(held), entrepreneur=person).exclude(assistant=owner)
    events = [
        Event(task=task, at=now, actor=None, kind="answers-for", data={"person": owner.short_name}) for task in tasks
    ]
    Event.objects.bulk_create(events)
    tasks.update(entrepreneur=owner)
    waiting = Turn.objects.filter(task__in=list(held), waits_on=person, state__in=[TurnState.OPEN, TurnState.PARKED])
    waiting.update(waits_on=owner)


def forget_in_drafts(team: Team, person: User, held: Iterable[UUID]) -> None:
    """Nobody chosen yet: in drafts that were meant for them."""
    meant = Task.objects.filter(pk__in=list(held), team=team, assistant=person, state=State.DRAFT)
    meant.update(assistant=None)


def _hold(membership_id: UUID, now: datetime) -> tuple[Membership, set[UUID]]:
    found = hold_for(membership_id, now=now)
    if found is None:
        raise NotEnded(GONE)
    return found


def _hold_tasks(team: Team, person: User, now: datetime) -> set[UUID]:
    """Lock what is theirs, by id: open, done lately, with something that waits on them, or with their timer."""
    lately = now - timedelta(days=REOPEN_DAYS)
    theirs = (
        open_work(team, person).order_by().values("pk"),
        Task.objects.filter(team=team, entrepreneur=person, state=State.DONE, done_at__gt=lately).values("pk"),
        Task.objects.filter(team=team, assistant=person, state=State.DRAFT).values("pk"),
        Turn.objects.filter(waits_on=person, state=TurnState.OPEN, task__team=team).values("task"),
        Timer.objects.filter(user=person, task__team=team).values("task"),
    )
    any_of = reduce(or_, (Q(pk__in=ids) for ids in theirs))
    tasks = Task.objects.select_for_update(of=("self",), no_key=True).filter(any_of, team=team).order_by("pk")
    return set(tasks.values_list("pk", flat=True))


def _role_in(team: Team, user: User) -> str:
    """As it is now; empty for who is not in the team."""
    return Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first() or ""


def _stop_timer(team: Team, person: User, held: set[UUID], now: datetime) -> Stopped | None:
    """Their timer in this team is stopped and logged as their own time; one in another team runs on."""
    timer = Timer.objects.filter(user=person, task__team=team).first()
    if timer is None:
        return None
    if timer.task_id not in held:  # it went to another task just before they were held
        raise NotEnded(CHANGED)
    return stop_timer(by=person, now=now)


def _list_secrets(team: Team, person: User, now: datetime) -> None:
    """What they saw, to be given a new value. What is on the list since an earlier time stays there once."""
    rows = [
        SecretToRotate(
            team=team,
            person=person,
            resource_id=seen.resource_id,
            resource_name=seen.name,
            part=seen.part,
            seen_at=seen.at,
            listed_at=now,
        )
        for seen in unlisted(person, team)
    ]
    SecretToRotate.objects.bulk_create(rows)


def _mail_no_more(team: Team, person: User) -> None:
    """What was still to be mailed to them about the team's work stays here."""
    waiting = Message.objects.filter(recipient=person, mail_at__isnull=False)
    named = set(filter(None, map(id_in, waiting.values_list("thread", flat=True))))
    of_team = Task.objects.filter(pk__in=named, team=team).values_list("pk", flat=True)
    threads = [str(pk) for pk in [*of_team, *Wish.objects.filter(pk__in=named, team=team).values_list("pk", flat=True)]]
    waiting.filter(Q(thread__in=threads) | Q(path__contains=str(team.pk))).update(mail_at=None)
