"""Every form that somebody gets to see offers only what is theirs, and sending it with an id of another team's in any
of its fields changes nothing that carries that id."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Resource, Task
from tasks.screens import SCREENS
from tests.conftest import MONDAY
from tests.house.addresses import ADDRESSES
from tests.house.conftest import World, Worlds
from tests.house.test_access_methods import path_to
from tests.house.walks import Form, Page, all_ids, body, plain, undone
from tests.tasks.factories import task_in

pytestmark = pytest.mark.walk

# Fields that name something, and what. Sent with every form, also where the page as it is made here does not show them.
NAMING = {
    "assistant": "User", "user": "User", "deputy": "User", "whom": "User", "team": "Team", "task": "Task",
    "turn": "Turn", "resources": "Resource", "resource": "Resource", "wish": "Wish", "membership": "Membership",
}  # fmt: skip
WHO = ("owner", "entrepreneur", "assistant", "guest")
LEAVING = ("account_logout", "set_language")  # forms of every page, which carry no id

Foreign = dict[str, str]  # an id of something in Olga's team, to what it is
PAGES = [name for name, address in ADDRESSES.items() if set(address.get) & {200} and name not in {"admin:", "readyz"}]


@pytest.fixture
def foreign(worlds: Worlds) -> Foreign:
    return worlds.foreign


@pytest.mark.parametrize("name", PAGES)
def test_a_form_takes_no_id_of_another_team(name: str, world: World, foreign: Foreign) -> None:
    path = path_to(name, world)
    for person in WHO:
        press_everything(world.clients[person], path, foreign)


@pytest.mark.parametrize(
    ("state", "level"),
    [
        (State.DRAFT, LevelKey.WITHIN_LIMITS),
        (State.OFFERED, LevelKey.WITHIN_LIMITS),
        (State.IN_PROGRESS, LevelKey.WITHIN_LIMITS),
        (State.AWAITING_APPROVAL, LevelKey.PROPOSE),
        (State.AWAITING_DECISION, LevelKey.ADVISE),
        (State.FLAGGED, LevelKey.WITHIN_LIMITS),
        (State.DELIVERED, LevelKey.PROPOSE),
        (State.DONE, LevelKey.PROPOSE),
    ],
)
def test_no_action_takes_an_id_of_another_team(
    state: State, level: LevelKey, world: World, elsewhere: World, foreign: Foreign
) -> None:
    task = task_in(state, level, world.cast, MONDAY)
    there = task_in(state, level, elsewhere.cast, MONDAY)  # with a turn of the same kind
    foreign = foreign | {plain(turn.pk): "Turn" for turn in there.turns.all()}
    for person in ("owner", "assistant"):
        for path in pages_of(task, world.clients[person]):
            press_everything(world.clients[person], path, foreign)


def pages_of(task: Task, client: Client) -> Iterator[str]:
    """The task's page and each of its actions' that this person can open."""
    for path in (task.get_absolute_url(), *(reverse("task_action", args=[task.pk, slug]) for slug in SCREENS)):
        if client.get(path).status_code == 200:
            yield path


def press_everything(client: Client, path: str, foreign: Foreign) -> None:
    """Sends each form of a page as it stands, but for an id of another team."""
    answer = client.get(path)
    if answer.status_code != 200:
        return
    for form in Page(body(answer)).forms:
        offered = {plain(value) for values in form.fields.values() for value in values}
        assert offered & set(foreign) == set(), (path, form.action)
        if form.method == "post" and urlsplit(form.action).path not in map(reverse, LEAVING):
            for data in with_a_foreign_id(form, foreign):
                refuse(client, urljoin(path, form.action), data, foreign)


def with_a_foreign_id(form: Form, foreign: Foreign) -> Iterator[dict[str, object]]:
    """What the form sends, with one id in it that is not of this team: in each field that holds one, then in all
    fields that may."""
    kinds = all_ids()
    example = {kind: id for id, kind in foreign.items()}
    for name, values in form.fields.items():
        for kind in {kinds[plain(value)].__name__ for value in values if plain(value) in kinds} & set(example):
            yield {**form.filled, name: example[kind]}
    yield {**form.filled, **{name: example[kind] for name, kind in NAMING.items() if kind in example}}


def refuse(client: Client, path: str, data: dict[str, object], foreign: Foreign) -> None:
    with undone() as changes:
        status = client.post(path, data).status_code
    assert status < 500, (path, data)
    assert [change.sql for change in changes if change.ids & set(foreign)] == [], (path, data)


def test_a_form_that_did_take_one_would_be_noticed(world: World, foreign: Foreign) -> None:
    theirs = next(id for id, kind in foreign.items() if kind == "Resource")

    class Careless:
        def post(self, path: str, data: object) -> HttpResponse:
            world.task.resources.add(Resource.objects.get(pk=theirs))
            return HttpResponse()

    with pytest.raises(AssertionError, match="INSERT"):
        refuse(Careless(), "/", {}, foreign)  # type: ignore[arg-type]


def test_a_page_that_did_offer_one_would_be_noticed(world: World, foreign: Foreign) -> None:
    theirs = next(id for id, kind in foreign.items() if kind == "Resource")

    class Careless:
        def get(self, path: str) -> HttpResponse:
            return HttpResponse(f'<form><select name="resources"><option value="{UUID(theirs)}"></select></form>')

    with pytest.raises(AssertionError):
        press_everything(Careless(), "/", foreign)  # type: ignore[arg-type]
