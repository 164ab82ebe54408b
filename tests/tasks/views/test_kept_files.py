"""Files that were fine are not chosen again when the form comes back with a question about something else."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.examples import examples_of
from tasks.files_away import FilesAway
from tasks.models import StoredFile, Task
from tasks.sweeps import remove_orphaned_files
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.files import pdf, pdf_bytes
from tests.tasks.views.conftest import ClientFor, text_of

EXE = b"MZ\x90\0" + b"\0" * 99


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


def path_of(task: Task) -> str:
    return reverse("task_action", args=[task.pk, "deliver"])


def tokens(page: Any, name: str = "attachments") -> list[str]:
    """What the page sends along by itself."""
    return re.findall(rf'name="{name}_kept" value="([^"]+)" checked', text_of(page))


def test_a_file_that_was_fine_is_here_already_and_the_one_that_was_not_is_named(
    task: Task,
    cast: Cast,
    client_for: ClientFor,
    folder: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = client_for(cast.assistant)
    sent = {"text": "Here it is", "attachments": [pdf(), SimpleUploadedFile("list.pdf", EXE)]}
    page = client.post(path_of(task), sent)
    assert page.status_code == 422
    assert "To be chosen again, or left out: list.pdf" in text_of(page)
    (token,) = tokens(page)
    with django_capture_on_commit_callbacks(execute=True):
        again = client.post(
            path_of(task), {"text": "Here it is", "attachments": pdf("list.pdf"), "attachments_kept": token}
        )
    assert again.status_code == 302
    assert sorted(task.files.values_list("name", "media_type")) == [
        ("list.pdf", "application/pdf"),
        ("plan.pdf", "application/pdf"),
    ]
    assert StoredFile.objects.count() == 2  # nothing waits any more
    assert len([place for place in folder.rglob("*") if place.is_file()]) == 2
    address = reverse("file", args=[task.files.get(name="plan.pdf").pk])
    assert b"".join(client.get(address).streaming_content) == pdf_bytes()  # type: ignore[attr-defined]


def test_it_stays_through_several_questions_and_goes_without_its_tick(
    task: Task, cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.assistant)
    page = client.post(path_of(task), {"text": "", "attachments": pdf()})
    for _time in range(2):
        page = client.post(path_of(task), {"text": "", "attachments_kept": tokens(page)})
    assert len(tokens(page)) == 1
    assert StoredFile.objects.count() == 1
    assert client.post(path_of(task), {"text": "Here it is"}).status_code == 302
    assert not task.files.exists()


def test_a_token_is_good_for_who_sent_the_file_and_for_once(task: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    (token,) = tokens(client.post(path_of(task), {"text": "", "attachments": pdf()}))
    assert client_for(cast.owner).get(reverse("file", args=[StoredFile.objects.get().pk])).status_code == 404
    other = {"title": "x", "level": "just_do_it", "do": "draft", "example_files_kept": [token, "nonsense"]}
    assert client_for(cast.owner).post(reverse("task_new"), other).status_code == 302
    assert not examples_of(Task.objects.get(title="x")).exists()
    assert client.post(path_of(task), {"text": "x", "attachments_kept": [token]}).status_code == 302
    assert task.files.count() == 1
    theirs = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, task.created_at)
    assert client.post(path_of(theirs), {"text": "x", "attachments_kept": [token]}).status_code == 302
    assert not theirs.files.exists()


def test_an_example_waits_in_the_brief_too(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    sent = {"title": "", "level": "just_do_it", "do": "draft"}
    page = client.post(reverse("task_new"), {**sent, "example_files": [pdf("menu.pdf")]})
    (token,) = tokens(page, "example_files")
    assert client.post(reverse("task_new"), {**sent, "title": "x", "example_files_kept": token}).status_code == 302
    assert [row.name for row in examples_of(Task.objects.get())] == ["menu.pdf"]


def test_what_is_never_sent_again_goes_a_day_later(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    client_for(cast.assistant).post(path_of(task), {"text": "", "attachments": pdf()})
    remove_orphaned_files(now=now + timedelta(hours=23))
    assert StoredFile.objects.count() == 1
    remove_orphaned_files(now=now + timedelta(hours=25))
    assert not StoredFile.objects.exists()


def test_while_files_can_not_be_stored_all_are_to_be_chosen_again(
    task: Task, cast: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_options: object) -> None:
        raise FilesAway("no answer")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", away)
    page = client_for(cast.assistant).post(path_of(task), {"text": "x", "attachments": pdf()})
    assert page.status_code == 422
    assert "Files can't be stored just now" in text_of(page)
    assert "To be chosen again, or left out: plan.pdf" in text_of(page)
