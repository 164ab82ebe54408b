"""The limits that a new brief begins with: what the team has set for the assistant, the level, or all."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from delegation.levels import LevelKey
from tasks.models import UsualLimits
from tasks.templatetags.handover import hours, level_of, money


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits by column of Task; None, or an empty text, where there is none."""

    money_limit: Decimal | None = None
    time_limit: int | None = None
    ask_above: Decimal | None = None
    guidelines: str = ""

    def given(self) -> dict[str, Any]:
        """Those that there are."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


LIMIT_NAMES = tuple(field.name for field in fields(Limits))


def limits_for(rows: Iterable[UsualLimits], *, level: str, assistant: UUID | None) -> Limits:
    """What is usual for this assistant at this level. Pure.

    Each limit by itself: the assistant's goes before the level's, and that before the one for all.
    """
    found: dict[str, Any] = {}
    for row in sorted(rows, key=_narrowness):
        if row.assistant_id in {None, assistant} and row.level in {"", level}:
            found |= limits_of(row).given()
    return Limits(**found)


def limits_of(row: UsualLimits) -> Limits:
    """One row's own."""
    return Limits(**{name: getattr(row, name) for name in LIMIT_NAMES})


def usual_limits(team_id: UUID) -> list[UsualLimits]:
    """All that the team has set: for all, then by level, then by person, in an order that stays."""
    rows = UsualLimits.objects.filter(team=team_id).select_related("assistant")
    levels = list(LevelKey)
    return sorted(
        rows,
        key=lambda row: (
            _narrowness(row),
            levels.index(LevelKey(row.level)) if row.level else 0,
            row.assistant.short_name.casefold() if row.assistant else "",
            row.pk,
        ),
    )


def in_words(limits: Limits, currency: str) -> str:
    """ "at most € 100; at most 2 hours; ask first above € 50; departure after 18:00"."""
    parts = []
    if limits.money_limit is not None:
        parts.append(gettext("at most %(amount)s") % {"amount": money(limits.money_limit, currency)})
    if limits.time_limit is not None:
        parts.append(gettext("at most %(time)s") % {"time": hours(limits.time_limit)})
    if limits.ask_above is not None:
        parts.append(gettext("ask first above %(amount)s") % {"amount": money(limits.ask_above, currency)})
    if limits.guidelines:
        parts.append(" ".join(limits.guidelines.split()))
    return "; ".join(parts)


def whose(row: UsualLimits) -> str:
    """For whom a row is meant, in words."""
    if row.assistant:
        return row.assistant.short_name
    return str(level_of(row.level).name) if row.level else gettext("Every task")


def _narrowness(row: UsualLimits) -> int:
    return 2 if row.assistant_id else 1 if row.level else 0


def by_level_in_words(rows: Sequence[UsualLimits], currency: str) -> list[tuple[str, str]]:
    """What is usual at each level for somebody without limits of their own: (the level's key, the words)."""
    return [
        (key.value, in_words(limits_for(rows, level=key, assistant=None), currency) or gettext("nothing"))
        for key in LevelKey
    ]


def by_person_in_words(rows: Iterable[UsualLimits], currency: str) -> list[tuple[UUID, str, str]]:
    """What is set for people: (whom, their name, the words)."""
    return [
        (row.assistant.pk, row.assistant.short_name, in_words(limits_of(row), currency))
        for row in rows
        if row.assistant is not None
    ]
