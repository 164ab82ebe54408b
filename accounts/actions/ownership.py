"""Giving a team to somebody else."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.audit import Happened, note
from accounts.models import Membership, MessageKind, Role, Team, User
from accounts.outbox import Tell, tell

NOT_YOURS_ANY_MORE = _("The team has another owner already.")
NOT_AN_ENTREPRENEUR = _("A team can be given only to an entrepreneur of it.")


class NotGiven(Exception):
    """The team stays with whoever it is of; the text says why, for who pressed."""


def give_team(
    *, team: Team, by: User, to: User, now: datetime, ip: str | None = None, owner: User | None = None
) -> None:
    """Make `to` the owner; who owned it becomes an entrepreneur of the team. Of two presses one counts.

    `owner`: whose it is, where an administrator gives it for them; else it is `by`. Raises NotGiven.
    """
    owner = owner or by
    members = Membership.objects.filter(team=team)
    with transaction.atomic():
        # In this order: the database knows one owner at any moment.
        if members.filter(user=owner, role=Role.OWNER).update(role=Role.ENTREPRENEUR) != 1:
            raise NotGiven(str(NOT_YOURS_ANY_MORE))
        given = members.filter(user=to, role=Role.ENTREPRENEUR).update(role=Role.OWNER, ceiling="") == 1
        if not given or to.pk == owner.pk:
            raise NotGiven(str(NOT_AN_ENTREPRENEUR))
        note(Happened.OWNER_CHANGED, now=now, actor=by, team=team, about=to, ip=ip)
        tell([_told(team, by, to, person, now) for person in (owner, to)], now=now)


def _told(team: Team, by: User, to: User, person: User, now: datetime) -> Tell:
    """To both: also who gave it away, in case it was somebody else at their keys."""
    return Tell(
        to=person,
        kind=MessageKind.ACCOUNT,
        template="owner_changed",
        params={
            "team": team.name,
            "actor": str(by),
            "person": str(to),
            "yours": person.pk == to.pk,
            "for_them": by.pk != person.pk,
        },
        path=f"{reverse('team')}?team={team.pk}",
        dedup_key=f"owner:{team.pk}:{now.isoformat()}:{person.pk}",
    )
