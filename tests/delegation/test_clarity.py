"""The clarity check: what is there, what is missing, and a few tips that never block."""

from datetime import date
from decimal import Decimal

import pytest

from delegation.brief import Brief
from delegation.clarity import MOST_TIPS, Kind, check
from delegation.levels import LevelKey

CLEAR = Brief(
    level=LevelKey.PROPOSE,
    title="List ten influencers",
    purpose="To fill the workshop",
    deliverable="A list of 10 names in a spreadsheet",
    criteria=["10 names"],
    deadline=date(2026, 11, 27),
)


def kinds(brief: Brief) -> list[Kind]:
    return [remark.kind for remark in check(brief)]


def texts(brief: Brief) -> list[str]:
    return [str(remark.text) for remark in check(brief)]


def test_a_clear_brief_gets_nothing_but_ticks() -> None:
    assert kinds(CLEAR) == [Kind.OK, Kind.OK]


def test_what_is_there_comes_first_then_what_is_missing_then_tips() -> None:
    brief = Brief(level=LevelKey.PROPOSE, title="Make it nice", deliverable="Something nice")
    assert kinds(brief)[:2] == [Kind.OK, Kind.NEED]
    assert set(kinds(brief)[2:]) == {Kind.TIP}


def test_it_never_nags() -> None:
    brief = Brief(level=LevelKey.JUST_DO_IT, title="soon", deliverable="nice")
    assert kinds(brief).count(Kind.TIP) <= MOST_TIPS


@pytest.mark.parametrize("word", ["soon", "Nice", "asap", "snel", "mooie", "netjes", "goedkope"])
def test_a_vague_word_is_named(word: str) -> None:
    brief = Brief(level=LevelKey.JUST_DO_IT, title="Website", deliverable=f"A {word} page of 2 screens")
    assert [remark.word for remark in check(brief) if remark.word] == [word]


@pytest.mark.parametrize("text", ["Wat kost het?", "Goederen uitladen", "A nicety"])
def test_what_only_looks_like_a_vague_word_is_left_alone(text: str) -> None:
    vague = [remark.word for remark in check(Brief(level=LevelKey.JUST_DO_IT, title=text)) if remark.word]
    assert vague == []


def test_a_deliverable_without_any_number_gets_a_tip() -> None:
    brief = Brief(level=LevelKey.JUST_DO_IT, title="Names", deliverable="A list of names")
    assert any("A number helps" in text for text in texts(brief))


def test_keeping_the_purpose_open_is_possible_with_a_warning() -> None:
    brief = Brief(level=LevelKey.RESEARCH, title="Find events", purpose_open=True)
    assert Kind.NEED not in kinds(brief)
    assert "You keep the purpose open. The findings will be poorer for it." in texts(brief)


def test_a_limit_is_recognised() -> None:
    brief = Brief(level=LevelKey.WITHIN_LIMITS, title="Lunch", money_limit=Decimal(100))
    assert texts(brief)[0] == "There is a limit to work within."
