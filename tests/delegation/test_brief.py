"""What a brief must hold before it can be handed over, level by level."""

from decimal import Decimal
from typing import Any

import pytest

from delegation.brief import MISSING, Brief, missing_parts
from delegation.levels import LevelKey, Part

EMPTY: dict[LevelKey, list[Part]] = {
    LevelKey.JUST_DO_IT: [Part.DELIVERABLE],
    LevelKey.WITHIN_LIMITS: [Part.LIMIT],
    LevelKey.PROPOSE: [Part.DELIVERABLE, Part.CRITERIA],
    LevelKey.ADVISE: [Part.CRITERIA],
    LevelKey.RESEARCH: [Part.PURPOSE],
    LevelKey.INSTRUCTIONS: [Part.STEPS],
}
ENOUGH: list[tuple[LevelKey, dict[str, Any]]] = [
    (LevelKey.JUST_DO_IT, {"deliverable": "A filed return"}),
    (LevelKey.WITHIN_LIMITS, {"money_limit": Decimal(100)}),
    (LevelKey.WITHIN_LIMITS, {"money_limit": Decimal(0)}),  # "for nothing" is a limit too
    (LevelKey.WITHIN_LIMITS, {"time_limit": 120}),
    (LevelKey.WITHIN_LIMITS, {"guidelines": "Departure after 18:00"}),
    (LevelKey.PROPOSE, {"deliverable": "A list", "criteria": ["Ten names"]}),
    (LevelKey.ADVISE, {"criteria": ["Costs less than EUR 30"]}),
    (LevelKey.RESEARCH, {"purpose": "To choose where to advertise"}),
    (LevelKey.RESEARCH, {"purpose_open": True}),
    (LevelKey.INSTRUCTIONS, {"steps": ["Call"]}),
]


@pytest.mark.parametrize(("level", "parts"), EMPTY.items())
def test_an_empty_brief_lacks_what_its_level_requires(level: LevelKey, parts: list[Part]) -> None:
    assert missing_parts(Brief(level=level, title="Anything")) == parts


@pytest.mark.parametrize(("level", "fields"), ENOUGH)
def test_a_brief_with_the_required_parts_lacks_nothing(level: LevelKey, fields: dict[str, Any]) -> None:
    assert missing_parts(Brief(level=level, title="Anything", **fields)) == []


@pytest.mark.parametrize(
    ("level", "fields"),
    [
        (LevelKey.JUST_DO_IT, {"deliverable": " \n"}),
        (LevelKey.WITHIN_LIMITS, {"guidelines": "  ", "ask_above": Decimal(10)}),
        (LevelKey.RESEARCH, {"purpose": "\t"}),
    ],
)
def test_blanks_do_not_count(level: LevelKey, fields: dict[str, Any]) -> None:
    assert missing_parts(Brief(level=level, **fields)) == EMPTY[level]


def test_there_is_a_sentence_for_each_part() -> None:
    assert set(MISSING) == set(Part)
