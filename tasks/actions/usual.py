"""What is usual in a team: the check-in rules and the limits that each new brief begins with."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from accounts.models import Team, User
from delegation.checkins import Rule
from tasks.models import DefaultCheckinRule, UsualLimits
from tasks.usual import MOST_RULES
from tasks.usual_limits import Limits


class NoRoom(Exception):
    """There are as many rules at this level as there may be."""


@transaction.atomic
def add_usual_rule(*, team: Team, level: str, rule: Rule) -> DefaultCheckinRule:
    """Put a rule into each new brief at this level; at all levels when it is empty. Briefs that exist stay as they are.

    A rule that is there already stays the one that it is. Raises NoRoom. Whether `team` is one's own to arrange has
    been checked by who found it.
    """
    # One at a time: two members who add at once must not make it one too many, or the same rule twice.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    there = list(DefaultCheckinRule.objects.filter(team=team, level=level))
    for row in there:
        if row.as_rule() == rule:
            return row
    if len(there) >= MOST_RULES:
        raise NoRoom
    row = DefaultCheckinRule.from_rule(team, level, rule)
    row.save(force_insert=True)
    return row


def remove_usual_rule(*, team: Team, rule_id: UUID) -> None:
    """Take it out of new briefs; briefs that have it keep it. When it is gone already, nothing happens."""
    DefaultCheckinRule.objects.filter(team=team, pk=rule_id).delete()


@transaction.atomic
def set_usual_limits(*, team: Team, level: str = "", assistant: User | None = None, limits: Limits) -> UsualLimits:
    """Say what is usual for a level, for an assistant, or for all, in place of what was said before.

    Briefs that exist stay as they are. `assistant` is of the team; that has been checked by who chose from its people.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # one at a time, as above
    row = UsualLimits.objects.filter(team=team, level=level, assistant=assistant).first()
    row = row or UsualLimits(team=team, level=level, assistant=assistant)
    for name, value in asdict(limits).items():
        setattr(row, name, value)
    row.save()
    return row


def remove_usual_limits(*, team: Team, limits_id: UUID) -> None:
    """Take them out of new briefs. When they are gone already, nothing happens."""
    UsualLimits.objects.filter(team=team, pk=limits_id).delete()
