"""What people do is written down with the address of the device on which they did it, from the view to the row."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Invitation, Membership
from delegation.levels import LevelKey
from tests.factories import InvitationFactory
from tests.house.conftest import World

ROOT = Path(__file__).resolve().parent.parent.parent
# Nobody presses in the demo, and a background job has no device.
NO_DEVICE = ("tasks/demo/", "tasks/sweeps/", "tasks/erasing/")
# What is written while an account is deleted keeps none: they are taken out again in the same transaction.
MEANT = {("tasks/actions/closing.py", "note Happened.ACCOUNT_DELETED"), ("tasks/actions/closing.py", "let_go")}


def modules() -> Iterator[tuple[str, ModuleType, ast.Module]]:
    for folder in ("accounts", "tasks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name and not name.startswith(NO_DEVICE):
                module = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
                yield name, module, ast.parse(path.read_text())


def called(module: ModuleType, call: ast.Call) -> Any:
    """The function of the house that is called, by the names of the module; None for anything else."""
    first, *rest = ast.unparse(call.func).split(".")
    found: Any = vars(module).get(first)
    for name in rest:
        found = getattr(found, name, None)
    found = inspect.unwrap(found) if inspect.isfunction(found) else None
    return found if found and found.__module__.startswith(("accounts.", "tasks.")) else None


def calls() -> Iterator[tuple[str, bool]]:
    """Each call of something that takes the address, and whether it is given one."""
    for name, module, tree in modules():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            function = called(module, call)
            if function is None or "ip" not in inspect.signature(function).parameters:
                continue
            what = " ".join(ast.unparse(part) for part in (call.func, *call.args[:1]))
            given = {keyword.arg for keyword in call.keywords} & {"ip", None} or (name, what) in MEANT
            by_place = list(inspect.signature(function).parameters).index("ip") < len(call.args)
            yield f"{name}:{call.lineno} {what}", bool(given or by_place)


def test_everything_that_takes_the_address_is_given_it() -> None:
    found = list(calls())
    assert sum(" note Happened." in call for call, _given in found) > 25
    assert [call for call, given in found if not given] == []


def presses(world: World) -> dict[str, tuple[Client, str, dict[str, str]]]:
    """Kind of entry: who presses what."""
    owner, team = world.clients["owner"], world.cast.team
    sam = Membership.objects.get(team=team, user=world.cast.assistant)
    open_one = InvitationFactory.create(team=team, invited_by=world.cast.owner, email="ann@example.com")
    for_guest: Invitation = InvitationFactory.create(
        team=team, invited_by=world.cast.owner, email=world.cast.outsider.email, role="guest"
    )
    settings = {"name": "Another name", "language": "en", "time_zone": "Europe/Amsterdam"}
    login = {"kind": "login", "name": "Planable", "user_name": "eva", "password": "something-else-7"}
    return {
        "invited": (owner, reverse("invite", args=[team.pk]), {"email": "bo@example.com", "role": "assistant"}),
        "invitation-withdrawn": (owner, reverse("invitation_withdraw", args=[open_one.pk]), {}),
        "joined": (world.clients["outsider"], reverse("invitation", args=[for_guest.token]), {}),
        "role-changed": (owner, reverse("member_role", args=[sam.pk]), {"role": "guest"}),
        "ceiling-changed": (owner, reverse("member_ceiling", args=[sam.pk]), {"ceiling": LevelKey.ADVISE}),
        "team-changed": (owner, reverse("team_settings", args=[team.pk]), settings),
        "resource-added": (owner, reverse("resources"), {**login, "team": str(team.pk)}),
        "resource-changed": (owner, reverse("resource_edit", args=[world.login.pk]), login),
        "secret-changed": (owner, reverse("resource_edit", args=[world.login.pk]), login),
    }


KINDS = (
    *("invited", "invitation-withdrawn", "joined", "role-changed", "ceiling-changed", "team-changed"),
    *("resource-added", "resource-changed", "secret-changed"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_press_leaves_the_address_of_its_device(kind: str, world: World) -> None:
    client, path, sent = presses(world)[kind]
    last = AuditEntry.objects.order_by("id").values_list("id", flat=True).last() or 0
    client.post(path, sent, REMOTE_ADDR="198.51.100.7")
    written = dict(AuditEntry.objects.filter(id__gt=last).values_list("kind", "ip"))
    assert kind in written
    assert set(written.values()) == {"198.51.100.7"}
