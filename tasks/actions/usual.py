"""What is usual in a team: the check-in rules that each new brief begins with."""

from uuid import UUID

from django.db import transaction

from accounts.models import Team
from delegation.checkins import Rule
from tasks.models import DefaultCheckinRule
from tasks.usual import MOST_RULES


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
