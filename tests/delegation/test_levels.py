"""The six levels are as SPEC section 2 says: who decides, what the gate is, what the brief must hold."""

from dataclasses import FrozenInstanceError

import pytest

from delegation.levels import LEVELS, REOPEN_DAYS, Decider, Gate, LevelKey, Part, level_for

# number, who decides, gate, how many options, advice, findings, deviating needs a yes, required parts, done on delivery
SPEC = {
    "just_do_it": (1, Decider.ASSISTANT, Gate.NONE, (0, 0), True, False, False, frozenset({Part.DELIVERABLE}), True),
    "within_limits": (
        2,
        Decider.ASSISTANT_WITHIN_LIMITS,
        Gate.NONE,
        (0, 0),
        True,
        False,
        False,
        frozenset({Part.LIMIT}),
        False,
    ),
    "propose": (
        3,
        Decider.ASSISTANT_AFTER_APPROVAL,
        Gate.PROPOSAL,
        (0, 0),
        True,
        False,
        False,
        frozenset({Part.DELIVERABLE, Part.CRITERIA}),
        False,
    ),
    "advise": (4, Decider.ENTREPRENEUR, Gate.OPTIONS, (2, 3), True, False, False, frozenset({Part.CRITERIA}), False),
    "research": (
        5,
        Decider.ENTREPRENEUR_LATER,
        Gate.NONE,
        (0, 0),
        False,
        True,
        False,
        frozenset({Part.PURPOSE}),
        False,
    ),
    "instructions": (
        6,
        Decider.ENTREPRENEUR_BEFOREHAND,
        Gate.NONE,
        (0, 0),
        True,
        False,
        True,
        frozenset({Part.STEPS}),
        False,
    ),
}
NAMES = {
    "just_do_it": "Just do it",
    "within_limits": "Stay within my limits",
    "propose": "You decide, I approve first",
    "advise": "Advise me, I decide",
    "research": "Research only",
    "instructions": "Follow my instructions",
}


@pytest.mark.parametrize("key", SPEC)
def test_each_level_has_the_parts_that_the_spec_names(key: str) -> None:
    level = level_for(key)
    assert SPEC[key] == (
        level.number,
        level.decider,
        level.gate,
        level.options,
        level.advice,
        level.findings,
        level.deviation_needs_yes,
        level.required,
        level.accepted_on_delivery,
    )


def test_there_are_six_in_order_from_most_to_least_freedom() -> None:
    assert list(LEVELS) == list(LevelKey) == list(SPEC)
    assert [level.number for level in LEVELS.values()] == [1, 2, 3, 4, 5, 6]


def test_the_dial_is_fuller_the_more_is_let_go() -> None:
    assert [level.segments for level in LEVELS.values()] == [6, 5, 4, 3, 2, 1]


def test_the_names_are_those_of_the_spec() -> None:
    assert {key.value: str(level.name) for key, level in LEVELS.items()} == NAMES


def test_only_following_instructions_has_steps_to_tick() -> None:
    assert [key for key, level in LEVELS.items() if level.has_steps] == [LevelKey.INSTRUCTIONS]


def test_the_table_can_not_be_changed_while_running() -> None:
    with pytest.raises(FrozenInstanceError):
        LEVELS[LevelKey.PROPOSE].gate = Gate.NONE  # type: ignore[misc]


def test_an_unknown_key_is_an_error_and_not_some_level() -> None:
    with pytest.raises(ValueError, match="level 7"):
        level_for("level 7")


def test_what_is_done_can_be_opened_again_for_two_weeks() -> None:
    assert REOPEN_DAYS == 14
