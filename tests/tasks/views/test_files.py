"""Downloads: always an attachment under a clean name, and only for who may see what they belong to."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.files_away import FilesAway
from tasks.models import StoredFile, Task
from tasks.uploads import store
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.files import note, pdf, pdf_bytes
from tests.tasks.test_receipts import image
from tests.tasks.views.conftest import ClientFor, text_of

Upload = Any


@pytest.fixture(autouse=True)
def files_folder(settings: Settings, tmp_path: Path) -> Path:
    """Nothing is left behind in the real one."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


def deliver(task: Task, cast: Cast, client_for: ClientFor, *uploads: Upload) -> int:
    """Sam delivers with these files; the status of the answer."""
    path = reverse("task_action", args=[task.pk, "deliver"])
    return client_for(cast.assistant).post(path, {"text": "Here it is", "attachments": uploads}).status_code


def stored_as(name: str, content: bytes, task: Task, cast: Cast, now: datetime) -> StoredFile:
    """A file of Sam's under the name that was sent: a browser's request cleans it on its way, not every client does."""
    upload = SimpleUploadedFile("x", content)
    upload._name = name  # type: ignore[attr-defined]
    return store([upload], team=cast.team, task=task, by=cast.assistant, now=now)[0]


@pytest.mark.parametrize(
    ("given", "disposition"),
    [
        ("plan.pdf", 'attachment; filename="plan.pdf"'),
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ('quote".pdf', 'attachment; filename="quote\\".pdf"'),
        ("a\r\nX-Evil: 1.pdf", 'attachment; filename="aX-Evil: 1.pdf"'),
        ("café.pdf", "attachment; filename*=utf-8''caf%C3%A9.pdf"),
        (
            "💥 العربية.pdf",
            "attachment; filename*=utf-8''%F0%9F%92%A5%20%D8%A7%D9%84%D8%B9%D8%B1%D8%A8%D9%8A%D8%A9.pdf",
        ),
        ("page.html", 'attachment; filename="page.html"'),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_file_is_only_ever_an_attachment_under_a_clean_name(
    method: str, given: str, disposition: str, task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    stored = stored_as(given, b"<script>alert(1)</script>", task, cast, now)
    response = getattr(client_for(cast.owner), method)(reverse("file", args=[stored.pk]))
    assert response.headers["Content-Disposition"] == disposition
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Length"] == "25"
    assert response.headers["Accept-Ranges"] == "none"


def test_asking_for_a_part_of_a_file_gets_all_of_it(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    stored = stored_as("plan.pdf", pdf_bytes(), task, cast, now)
    response = client_for(cast.owner).get(reverse("file", args=[stored.pk]), headers={"Range": "bytes=0-3"})
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == pdf_bytes()  # type: ignore[attr-defined]


def test_on_disk_a_file_has_no_name_and_is_for_nobody_else(
    task: Task, cast: Cast, now: datetime, files_folder: Path
) -> None:
    place = Path(stored_as("plan.pdf", b"x", task, cast, now).file.path)
    assert place.parent == files_folder / "files" / str(cast.team.pk)
    assert not place.suffix
    assert place.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../../etc/plan.pdf", "a\r\nb.pdf", '<img src=x onerror="alert(1)">.png', "plan.pdf"])
def test_a_delivered_file_is_shown_by_its_name_as_text(
    name: str, task: Task, cast: Cast, client_for: ClientFor
) -> None:
    content = image("PNG") if name.endswith("png") else pdf_bytes()
    assert deliver(task, cast, client_for, SimpleUploadedFile(name, content)) == 302
    stored = StoredFile.objects.get()
    page = client_for(cast.owner).get(task.get_absolute_url())
    assert stored.name in text_of(page)
    assert "<img src=x" not in page.content.decode()
    assert not any(mark in stored.name for mark in "/\r\n")
    assert stored.media_type == ("image/png" if name.endswith("png") else "application/pdf")


def test_files_are_refused_in_words_when_they_are_too_large_too_many_or_empty(
    task: Task, cast: Cast, client_for: ClientFor, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES, settings.MAX_UPLOAD_BYTES_TOGETHER = 100, 150
    client, path = client_for(cast.assistant), reverse("task_action", args=[task.pk, "deliver"])
    cases: dict[str, list[Upload]] = {
        "big.pdf is too large: at most 100\xa0bytes.": [pdf("big.pdf", "x" * 101)],
        "At most 10 files at a time.": [note(f"{number}.txt", "x") for number in range(11)],
        "Together these files are too large: at most 150\xa0bytes at a time.": [
            note("a.txt", "x" * 90),
            note("b.txt", "x" * 90),
        ],
        "The submitted file is empty.": [SimpleUploadedFile("empty.pdf", b"")],
    }
    for message, uploads in cases.items():
        page = client.post(path, {"text": "A text that stays", "attachments": uploads})
        assert page.status_code == 422
        assert message in text_of(page)
        assert "A text that stays" in text_of(page)
    assert not StoredFile.objects.exists()


def test_a_file_that_lies_is_refused_beside_its_field_and_each_has_its_own_sentence(
    task: Task, cast: Cast, client_for: ClientFor
) -> None:
    lies = [SimpleUploadedFile("invoice.pdf", b"MZ\x90\0" + b"\0" * 99), SimpleUploadedFile("foto.png", pdf_bytes())]
    sent = {"text": "A text that stays", "attachments": [*lies, pdf()]}
    page = client_for(cast.assistant).post(reverse("task_action", args=[task.pk, "deliver"]), sent)
    assert page.status_code == 422
    assert "invoice.pdf is a program for Windows." in text_of(page)
    assert "foto.png is a PDF, though its name says otherwise." in text_of(page)
    assert "A text that stays" in text_of(page)
    assert not StoredFile.objects.filter(task=task).exists()


def test_a_delivery_that_is_refused_leaves_no_file_behind(
    task: Task, cast: Cast, client_for: ClientFor, files_folder: Path
) -> None:
    path = reverse("task_action", args=[task.pk, "deliver"])
    sent = {"text": "x", "attachments": pdf(), "revision": task.revision - 1}
    assert client_for(cast.assistant).post(path, sent).status_code == 409
    assert not StoredFile.objects.exists()
    assert not [found for found in files_folder.rglob("*") if found.is_file()]


def test_a_file_that_is_gone_from_the_disk_is_not_found(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    stored = stored_as("x", b"x", task, cast, now)
    Path(stored.file.path).unlink()
    assert client_for(cast.owner).get(reverse("file", args=[stored.pk])).status_code == 404


def test_a_file_that_can_not_be_fetched_now_says_so(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_options: object) -> None:
        raise FilesAway("no answer")

    stored = stored_as("plan.pdf", b"x", task, cast, now)
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", away)
    page = client_for(cast.owner).get(reverse("file", args=[stored.pk]))
    assert page.status_code == 503
    assert "plan.pdf is safe, but our storage doesn't answer right now." in text_of(page)


def test_a_full_disk_is_told_beside_the_field_and_leaves_nothing_behind(
    task: Task, cast: Cast, client_for: ClientFor, files_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = "django.core.files.storage.FileSystemStorage._save"
    from django.core.files.storage import FileSystemStorage

    save, count = FileSystemStorage._save, []  # type: ignore[attr-defined]

    def full_at_the_second(self: Any, name: str, content: Any) -> Any:
        count.append(name)
        if len(count) > 1:
            raise OSError(28, "No space left on device")
        return save(self, name, content)

    monkeypatch.setattr(real, full_at_the_second)
    path = reverse("task_action", args=[task.pk, "deliver"])
    sent = {"text": "A text that stays", "attachments": [pdf("a.pdf"), pdf("b.pdf")]}
    page = client_for(cast.assistant).post(path, sent)
    assert page.status_code == 422
    assert "Files can't be stored just now" in text_of(page)
    assert "A text that stays" in text_of(page)
    assert Task.objects.get().state == State.IN_PROGRESS
    assert not [found for found in files_folder.rglob("*") if found.is_file()]


def test_a_guest_downloads_only_files_of_their_own_tasks(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    own = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, assistant=cast.guest)
    for of, status in ((task, 404), (own, 200)):
        stored = stored_as("x", b"x", of, cast, now)
        assert client_for(cast.guest).get(reverse("file", args=[stored.pk])).status_code == status
