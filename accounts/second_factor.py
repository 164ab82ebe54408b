"""Whether a second factor is asked of somebody, and whether they have one. A passkey is one, and so is an app."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from accounts.models import Membership, Team, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def recount(users: Iterable[User]) -> None:
    """Set `second_factor_asked` by the teams that these people are in now. Call it when somebody joins or leaves."""
    asking = Membership.objects.filter(user=OuterRef("pk"), team__asks_second_factor=True)
    User.objects.filter(pk__in=[user.pk for user in users]).update(second_factor_asked=Exists(asking))


def has_one(user: User) -> bool:
    """Whether the person has a passkey or an authenticator app. Recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def lacks_one(user: User) -> bool:
    """Whether one is asked of this person and they have none. No query for whom no team asks."""
    return user.second_factor_asked and not has_one(user)


def without_one(team: Team) -> QuerySet[User]:
    """The members of a team who have none yet."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return User.objects.filter(memberships__team=team).exclude(Exists(factors)).order_by("name", "email")


def teams_that_ask(user: User) -> list[str]:
    """The names of the person's teams that ask for one."""
    asking = Membership.objects.filter(user=user, team__asks_second_factor=True)
    return list(asking.order_by("team__name").values_list("team__name", flat=True))


def may_remove(authenticator: Authenticator) -> bool:
    """Whether this one can go: not the last one of somebody of whom one is asked."""
    if authenticator.type not in FACTORS or not authenticator.user.second_factor_asked:
        return True
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS)
    return bool(others.exclude(pk=authenticator.pk).exists())
