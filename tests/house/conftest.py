"""What the access matrix looks at: a team with something behind every kind of address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import DaysOff, Invitation, Membership, Message, Role
from delegation.levels import LevelKey
from delegation.models import Agreement
from delegation.workflow import State
from tasks import answer_links
from tasks.actions.wishes import add_wish
from tasks.models import (
    Checkin,
    CheckinState,
    DefaultCheckinRule,
    Expense,
    ResourceKind,
    StoredFile,
    Task,
    TimeEntry,
    UsualLimits,
    Wish,
)
from tasks.uploads import store
from tests.conftest import Cast
from tests.factories import InvitationFactory, MembershipFactory, UserFactory
from tests.tasks.agreed import proposed
from tests.tasks.factories import ResourceFactory, task_in


@dataclass(frozen=True)
class World:
    """A task of Sam's in Eva's team, and something behind every other kind of address."""

    cast: Cast
    task: Task
    file: StoredFile
    resource_file: StoredFile
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
    clients: dict[str, Client]


@pytest.fixture
def world(cast: Cast, client_for: Callable[..., Client], now: datetime, settings: Settings, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    onlooker = UserFactory.create(name="Oda Onink")
    MembershipFactory.create(team=cast.team, user=onlooker)
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    uploads = [SimpleUploadedFile(name, b"content") for name in ("draft.pdf", "logo.png")]
    file = store(uploads[:1], team=cast.team, task=task, by=cast.assistant, now=now)[0]
    resource_file = store(uploads[1:], team=cast.team, task=None, by=cast.owner, now=now)[0]
    task.resources.add(ResourceFactory.create(team=cast.team, kind=ResourceKind.FILE, stored_file=resource_file))
    moment = timezone.now()
    asked = Checkin.objects.create(
        task=task, assistant=cast.assistant, state=CheckinState.ASKED, due_at=moment, asked_at=moment
    )
    people = {
        "outsider": cast.outsider,
        "guest": cast.guest,
        "onlooker": onlooker,
        "assistant": cast.assistant,
        "entrepreneur": cast.entrepreneur,
        "owner": cast.owner,
    }
    return World(
        cast=cast,
        task=task,
        file=file,
        resource_file=resource_file,
        message=Message.objects.filter(recipient=cast.assistant)[0],
        invitation=InvitationFactory.create(team=cast.team, invited_by=cast.owner),
        membership=Membership.objects.get(user=cast.assistant, role=Role.ASSISTANT),
        usual_rule=DefaultCheckinRule.objects.create(team=cast.team, trigger="after_work", hours=2),
        usual_limits=UsualLimits.objects.create(team=cast.team, money_limit=100),
        expense=Expense.objects.create(task=task, by=cast.assistant, amount=9, what="Ink", at=now, day=now.date()),
        time_entry=TimeEntry.objects.create(task=task, user=cast.assistant, minutes=60, day=now.date(), created_at=now),
        wish=add_wish(team=cast.team, by=cast.assistant, text="Menus", task=task, now=now),
        agreement=proposed(cast, moment, valid_from=moment.date()),
        answer_token=answer_links.token_for(asked.pk, cast.assistant.pk),
        days_off=DaysOff.objects.create(user=cast.assistant, first=now.date(), last=now.date()),
        clients={"anonymous": Client()} | {name: client_for(person) for name, person in people.items()},
    )
