"""Downloads: always an attachment under a clean name, and only for who may see what they belong to."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import StoredFile, Task
from tasks.uploads import store
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of


@pytest.fixture(autouse=True)
def files_folder(settings: Settings, tmp_path: Path) -> Path:
    """Nothing is left behind in the real one."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


def deliver(task: Task, cast: Cast, client_for: ClientFor, *uploads: SimpleUploadedFile) -> int:
    """Sam delivers with these files; the status of the answer."""
    path = reverse("task_action", args=[task.pk, "deliver"])
    return client_for(cast.assistant).post(path, {"text": "Here it is", "attachments": uploads}).status_code


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("a\r\nb.pdf", "ab.pdf"),
        ('quote".pdf', 'quote".pdf'),
        ("résumé 💥 العربية.pdf", "résumé 💥 العربية.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("page.html", "page.html"),
        ("x" * 240 + ".pdf", "x" * 196 + ".pdf"),
        (".htaccess", "htaccess"),
        (" .. ", "file"),
    ],
)
def test_a_file_is_offered_under_a_clean_name(
    given: str, kept: str, task: Task, cast: Cast, client_for: ClientFor, now: datetime, files_folder: Path
) -> None:
    upload = SimpleUploadedFile("x", b"<script>alert(1)</script>")
    upload._name = given  # type: ignore[attr-defined]  # a browser's request cleans names on its way in; not every client is one
    stored = store([upload], team=cast.team, task=task, by=cast.assistant, now=now)[0]
    assert stored.name == kept
    assert Path(stored.file.path).parent == files_folder / "files" / str(cast.team.pk)
    response = client_for(cast.owner).get(reverse("file", args=[stored.pk]))
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert not any(mark in disposition for mark in "\r\n")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nb.pdf", '<img src=x onerror="alert(1)">.png', "plan.pdf"])
def test_a_delivered_file_is_shown_by_its_name_as_text(
    name: str, task: Task, cast: Cast, client_for: ClientFor
) -> None:
    assert deliver(task, cast, client_for, SimpleUploadedFile(name, b"x")) == 302
    stored = StoredFile.objects.get()
    page = client_for(cast.owner).get(task.get_absolute_url())
    assert stored.name in text_of(page)
    assert "<img src=x" not in page.content.decode()
    assert not any(mark in stored.name for mark in "/\r\n")


def test_files_are_refused_in_words_when_they_are_too_large_too_many_or_empty(
    task: Task, cast: Cast, client_for: ClientFor, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    client, path = client_for(cast.assistant), reverse("task_action", args=[task.pk, "deliver"])
    cases = {
        "big.pdf is too large: at most 10\xa0bytes.": [SimpleUploadedFile("big.pdf", b"x" * 11)],
        "At most 10 files at a time.": [SimpleUploadedFile(f"{number}", b"x") for number in range(11)],
        "The submitted file is empty.": [SimpleUploadedFile("empty.pdf", b"")],
    }
    for message, uploads in cases.items():
        page = client.post(path, {"text": "A text that stays", "attachments": uploads})
        assert page.status_code == 422
        assert message in text_of(page)
        assert "A text that stays" in text_of(page)
    assert not StoredFile.objects.exists()


def test_a_delivery_that_is_refused_leaves_no_file_behind(
    task: Task, cast: Cast, client_for: ClientFor, files_folder: Path
) -> None:
    path = reverse("task_action", args=[task.pk, "deliver"])
    sent = {"text": "x", "attachments": SimpleUploadedFile("plan.pdf", b"x"), "revision": task.revision - 1}
    assert client_for(cast.assistant).post(path, sent).status_code == 409
    assert not StoredFile.objects.exists()
    assert not [found for found in files_folder.rglob("*") if found.is_file()]


def test_a_file_that_is_gone_from_the_disk_is_not_found(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    stored = store([SimpleUploadedFile("x", b"x")], team=cast.team, task=task, by=cast.owner, now=now)[0]
    Path(stored.file.path).unlink()
    assert client_for(cast.owner).get(reverse("file", args=[stored.pk])).status_code == 404


def test_a_guest_downloads_only_files_of_their_own_tasks(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    own = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, assistant=cast.guest)
    for of, status in ((task, 404), (own, 200)):
        stored = store([SimpleUploadedFile("x", b"x")], team=cast.team, task=of, by=cast.owner, now=now)[0]
        assert client_for(cast.guest).get(reverse("file", args=[stored.pk])).status_code == status
