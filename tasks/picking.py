"""Which resources a brief may need: those that were chosen, those that earlier tasks needed, those that are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count

from accounts.models import Team
from tasks.lending import matching
from tasks.models import Resource, Task

MOST_SUGGESTED = 5
MOST_OFTEN = 6
MOST_FOUND = 10
# So many attachments of earlier tasks are looked at, the newest first.
LOOKED_AT = 500
# A word that two titles share says more than that the same person does something at the same level.
BY_WORD, BY_PERSON = 3, 1
# From here on two words with the same beginning are taken for the same: nieuwsbrief and nieuwsbrieven.
SAME_BEGINNING = 6

# What titles of all kinds of tasks share.
_OF_ALL = """
    aan alle als and are best beste bij call check deze die dit doe doen door een eens eerste find first for from
    geef get give goede haal have het hoe ieder iets into jaar kies kiezen kijk laat lijst list maak maand maar make
    maken meer met month naar need needs new next niet nieuw nieuwe nodig nog now ons onze ook order our over per
    plan regel regelen schrijf schrijven search send set sturen stuur taak task ten than that the their this toe tot
    uit van vind vinden volgende voor want was week weken welke werk with work write year you your zijn zodat zoek
    zoeken zonder
"""
WORDS_OF_ALL = frozenset(_OF_ALL.split())


@dataclass(frozen=True)
class Pick:
    """A resource to choose. `times`: how many earlier tasks speak for it."""

    id: UUID
    name: str
    kind: str
    times: int = 0


@dataclass(frozen=True)
class Picker:
    """What can be chosen from while writing a brief, each resource once.

    `found`: None when nothing was searched for; `more`: more fits than is shown.
    """

    chosen: list[Pick] = field(default_factory=list)
    suggested: list[Pick] = field(default_factory=list)
    found: list[Pick] | None = None
    more: bool = False
    often: list[Pick] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the team has nothing to choose from."""
        return self.found is None and not (self.chosen or self.suggested or self.often)


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What is being written: as much of a brief as says what it may need. `task_id`: of one that exists already."""

    title: str = ""
    level: str = ""
    assistant_id: UUID | None = None
    task_id: UUID | None = None


def picker_of(team: Team, writing: Writing, *, chosen: Iterable[UUID], search: str) -> Picker:
    """All of it for a team's brief. Three queries at most, and some twenty rows, however much the team has."""
    picked = _chosen(team, chosen)
    seen = {pick.id for pick in picked}
    suggested = [pick for pick in suggestions(team, writing) if pick.id not in seen][:MOST_SUGGESTED]
    seen |= {pick.id for pick in suggested}
    if not search:
        return Picker(picked, suggested, often=_often(team, seen))
    rows = matching(team.resources.exclude(pk__in=seen), search).order_by("name", "id")
    found = [Pick(*row) for row in rows.values_list("id", "name", "kind")[: MOST_FOUND + 1]]
    return Picker(picked, suggested, found=found[:MOST_FOUND], more=len(found) > MOST_FOUND)


def suggestions(team: Team, writing: Writing) -> list[Pick]:
    """What earlier tasks of the team needed that are like this one, those first for which most speaks.

    Like it: with a telling word of the title in common, or carried out by the same person at the same level.
    """
    words = telling_words(writing.title)
    if not words and not writing.assistant_id:
        return []
    points: dict[UUID, int] = {}
    picks: dict[UUID, Pick] = {}
    like: dict[UUID, int] = {}
    for resource_id, name, kind, task_id, title, level, assistant_id in _earlier(team, writing):
        if task_id not in like:
            same = writing.assistant_id is not None and (assistant_id, level) == (writing.assistant_id, writing.level)
            like[task_id] = BY_WORD * _share(words, telling_words(title)) + BY_PERSON * same
        if like[task_id]:
            points[resource_id] = points.get(resource_id, 0) + like[task_id]
            times = picks[resource_id].times if resource_id in picks else 0
            picks[resource_id] = Pick(resource_id, name, kind, times + 1)
    return sorted(picks.values(), key=lambda pick: (-points[pick.id], pick.name, str(pick.id)))


def _earlier(team: Team, writing: Writing) -> Iterable[tuple[UUID, str, str, UUID, str, str, UUID | None]]:
    lent = Task.resources.through.objects.filter(task__team=team, resource__team=team)
    if writing.task_id:
        lent = lent.exclude(task=writing.task_id)
    columns = ("resource_id", "resource__name", "resource__kind")
    of_task = ("task_id", "task__title", "task__level", "task__assistant_id")
    rows: Iterable[tuple[UUID, str, str, UUID, str, str, UUID | None]] = lent.order_by(
        "-task__changed_at", "-task_id"
    ).values_list(*columns, *of_task)[:LOOKED_AT]
    return rows


def _chosen(team: Team, ids: Iterable[UUID]) -> list[Pick]:
    wanted = list(ids)
    if not wanted:
        return []
    rows = team.resources.filter(pk__in=wanted).order_by("name", "id")
    return [Pick(*row) for row in rows.values_list("id", "name", "kind")]


def _often(team: Team, seen: set[UUID]) -> list[Pick]:
    """What the team needs most, and where that is not much yet, whatever it has."""
    rows = Resource.objects.filter(team=team).values("id", "name", "kind").annotate(times=Count("tasks"))
    rows = rows.exclude(pk__in=seen).order_by("-times", "name", "id")[:MOST_OFTEN]
    return [Pick(row["id"], row["name"], row["kind"], row["times"]) for row in rows]


# --- words --------------------------------------------------------------------------------------------------------


def telling_words(title: str) -> frozenset[str]:
    """The words that say what a task is about: without the short ones and those that any task has, accents aside."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[^\W\d_]{3,}", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return frozenset(words[:40]) - WORDS_OF_ALL


def _share(some: frozenset[str], others: frozenset[str]) -> bool:
    return bool(some & others) or any(_same(one, other) for one in some for other in others)


def _same(one: str, other: str) -> bool:
    """One word in two forms: brochure and brochures, nieuwsbrief and nieuwsbrieven."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SAME_BEGINNING - 1:
        return False
    return longer.startswith(shorter[: max(SAME_BEGINNING, len(shorter) - 2)])
