"""What the access matrix looks at: a team with something behind every kind of address."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone, translation

from accounts.models import Absence, DaysOff, Invitation, Membership, Message, Role, User
from delegation.levels import LevelKey
from delegation.models import Agreement
from delegation.workflow import State
from tasks import answer_links
from tasks.actions.wishes import add_wish
from tasks.models import (
    Checkin,
    CheckinState,
    DataExport,
    DefaultCheckinRule,
    Expense,
    ExportState,
    Resource,
    ResourceKind,
    SecretToRotate,
    StoredFile,
    Task,
    TimeEntry,
    UsualLimits,
    Wish,
)
from tasks.uploads import store
from tests.conftest import MONDAY, Cast, gather_cast, logged_in
from tests.factories import InvitationFactory, MembershipFactory, UserFactory
from tests.house.walks import all_ids, plain
from tests.tasks.agreed import proposed
from tests.tasks.factories import ResourceFactory, task_in
from tests.tasks.secrets import KEY, login_of


@dataclass(frozen=True)
class World:
    """A task of Sam's in Eva's team, and something behind every other kind of address."""

    cast: Cast
    task: Task
    file: StoredFile
    resource_file: StoredFile
    login: Resource
    message: Message
    invitation: Invitation
    membership: Membership
    days_off: DaysOff
    answer_token: str
    usual_rule: DefaultCheckinRule
    usual_limits: UsualLimits
    expense: Expense
    wish: Wish
    time_entry: TimeEntry
    agreement: Agreement
    to_rotate: SecretToRotate
    export: DataExport
    absence: Absence
    clients: dict[str, Client]


@dataclass(frozen=True)
class Worlds:
    """The one that is looked at, and one just like it in Olga's team: whatever has an id here has one there."""

    world: World
    elsewhere: World
    foreign: dict[str, str]  # the id of everything that is only elsewhere, to the name of its model


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Worlds]:
    """Built once for all tests of a file; what a test does to it is undone after the test."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, translation.override("en"), transaction.atomic():
        cast = gather_cast()
        world = build(cast, MONDAY)
        shared = set(all_ids()) - {plain(cast.other_team.pk), plain(cast.outsider.pk)}
        elsewhere = build(seen_from_elsewhere(cast), MONDAY)
        foreign = {id: model.__name__ for id, model in all_ids().items() if id not in shared}
        yield Worlds(world=world, elsewhere=elsewhere, foreign=foreign)
        transaction.set_rollback(True)


@pytest.fixture
def world(worlds: Worlds, db: None) -> World:
    """What a test looks at. Everybody is logged in, whoever logged out in the test before."""
    return with_cookies(worlds.world)


@pytest.fixture
def elsewhere(worlds: Worlds, db: None) -> World:
    """The same things in a team whose people have no business here."""
    return with_cookies(worlds.elsewhere)


def with_cookies(world: World) -> World:
    """The world with clients that have the cookies of the login."""
    clients = {name: Client() for name in world.clients}
    for name, client in clients.items():
        client.cookies = SimpleCookie({key: morsel.value for key, morsel in world.clients[name].cookies.items()})
    return replace(world, clients=clients)


def seen_from_elsewhere(cast: Cast) -> Cast:
    """Olga's team with everyone in it, to whom Eva's is the other one."""

    def person(name: str, role: Role) -> User:
        user = UserFactory.create(name=name, email=f"{name.split()[0].lower()}@example.com", language="en")
        MembershipFactory.create(team=cast.other_team, user=user, role=role)
        return user

    return Cast(
        team=cast.other_team,
        owner=cast.outsider,
        entrepreneur=person("Otto Otten", Role.ENTREPRENEUR),
        assistant=person("Omar Ooms", Role.ASSISTANT),
        guest=person("Ossip Ober", Role.GUEST),
        other_team=cast.team,
        outsider=cast.owner,
    )


def build(cast: Cast, now: datetime) -> World:
    """A world around the people of a cast."""
    onlooker = UserFactory.create(name="Oda Onink")
    MembershipFactory.create(team=cast.team, user=onlooker)
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    uploads = [SimpleUploadedFile(name, b"content") for name in ("draft.pdf", "logo.png")]
    file = store(uploads[:1], team=cast.team, task=task, by=cast.assistant, now=now)[0]
    resource_file = store(uploads[1:], team=cast.team, task=None, by=cast.owner, now=now)[0]
    task.resources.add(ResourceFactory.create(team=cast.team, kind=ResourceKind.FILE, stored_file=resource_file))
    login = login_of(cast, now, one_time_code=KEY)
    task.resources.add(login)
    moment = timezone.now()
    asked = Checkin.objects.create(
        task=task, assistant=cast.assistant, state=CheckinState.ASKED, due_at=moment, asked_at=moment
    )
    people = {
        "administrator": UserFactory.create(name="Ada Admin", is_staff=True, is_superuser=True),
        "outsider": cast.outsider,
        "guest": cast.guest,
        "onlooker": onlooker,
        "assistant": cast.assistant,
        "entrepreneur": cast.entrepreneur,
        "owner": cast.owner,
    }
    export = DataExport(
        person=cast.owner,
        team=cast.team,
        state=ExportState.READY,
        asked_at=moment,
        expires_at=moment + timedelta(days=7),
    )
    export.file.save("zip", ContentFile(b"content"))
    return World(
        cast=cast,
        task=task,
        file=file,
        resource_file=resource_file,
        login=login,
        message=Message.objects.filter(recipient=cast.assistant)[0],
        invitation=InvitationFactory.create(team=cast.team, invited_by=cast.owner),
        membership=Membership.objects.get(team=cast.team, user=cast.assistant, role=Role.ASSISTANT),
        usual_rule=DefaultCheckinRule.objects.create(team=cast.team, trigger="after_work", hours=2),
        usual_limits=UsualLimits.objects.create(team=cast.team, money_limit=100),
        expense=Expense.objects.create(task=task, by=cast.assistant, amount=9, what="Ink", at=now, day=now.date()),
        time_entry=TimeEntry.objects.create(task=task, user=cast.assistant, minutes=60, day=now.date(), created_at=now),
        wish=add_wish(team=cast.team, by=cast.assistant, text="Menus", task=task, now=now),
        agreement=proposed(cast, moment, valid_from=moment.date()),
        answer_token=answer_links.token_for(asked.pk, cast.assistant.pk),
        days_off=DaysOff.objects.create(user=cast.assistant, first=now.date(), last=now.date()),
        to_rotate=SecretToRotate.objects.create(
            team=cast.team, person=cast.assistant, resource_name="Shop", part="password", seen_at=now, listed_at=now
        ),
        export=export,
        absence=Absence.objects.create(
            team=cast.team,
            person=cast.entrepreneur,
            deputy=cast.owner,
            first=moment.date() - timedelta(days=2),
            last=moment.date() + timedelta(days=2),
            created_at=moment,
        ),
        clients={"anonymous": Client()} | {name: logged_in(person) for name, person in people.items()},
    )
