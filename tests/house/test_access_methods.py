"""What the table of addresses leaves out: the other methods, the administrator, and that looking changes nothing."""

import pytest
from django.urls import reverse

from tests.house.addresses import ADDRESSES, LOGIN, PEOPLE
from tests.house.conftest import World
from tests.house.walks import undone

pytestmark = pytest.mark.walk

EVERYBODY = (*PEOPLE, "administrator")
NOT_KNOWN = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

# Looking at these does something: a message that was opened is read, a first look at one's addresses copies the one
# from the account, and taking an export away is written down.
LOOKING_CHANGES = {"message", "account_email", "profile_export", "money_records_csv", "timesheet_csv", "timesheet_pdf"}
# An administrator who is in no team is nobody there. Olga, with whom they are compared, has a team of her own.
ADMINISTRATOR = {"task_new": (403, 403), "clarity": (405, 403), "resources": (200, 403), "wishes": (200, 403)}
ADMINISTRATOR |= {"resource_picker": (405, 403)}


def path_to(name: str, world: World) -> str:
    address = ADDRESSES[name]
    return reverse("admin:index" if name == "admin:" else name, args=address.args(world)) + address.query(world)


@pytest.mark.parametrize("name", ADDRESSES)
def test_other_methods_are_refused_and_looking_changes_nothing(name: str, world: World) -> None:
    path = path_to(name, world)
    with undone() as changes:
        refused = {
            (person, method): world.clients[person].generic(method, path).status_code
            for person in EVERYBODY
            for method in NOT_KNOWN
        }
        heads = [world.clients[person].head(path) for person in PEOPLE]
        for person, head in zip(PEOPLE, heads, strict=True):
            if head.status_code == 405:  # else this was looking already
                world.clients[person].get(path)
    assert set(refused.values()) == {405}
    expected = [302 if answer == LOGIN else answer for answer in ADDRESSES[name].get]
    assert all(head.status_code in {answer, 405} for head, answer in zip(heads, expected, strict=True))
    assert {head.content for head in heads if not head.streaming} <= {b""}
    assert [change.sql for change in changes if name not in LOOKING_CHANGES] == []


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - {"admin:"}))
def test_an_administrator_who_is_no_member_is_nobody_in_a_team(name: str, world: World) -> None:
    address, client = ADDRESSES[name], world.clients["administrator"]
    outsider = PEOPLE.index("outsider")
    expected = ADMINISTRATOR.get(name, (address.get[outsider], address.post[outsider]))
    path = path_to(name, world)

    with undone():
        assert (client.get(path).status_code, client.post(path, address.sent).status_code) == expected
