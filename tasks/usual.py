"""The check-in rules that a new brief begins with."""

from collections.abc import Iterable
from uuid import UUID

from delegation.checkins import Rule
from delegation.levels import LEVELS
from tasks.models import DefaultCheckinRule

UsualRules = dict[str, list[Rule]]

# As many as a brief has rows for.
MOST_RULES = 8


def usual_rules(team_id: UUID) -> UsualRules:
    """By level: what the team has set for it, else what the team has set for all levels, else the level's own."""
    own = by_level(team_rules(team_id))
    for_all = own.get("")
    return {
        key.value: own.get(key) or for_all or [Rule.from_code(code) for code in level.default_checkins]
        for key, level in LEVELS.items()
    }


def team_rules(team_id: UUID) -> list[DefaultCheckinRule]:
    """What the team has set, in an order that stays."""
    return list(DefaultCheckinRule.objects.filter(team=team_id).order_by("level", "trigger", "id"))


def by_level(rows: Iterable[DefaultCheckinRule]) -> UsualRules:
    """The same as rules, by the level that they are for; under "" those for all."""
    found: UsualRules = {}
    for row in rows:
        found.setdefault(row.level, []).append(row.as_rule())
    return found
