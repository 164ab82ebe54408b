"""Up to which level work may be handed to somebody in a team: their ceiling, which the owner sets.

A level is too free above it. Every way to an offer asks here (`assistant_held` in tasks/actions/crew.py); what is under
way already goes on when a ceiling is lowered.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Membership, Role, Team, User
from delegation.levels import LEVELS, Level, level_for


def ceiling_of(team_id: UUID, user_id: UUID) -> str:
    """The key of the freest level for this member; empty: any."""
    found = Membership.objects.filter(team_id=team_id, user_id=user_id).values_list("ceiling", flat=True).first()
    return found or ""


def ceilings_in(team: Team) -> dict[UUID, Level]:
    """The ceilings of those who carry out work in the team, by person; who may have any level is left out."""
    rows = Membership.objects.filter(team=team, role__in=Role.assistants()).exclude(ceiling="")
    return {user: level_for(ceiling) for user, ceiling in rows.values_list("user_id", "ceiling")}


def is_above(level: str, ceiling: str) -> bool:
    """Whether the level gives more freedom than the ceiling. An empty ceiling is above everything."""
    return bool(ceiling) and level_for(level).number < level_for(ceiling).number


def said_of(user: User, ceiling: str) -> str:
    """The ceiling of somebody in one sentence, for who would hand over to them."""
    values = {"name": user.short_name, "level": level_for(ceiling).name}
    return _("%(name)s works in this team up to “%(level)s”.") % values


def refusal(user: User, ceiling: str) -> str:
    """The same with the way out, for who tried to hand over above it."""
    return said_of(user, ceiling) + " " + _("Choose a level that is less free, or somebody else.")


def choices() -> Iterable[Level]:
    """The levels that a ceiling can be, the freest first. The freest of all is none: it leaves everything open."""
    return [level for level in LEVELS.values() if level.number > 1]
