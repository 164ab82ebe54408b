"""Which limits a new brief begins with: each by itself, the person's before the level's before the one for all."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from delegation.levels import LevelKey
from tasks.models import UsualLimits
from tasks.usual_limits import Limits, in_words, limits_for

SAM, GUS = uuid4(), uuid4()
TEAM = uuid4()


def row(level: str = "", person: UUID | None = None, **limits: object) -> UsualLimits:
    return UsualLimits(team_id=TEAM, level=level, assistant_id=person, **limits)


FOR_ALL = row(money_limit=Decimal(100), time_limit=120, guidelines="By train")
FOR_PROPOSE = row(LevelKey.PROPOSE, money_limit=Decimal(200), ask_above=Decimal(50))
FOR_SAM = row(person=SAM, time_limit=60, ask_above=Decimal(0))


@pytest.mark.parametrize(
    ("level", "person", "found"),
    [
        ("advise", None, Limits(money_limit=Decimal(100), time_limit=120, guidelines="By train")),
        ("advise", GUS, Limits(money_limit=Decimal(100), time_limit=120, guidelines="By train")),
        (
            "propose", GUS,
            Limits(money_limit=Decimal(200), time_limit=120, ask_above=Decimal(50), guidelines="By train"),
        ),
        (
            "propose", SAM,
            Limits(money_limit=Decimal(200), time_limit=60, ask_above=Decimal(0), guidelines="By train"),
        ),
        (
            "advise", SAM,
            Limits(money_limit=Decimal(100), time_limit=60, ask_above=Decimal(0), guidelines="By train"),
        ),
    ],
)  # fmt: skip
def test_each_limit_comes_from_what_is_said_most_closely(level: str, person: UUID | None, found: Limits) -> None:
    for rows in ([FOR_ALL, FOR_PROPOSE, FOR_SAM], [FOR_SAM, FOR_PROPOSE, FOR_ALL]):
        assert limits_for(rows, level=level, assistant=person) == found


def test_without_anything_usual_there_is_nothing() -> None:
    assert limits_for([], level="advise", assistant=SAM).given() == {}


def test_they_are_told_in_words() -> None:
    limits = Limits(money_limit=Decimal("99.50"), time_limit=90, ask_above=Decimal(0), guidelines="By\ntrain")
    words = "at most €\xa099.50; at most 1\xa0hour\xa030\xa0min; ask first above €\xa00; By train"
    assert in_words(limits, "EUR") == words
