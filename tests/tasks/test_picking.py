"""What a brief may need: what earlier tasks of the team needed, and what is found."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Resource, ResourceKind, Task
from tasks.picking import MOST_FOUND, MOST_OFTEN, Writing, picker_of, suggestions, telling_words
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, TaskFactory, task_in


@pytest.fixture
def logo(cast: Cast) -> Resource:
    return ResourceFactory.create(team=cast.team, name="Logo")


def earlier(cast: Cast, title: str, *resources: Resource, **fields: Any) -> Task:
    task = TaskFactory.create(**{"team": cast.team, "entrepreneur": cast.owner, "title": title, **fields})
    task.resources.set(resources)
    return task


def names(cast: Cast, title: str = "", **writing: Any) -> list[tuple[str, int]]:
    return [(pick.name, pick.times) for pick in suggestions(cast.team, Writing(title=title, **writing))]


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Nieuwsbrief van januari", "De nieuwsbrieven van december"),
        ("Lunch for the workshop", "lunches, ordered"),
        ("De CAFÉ-avond", "cafe regelen"),
        ("Btw-aangifte", "btw nakijken"),
    ],
)
def test_a_telling_word_in_common_suggests_what_was_needed(title: str, other: str, cast: Cast, logo: Resource) -> None:
    earlier(cast, other, logo)
    assert names(cast, title) == [("Logo", 1)]


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Make a list of the best hotels", "Make a list of the best caterers"),
        ("Een lijst van hotels", "Een lijst van cateraars"),
        ("", "Anything"),
        ("Instagram", "Instructies"),
        ("12 34", "12 34"),
    ],
)
def test_words_that_any_task_has_suggest_nothing(title: str, other: str, cast: Cast, logo: Resource) -> None:
    earlier(cast, other, logo)
    assert names(cast, title) == []


def test_the_same_person_at_the_same_level_suggests_too(cast: Cast, logo: Resource) -> None:
    earlier(cast, "One", logo, assistant=cast.assistant, level=LevelKey.ADVISE)
    assert names(cast, assistant_id=cast.assistant.pk, level="advise") == [("Logo", 1)]
    assert names(cast, assistant_id=cast.assistant.pk, level="propose") == []
    assert names(cast, assistant_id=cast.guest.pk, level="advise") == []
    assert names(cast, level="advise") == []


def test_what_most_speaks_for_comes_first_with_how_often(cast: Cast, logo: Resource) -> None:
    often, by_level = (ResourceFactory.create(team=cast.team, name=name) for name in ("Often", "A"))
    for _number in range(2):
        earlier(cast, "Brochure", often)
    earlier(cast, "Brochure", logo)
    earlier(cast, "Else", by_level, assistant=cast.assistant, level=LevelKey.ADVISE)
    found = names(cast, "The brochure", assistant_id=cast.assistant.pk, level="advise")
    assert found == [("Often", 2), ("Logo", 1), ("A", 1)]


def test_nothing_of_another_team_is_suggested_found_or_shown(cast: Cast) -> None:
    foreign = ResourceFactory.create(team=cast.other_team, name="Brochure of Olga")
    earlier(cast, "Brochure", foreign, team=cast.other_team, entrepreneur=cast.outsider)
    earlier(cast, "Brochure", foreign)  # which no action would do
    picker = picker_of(cast.team, Writing(title="Brochure"), chosen=[foreign.pk, uuid4()], search="")
    assert picker.is_empty
    assert picker_of(cast.team, Writing(), chosen=[], search="Olga").found == []


def test_the_task_itself_suggests_nothing(cast: Cast, logo: Resource) -> None:
    task = earlier(cast, "Brochure", logo)
    assert names(cast, "Brochure", task_id=task.pk) == []


def test_each_resource_is_offered_once(cast: Cast, now: datetime) -> None:
    resources = {name: ResourceFactory.create(team=cast.team, name=f"Sheet {name}") for name in "abcd"}
    task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, title="Brochure", resources=[resources["a"], resources["b"]])
    picker = picker_of(cast.team, Writing(title="Brochure"), chosen=[resources["a"].pk], search="sheet")
    shown = [[pick.name[-1] for pick in picks] for picks in (picker.chosen, picker.suggested, picker.found or [])]
    assert shown == [["a"], ["b"], ["c", "d"]]
    assert picker.often == []


def test_a_thousand_resources_make_no_longer_page(cast: Cast, now: datetime) -> None:
    def more(count: int) -> None:
        rows = ResourceFactory.build_batch(count, team=cast.team, kind=ResourceKind.NOTE)
        Resource.objects.bulk_create(rows)
        for number in range(10):
            earlier(cast, "Brochure", *rows[number : number + 5], changed_at=now + timedelta(minutes=number))

    def look(search: str) -> int:
        return queries_of(lambda: picker_of(cast.team, Writing(title="Brochure"), chosen=chosen, search=search))

    more(20)
    chosen = [Resource.objects.all()[0].pk]
    few = [look(""), look("resource")]
    more(1000)
    assert [look(""), look("resource")] == few == [3, 3]
    picker = picker_of(cast.team, Writing(title="Brochure"), chosen=chosen, search="")
    assert (len(picker.suggested), len(picker.often)) == (5, MOST_OFTEN)
    picker = picker_of(cast.team, Writing(), chosen=[], search="resource")
    assert (len(picker.found or []), picker.more) == (MOST_FOUND, True)


def test_what_is_needed_most_comes_first_without_a_search(cast: Cast) -> None:
    rows = [ResourceFactory.create(team=cast.team, name=f"{number}") for number in range(9)]
    for row in rows[7:]:
        earlier(cast, "One", row)
    earlier(cast, "Two", rows[8])
    often = picker_of(cast.team, Writing(), chosen=[], search="").often
    assert [pick.name for pick in often] == ["8", "7", "0", "1", "2", "3"]


def test_a_title_is_read_without_accents_and_short_words() -> None:
    assert telling_words("De Café-avond: 3 nieuwe ideeën, en zo") == {"cafe", "avond", "ideeen"}
