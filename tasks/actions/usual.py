"""What is usual in a team: the check-in rules that each new brief begins with."""

from uuid import UUID

from accounts.models import Team
from delegation.checkins import Rule
from tasks.models import DefaultCheckinRule


def add_usual_rule(*, team: Team, level: str, rule: Rule) -> DefaultCheckinRule:
    """Put a rule into each new brief at this level; at all levels when it is empty. Briefs that exist stay as they are.

    Whether `team` is one's own to arrange has been checked by who found it.
    """
    row = DefaultCheckinRule.from_rule(team, level, rule)
    row.save(force_insert=True)
    return row


def remove_usual_rule(*, team: Team, rule_id: UUID) -> None:
    """Take it out of new briefs; briefs that have it keep it. When it is gone already, nothing happens."""
    DefaultCheckinRule.objects.filter(team=team, pk=rule_id).delete()
