"""Correcting and removing a resource."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.resources import change_resource, remove_resource
from tasks.models import Resource, ResourceKind, StoredFile
from tasks.uploads import store
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, task_in
from tests.tasks.files import pdf
from tests.tasks.test_receipts import image

ClientFor = Callable[[User], Client]


@pytest.fixture
def note(cast: Cast) -> Resource:
    return ResourceFactory.create(team=cast.team, kind=ResourceKind.NOTE, name="Tone", content="Friendly")


def test_a_corrected_resource_shows_what_it_says_now(cast: Cast, client_for: ClientFor, note: Resource) -> None:
    address = reverse("resource_edit", args=[note.pk])
    answer = client_for(cast.owner).post(address, {"kind": "note", "name": "Tone", "content": "Brief"})
    note.refresh_from_db()
    assert answer.status_code == 302
    assert note.content == "Brief"


def test_a_resource_without_a_name_is_refused_with_what_was_typed(
    cast: Cast, client_for: ClientFor, note: Resource
) -> None:
    address = reverse("resource_edit", args=[note.pk])
    answer = client_for(cast.owner).post(address, {"kind": "note", "name": "", "content": "Brief and to the point"})
    note.refresh_from_db()
    assert answer.status_code == 422
    assert "Brief and to the point" in answer.content.decode()
    assert note.content == "Friendly"


def test_a_new_file_is_the_next_version_and_the_old_one_stays_for_who_hands_over(
    cast: Cast,
    client_for: ClientFor,
    now: datetime,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    old = store([SimpleUploadedFile("old.png", b"old")], team=cast.team, task=None, by=cast.owner, now=now)[0]
    logo = ResourceFactory.create(team=cast.team, kind=ResourceKind.FILE, name="Logo", stored_file=old)
    with django_capture_on_commit_callbacks(execute=True):
        client_for(cast.owner).post(
            reverse("resource_edit", args=[logo.pk]),
            {"kind": "file", "name": "Logo", "file": SimpleUploadedFile("new.png", image("PNG"))},
        )
    logo.refresh_from_db()
    assert logo.stored_file
    assert logo.stored_file.name == "new.png"
    assert (logo.stored_file.version, logo.stored_file.replaces, logo.stored_file.media_type) == (2, old, "image/png")
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now).resources.add(logo)
    answers = {
        person: [
            client_for(person).get(reverse("file", args=[each.pk])).status_code for each in (old, logo.stored_file)
        ]
        for person in (cast.entrepreneur, cast.assistant, cast.guest, cast.outsider)
    }
    assert list(answers.values()) == [[200, 200], [403, 200], [404, 404], [404, 404]]


def test_with_a_resource_all_versions_of_its_file_go(
    cast: Cast,
    now: datetime,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    common: dict[str, Any] = {"team": cast.team, "task": None, "by": cast.owner, "now": now}
    files = [store([pdf(words=str(number))], **common)[0] for number in (1, 2)]
    plan = ResourceFactory.create(team=cast.team, kind=ResourceKind.FILE, name="Plan", stored_file=files[0])
    values: dict[str, Any] = {"kind": "file", "name": "Plan", "content": ""}
    change_resource(resource=plan, by=cast.owner, now=now, stored_file=files[1], **values)
    with django_capture_on_commit_callbacks(execute=True):
        remove_resource(resource=plan, by=cast.owner, now=now)
    assert not StoredFile.objects.exists()
    assert not [found for found in tmp_path.rglob("*") if found.is_file()]


def test_a_resource_is_removed(cast: Cast, client_for: ClientFor, note: Resource) -> None:
    client_for(cast.owner).post(reverse("resource_remove", args=[note.pk]))
    assert not Resource.objects.filter(pk=note.pk).exists()


def test_a_resource_that_is_lent_to_open_work_stays(
    cast: Cast, client_for: ClientFor, note: Resource, now: datetime
) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now).resources.add(note)
    answer = client_for(cast.owner).post(reverse("resource_remove", args=[note.pk]), follow=True)
    assert Resource.objects.filter(pk=note.pk).exists()
    assert "lent to a task" in answer.content.decode()
