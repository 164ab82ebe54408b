"""The owner of a team asks everybody in it for a second factor, or no longer does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.audit import Happened, note
from accounts.models import MessageKind, Team, User
from accounts.outbox import Tell, tell
from accounts.second_factor import has_one, recount, without_one


class OwnFactorFirst(Exception):
    """Who asks for a second factor has one themselves, or the first thing it did would be to shut them out."""


@transaction.atomic
def ask_second_factor(*, team: Team, by: User, ip: str | None = None, now: datetime) -> bool:
    """Ask it of everybody in the team; who has none yet is told, and sets one up before anything else.

    False when the team asks for it already. Raises OwnFactorFirst.
    """
    if not has_one(by):
        raise OwnFactorFirst
    if not Team.objects.filter(pk=team.pk, asks_second_factor=False).update(asks_second_factor=True):
        return False
    recount(team.members.all())
    note(Happened.SECOND_FACTOR_ASKED, now=now, actor=by, team=team, ip=ip)
    tell([_news(team, person, by, now) for person in without_one(team)], now=now)
    return True


@transaction.atomic
def stop_asking_second_factor(*, team: Team, by: User, ip: str | None = None, now: datetime) -> bool:
    """No longer ask it. Who has one keeps it. False when the team didn't ask."""
    if not Team.objects.filter(pk=team.pk, asks_second_factor=True).update(asks_second_factor=False):
        return False
    recount(team.members.all())
    note(Happened.SECOND_FACTOR_NOT_ASKED, now=now, actor=by, team=team, ip=ip)
    return True


def _news(team: Team, person: User, by: User, now: datetime) -> Tell:
    return Tell(
        to=person,
        kind=MessageKind.ACCOUNT,
        template="second_factor_asked",
        params={"team": team.name, "owner": str(by)},
        path=reverse("mfa_index"),
        dedup_key=f"second-factor:{team.pk}:{person.pk}:{now.isoformat()}",
    )
