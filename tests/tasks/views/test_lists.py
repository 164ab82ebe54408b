"""The task list: filters, search, pages and what it costs."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from delegation.levels import LevelKey
from delegation.workflow import State
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, TeamFactory
from tests.tasks.factories import TaskFactory, task_in
from tests.tasks.views.conftest import ClientFor, crowd, text_of

LIST = reverse("task_list")
MOST_QUERIES = 6
NONSENSE = ["garbage", "\x00", "x" * 10_000, "-1", "' OR 1=1 --", "💥", "%00", "١٢٣", "[]", "None", "%", "_", "\\"]


def ids_on(page: str) -> list[str]:
    """The tasks on a page, in order."""
    return re.findall(r'<th scope="row"><a href="/tasks/([0-9a-f-]{36})/"', page)


def all_pages(client: Client, path: str) -> list[str]:
    """The tasks of all pages, following "Older"."""
    found: list[str] = []
    for _page in range(20):
        page = text_of(client.get(path))
        found += ids_on(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if older is None:
            return found
        path = LIST + older[1]
    raise AssertionError("the pages never end")


def titles(client: Client, **query: str) -> set[str]:
    """The titles of what is found."""
    return {task.title for task in client.get(LIST, query).context["tasks"]}


@pytest.mark.parametrize("teams", [1, 3])
def test_a_thousand_tasks_take_no_more_queries_than_a_few(
    teams: int, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    for _number in range(teams - 1):
        MembershipFactory.create(team=TeamFactory.create(), user=cast.owner, role=Role.OWNER)
    client = client_for(cast.owner)
    crowd(cast, 25, now)
    few = queries_of(lambda: client.get(LIST))
    crowd(cast, 975, now)
    assert queries_of(lambda: client.get(LIST)) == few <= MOST_QUERIES
    assert queries_of(lambda: client.get(LIST, {"q": "task", "level": "just_do_it"})) <= MOST_QUERIES


@pytest.mark.parametrize("teams", [1, 2])
@pytest.mark.parametrize("moments", [1, 7])
def test_pages_neither_skip_nor_repeat_a_task_that_changed_at_the_same_moment(
    teams: int, moments: int, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    expected = crowd(cast, 60, now)
    if teams == 2:
        MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ENTREPRENEUR)
        expected += crowd(cast, 60, now, team=cast.other_team)
    for number, task in enumerate(expected):
        task.changed_at = now - timedelta(microseconds=number % moments)
    type(expected[0]).objects.bulk_update(expected, ["changed_at"])
    found = all_pages(client_for(cast.owner), LIST)
    assert len(found) == len(expected)
    assert set(found) == {str(task.pk) for task in expected}
    by_age = {str(task.pk): task.changed_at for task in expected}
    assert [by_age[task_id] for task_id in found] == sorted(by_age.values(), reverse=True)


def test_the_filters_stay_on_the_following_pages(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    crowd(cast, 30, now, title="Bake bread")
    crowd(cast, 30, now, title="Buy butter")
    assert len(all_pages(client_for(cast.owner), f"{LIST}?q=bread&show=all")) == 30


def test_the_last_page_has_no_older_one(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    crowd(cast, 25, now)
    assert client_for(cast.owner).get(LIST).context["following"] is None


def test_open_tasks_are_shown_unless_asked_otherwise(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for state in (State.DRAFT, State.DONE, State.STOPPED, State.FLAGGED):
        task_in(state, LevelKey.JUST_DO_IT, cast, now, title=state.value)
    client = client_for(cast.owner)
    assert titles(client) == {"draft", "flagged"}
    assert titles(client, show="closed") == {"done", "stopped"}
    assert titles(client, show="all") == {"draft", "flagged", "done", "stopped"}
    assert titles(client, show="flagged") == {"flagged"}


def test_search_looks_at_title_and_deliverable(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, title="Find a CATERER", deliverable="Two quotes")
    task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, title="Book a room", deliverable="A caterer's lunch in it")
    task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, title="100% done_deal", deliverable="x")
    client = client_for(cast.owner)
    assert titles(client, q=" caterer ") == {"Find a CATERER", "Book a room"}
    assert titles(client, q="0% d") == {"100% done_deal"}
    assert titles(client, q="%") == {"100% done_deal"}
    assert titles(client, q="e_d") == {"100% done_deal"}


def test_level_assistant_and_team_narrow_the_list(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ENTREPRENEUR)
    task_in(State.OFFERED, LevelKey.ADVISE, cast, now, title="by Sam")
    task_in(State.OFFERED, LevelKey.RESEARCH, cast, now, title="by Gus", assistant=cast.guest)
    TaskFactory.create(team=cast.other_team, entrepreneur=cast.outsider, title="elsewhere")
    client = client_for(cast.owner)
    assert titles(client, level="advise") == {"by Sam"}
    assert titles(client, assistant=str(cast.guest.pk)) == {"by Gus"}
    assert titles(client, team=str(cast.other_team.pk)) == {"elsewhere"}
    assert titles(client, team=str(cast.team.pk), level="research") == {"by Gus"}


def test_a_team_of_others_is_as_empty_as_one_that_does_not_exist(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task_in(State.OFFERED, LevelKey.ADVISE, cast, now)
    client = client_for(cast.outsider)
    assert titles(client, team=str(cast.team.pk)) == titles(client, team=str(uuid4())) == set()


@pytest.mark.parametrize("name", ["before", "show", "level", "assistant", "team", "q"])
def test_an_address_that_makes_no_sense_is_no_error(
    name: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task_in(State.OFFERED, LevelKey.ADVISE, cast, now)
    client = client_for(cast.owner)
    for value in NONSENSE:
        page = client.get(LIST, {name: value})
        assert page.status_code == 200
        assert name == "q" or len(page.context["tasks"]) == 1


@pytest.mark.parametrize(
    "moment",
    [
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-11-23T09:00:00",
        "2026-11-23",
        "2026-13-45T00:00:00+00:00",
        "",
    ],
)
def test_a_page_that_begins_nowhere_is_the_first_one(
    moment: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task_in(State.OFFERED, LevelKey.ADVISE, cast, now)
    page = client_for(cast.owner).get(LIST, {"before": f"{moment}_{uuid4()}"})
    assert page.status_code == 200
    assert len(page.context["tasks"]) == 1


def test_what_was_searched_stands_in_the_field_as_text(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(LIST, {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_an_assistant_sees_what_was_handed_over_but_no_drafts(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.DRAFT, LevelKey.ADVISE, cast, now, title="secret")
    task_in(State.OFFERED, LevelKey.ADVISE, cast, now, title="offered", assistant=cast.guest)
    assert titles(client_for(cast.assistant), show="all") == {"offered"}
