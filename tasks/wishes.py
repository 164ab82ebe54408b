"""Reading the tray: which wishes a person sees, and what they may do about each."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, Role, Team
from accounts.pages import Cursor
from delegation.workflow import TABLE, Action, State
from tasks.models import Task, Wish, WishState
from tasks.queries import PAGE_SIZE, Person

_PERSON = ("name", "email")
_TASK = ("title", "state", "team_id", "assistant_id")
SHOWN = (
    *("text", "minutes", "amount", "state", "created_at", "closed_at", "swapped_for", "team_id"),
    *(f"{who}__{field}" for who in ("by", "closed_by") for field in _PERSON),
    *(f"{which}__{field}" for which in ("task", "became") for field in _TASK),
    "task__could_items",
)


@dataclass(frozen=True, kw_only=True)
class WishFilters:
    """What the tray is narrowed to; None narrows nothing."""

    closed: bool = False
    team: UUID | None = None
    task: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class WishRow:
    """A wish as the tray shows it. `task` and `became`: only where the reader may see them."""

    wish: Wish
    team: Team
    task: Task | None
    became: Task | None
    may_make_task: bool
    may_swap: bool
    may_drop: bool


def wishes_of(person: Person) -> QuerySet[Wish]:
    """The wishes that this person may see: all of their teams; a guest only their own and those of their own tasks."""
    return Wish.objects.filter(reduce(or_, map(_scope, person.memberships), Q(pk__in=[])))


def _scope(membership: Membership) -> Q:
    team = Q(team_id=membership.team_id)
    if membership.role != Role.GUEST:
        return team
    theirs = Task.objects.filter(team=membership.team_id, assistant=membership.user_id).exclude(state=State.DRAFT)
    return team & (Q(by=membership.user_id) | Q(task__in=theirs))


def tray_page(person: Person, filters: WishFilters, before: Cursor | None) -> tuple[list[WishRow], Cursor | None]:
    """One page of the tray, newest first, and where the next one begins (None: there is none). One query.

    Gathered from one short index scan a team, so that its price does not depend on how full the trays are.
    """
    narrowed = (
        Wish.objects.exclude(state=WishState.OPEN) if filters.closed else Wish.objects.filter(state=WishState.OPEN)
    )
    if filters.task:
        narrowed = narrowed.filter(task=filters.task)
    if before:
        narrowed = narrowed.filter(
            Q(created_at__lt=before.at) | Q(created_at=before.at, id__lt=before.id), created_at__lte=before.at
        )
    newest = ("-created_at", "-id")
    scopes = [_scope(row) for row in person.memberships if filters.team in {None, row.team_id}]
    each = [Q(pk__in=narrowed.filter(scope).order_by(*newest).values("pk")[: PAGE_SIZE + 1]) for scope in scopes]
    found = Wish.objects.filter(reduce(or_, each, Q(pk__in=[])))
    found = found.select_related("by", "closed_by", "task", "became").only(*SHOWN)
    wishes = list(found.order_by(*newest)[: PAGE_SIZE + 1])
    page = wishes[:PAGE_SIZE]
    teams = {team.pk: team for team in person.teams}
    rows = [_row(wish, person, teams[wish.team_id]) for wish in page]
    more = len(wishes) > PAGE_SIZE
    return rows, Cursor(page[-1].created_at, page[-1].pk) if more else None


def _row(wish: Wish, person: Person, team: Team) -> WishRow:
    hands_over = person.roles[team.pk] in Role.entrepreneurs()
    is_open = wish.state == WishState.OPEN
    return WishRow(
        wish=wish,
        team=team,
        task=_in_sight(wish.task, person),
        became=_in_sight(wish.became, person),
        may_make_task=is_open and hands_over,
        may_swap=is_open and hands_over and can_be_swapped(wish),
        may_drop=is_open and (hands_over or wish.by_id == person.user.pk),
    )


def can_be_swapped(wish: Wish) -> bool:
    """Whether its task is under way and holds something that could be dropped for it."""
    task = wish.task
    return task is not None and State(task.state) in TABLE[Action.SWAP_WISH].to and bool(task.could_items)


def _in_sight(task: Task | None, person: Person) -> Task | None:
    """The task, unless it is one that this person does not see (tasks/queries.py, visible_to)."""
    if task is None or person.roles[task.team_id] in Role.entrepreneurs():
        return task
    if task.state == State.DRAFT:
        return None
    is_guest = person.roles[task.team_id] == Role.GUEST
    return task if not is_guest or task.assistant_id == person.user.pk else None


def wish_made_by(person: Person, wish_id: UUID | None) -> Wish | None:
    """The wish with this id, if this person dropped it in."""
    return wishes_of(person).filter(pk=wish_id, by=person.user).first() if wish_id else None
