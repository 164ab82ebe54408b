"""What is read. Each starts from the person who reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.letters import message_text
from accounts.models import Invitation, Membership, Message, Role, User
from accounts.pages import Cursor

PAGE = 25


def memberships_of(user: User) -> QuerySet[Membership]:
    """The person's places, with their teams, the oldest first."""
    return Membership.objects.filter(user=user).select_related("team").order_by("created_at", "id")


def members_seen_by(membership: Membership) -> QuerySet[Membership]:
    """Who is in the team, by role and name. A guest sees only themselves and those who hand work over."""
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(Role.values)), output_field=IntegerField()
    )
    members = Membership.objects.filter(team=membership.team_id).select_related("user")
    if membership.role == Role.GUEST:
        members = members.filter(Q(id=membership.id) | Q(role__in=Role.entrepreneurs()))
    return members.order_by(order, "user__name", "user__email")


def open_invitations(membership: Membership, *, now: datetime) -> QuerySet[Invitation]:
    """The team's invitations that are neither accepted nor withdrawn nor expired, for those who may invite."""
    if not membership.hands_over:
        return Invitation.objects.none()
    return Invitation.objects.filter(
        team=membership.team_id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    ).order_by("-created_at")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message as the inbox shows it."""

    message: Message
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """`waiting` is what must be done and was not opened (first page only); `rest` is everything else, newest first."""

    waiting: list[Line]
    rest: list[Line]
    next_cursor: Cursor | None
    unread: bool


def inbox_page(user: User, *, before: Cursor | None, size: int = PAGE) -> InboxPage:
    """One page of the inbox: at most two queries, whatever its length."""
    mine = Message.objects.filter(recipient=user).order_by("-created_at", "-id")
    must = Q(must_do=True, read_at__isnull=True)
    waiting = [] if before else list(mine.filter(must)[:size])
    older = mine.exclude(must)
    if before:
        # The first condition lets the index seek; the second one breaks a tie within the same moment.
        older = older.filter(created_at__lte=before.at).exclude(created_at=before.at, id__gte=before.id)
    rest = list(older[: size + 1])
    more, rest = len(rest) > size, rest[:size]
    return InboxPage(
        waiting=_lines(waiting, user),
        rest=_lines(rest, user),
        next_cursor=Cursor(rest[-1].created_at, rest[-1].id) if more else None,
        unread=any(message.read_at is None for message in (*waiting, *rest)),
    )


def _lines(messages: list[Message], user: User) -> list[Line]:
    lines = []
    for message in messages:
        message.recipient = user  # already at hand: no query for the zone of each
        subject, body = message_text(message, user.language)
        lines.append(Line(message=message, subject=subject, body=body))
    return lines


@dataclass(frozen=True, kw_only=True)
class Login:
    """How somebody logs in. `codes_left`: recovery codes that were not used; None without any."""

    passkeys: int
    has_app: bool
    codes_left: int | None

    @property
    def has_second_step(self) -> bool:
        return bool(self.passkeys or self.has_app)


def login_of(user: User) -> Login:
    """The second steps that the person has. One query, and no secret is opened for it."""
    rows = list(Authenticator.objects.filter(user=user).values_list("type", "data__used_mask"))
    used = next((mask for kind, mask in rows if kind == Authenticator.Type.RECOVERY_CODES), None)
    kinds = [kind for kind, _mask in rows]
    return Login(
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        has_app=Authenticator.Type.TOTP in kinds,
        codes_left=None if used is None else app_settings.RECOVERY_CODE_COUNT - int(used).bit_count(),
    )
