"""Ids of another team: in the address, in what is asked for after it, and in whatever a form sends."""

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from django.urls import resolve, reverse

from tasks.models import DefaultCheckinRule, UsualLimits
from tests.house.addresses import ADDRESSES, everyone
from tests.house.conftest import World
from tests.house.test_access_methods import path_to
from tests.house.walks import body, plain, undone

pytestmark = pytest.mark.walk

THEIR_OWN_TEAM = ("owner", "entrepreneur", "assistant", "guest")
# Whoever holds one of these may open it: the token in it is the proof.
BY_TOKEN = {"invitation", "invitation_join", "unsubscribe", "answer_link", "account_confirm_email"} | {
    "account_reset_password_from_key"
}
# Removing what is not there is no mistake: somebody else may have removed it just before. Nothing changes.
REMOVED_ALREADY = {"team_checkin_remove", "team_limits_remove", "session_end"}
WITH_IDS = [name for name, address in ADDRESSES.items() if "world" in address.args.__code__.co_varnames]


def has_ids(args: list[object]) -> bool:
    return any(isinstance(arg, UUID | int) for arg in args)


@pytest.mark.parametrize("name", WITH_IDS)
def test_rights_in_a_team_of_ones_own_open_nothing_elsewhere(name: str, world: World, elsewhere: World) -> None:
    address = ADDRESSES[name]
    if name in BY_TOKEN or not has_ids(address.args(world)):
        return
    path = path_to(name, world)
    with undone() as changes:
        for person in THEIR_OWN_TEAM:
            client = elsewhere.clients[person]
            found = {client.get(path).status_code, client.post(path, address.sent).status_code}
            found -= {302} if name in REMOVED_ALREADY else set()
            assert found <= {404, 405}, (person, path)
        for person in THEIR_OWN_TEAM:  # nobody was logged out by somebody else
            assert world.clients[person].get("/inbox/").status_code == 200
    assert changes == []


@pytest.mark.parametrize("name", WITH_IDS)
def test_one_foreign_id_among_ones_own_is_not_found(name: str, world: World, elsewhere: World) -> None:
    address = ADDRESSES[name]
    ways = list(mixed(address.args(elsewhere), address.args(world)))
    with undone() as changes:
        for args in ways:
            path = reverse(name, args=args)
            for person in THEIR_OWN_TEAM:
                client = elsewhere.clients[person]
                found = {client.get(path).status_code, client.post(path, address.sent).status_code}
                found -= {302} if name in REMOVED_ALREADY else set()
                # Not their role to do is said before it is looked for.
                assert found <= {404, 405, 403}, (person, path)
                assert person != "owner" or found <= {404, 405}, path
        assert DefaultCheckinRule.objects.filter(pk=world.usual_rule.pk).exists()
        assert UsualLimits.objects.filter(pk=world.usual_limits.pk).exists()
    assert name in REMOVED_ALREADY or changes == []


def mixed(own: list[object], foreign: list[object]) -> Iterator[list[object]]:
    """The arguments with some ids of one's own and some foreign ones, in every way that has both."""
    places = [place for place, value in enumerate(own) if isinstance(value, UUID | int)]
    for taken in product((False, True), repeat=len(places)):
        if any(taken) and not all(taken):
            swapped = {place for place, foreign_one in zip(places, taken, strict=True) if foreign_one}
            yield [foreign[place] if place in swapped else value for place, value in enumerate(own)]


# --- what is asked for after the question mark ---------------------------------------------------------------------

ASKED_FOR = re.compile(r"""request\.GET(?:\.get(?:list)?\(|\[)["'](\w+)["']""")


def parameters(path: str) -> set[str]:
    """The names of what the view there may read from the address."""
    view = resolve(path).func
    sources = [inspect.getsource(sys.modules[name]) for name in (view.__module__, "tasks.access", "accounts.access")]
    return {name for source in sources for name in ASKED_FOR.findall(source)}


@pytest.fixture
def marks(world: World) -> set[str]:
    """Words that stand on no page but those of Eva's team: ids, and the names of its people."""
    ids = {world.cast.team.pk, world.task.pk, world.wish.pk, world.agreement.pk, world.expense.pk, world.file.pk}
    people = [world.cast.owner, world.cast.entrepreneur, world.cast.assistant, world.cast.guest]
    return {str(id) for id in ids} | {person.name for person in people} | {person.email for person in people}


@pytest.mark.parametrize("name", [name for name, address in ADDRESSES.items() if address.get != everyone(405)])
def test_a_filter_on_a_foreign_id_shows_nothing_of_it(
    name: str, world: World, elsewhere: World, marks: set[str]
) -> None:
    if name == "admin:" or name in BY_TOKEN:
        return
    path = reverse(name, args=ADDRESSES[name].args(elsewhere))
    wanted = {
        "team": world.cast.team.pk, "assistant": world.cast.assistant.pk, "task": world.task.pk, "q": "caterer",
        "whom": world.cast.assistant.pk, "turn": world.wish.pk, "after": world.expense.pk, "resource": world.wish.pk,
    }  # fmt: skip
    client = elsewhere.clients["owner"]
    if client.get(path).status_code == 405:
        return
    with undone():
        for parameter in parameters(path):
            value = str(wanted.get(parameter, world.task.pk))
            answer = client.get(path, {parameter: value})
            assert answer.status_code < 500
            shown = body(answer).replace(value, "")
            assert {mark for mark in marks if mark in shown} == set(), (path, parameter)


def test_the_marks_stand_on_the_pages_of_their_own_team(world: World, marks: set[str]) -> None:
    pages = [
        body(world.clients["owner"].get(path_to(name, world))) for name in ("task", "wishes", "team", "agreements")
    ]
    assert plain(world.task.pk) in plain("".join(pages))
    assert len([mark for mark in marks if any(mark in page for page in pages)]) > len(marks) / 2
