"""A request over the limit fills neither memory nor disk, and the form still says in words what is too large."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import Settings

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import StoredFile
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.files import note, pdf
from tests.tasks.views.conftest import ClientFor, text_of

KB = 1024


@pytest.fixture(autouse=True)
def small(settings: Settings, tmp_path: Path) -> Path:
    """Limits that a test reaches soon, and a folder of its own for what is under way."""
    settings.MAX_UPLOAD_BYTES, settings.MAX_UPLOAD_BYTES_TOGETHER = 200 * KB, 300 * KB
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # everything goes by way of the disk
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def received(*uploads: SimpleUploadedFile) -> list[Any]:
    """What a form gets of these."""
    request = RequestFactory().post("/", {"files": list(uploads), "text": "stays"})
    assert request.POST["text"] == "stays"
    return list(request.FILES.getlist("files"))


def test_of_a_file_that_is_too_large_only_its_size_is_kept(small: Path) -> None:
    (upload,) = received(note(words="x" * 900 * KB))
    assert (upload.name, upload.size, upload.read(), upload.was_dropped) == ("note.txt", 900 * KB, b"", True)
    # What had come in before it was too large is at most one file, and goes with it.
    assert sum(place.stat().st_size for place in small.iterdir()) <= 200 * KB


def test_a_file_within_the_limits_arrives_whole() -> None:
    upload, other = received(note(words="x" * 150 * KB), pdf())
    assert isinstance(upload, TemporaryUploadedFile)
    assert (len(upload.read()), other.name) == (150 * KB, "plan.pdf")


def test_after_too_much_together_nothing_more_is_kept() -> None:
    uploads = received(*(note(f"{number}.txt", "x" * 150 * KB) for number in range(4)))
    assert [getattr(upload, "was_dropped", False) for upload in uploads] == [False, False, True, True]


def test_a_form_says_so_in_words_and_keeps_what_was_typed(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    path = reverse("task_action", args=[task.pk, "deliver"])
    cases: dict[str, list[SimpleUploadedFile]] = {
        "film.txt is too large: at most 200.0\xa0KB.": [note("film.txt", "x" * 900 * KB)],
        "Together these files are too large: at most 300.0\xa0KB at a time.": [
            note(f"{number}.txt", "x" * 150 * KB) for number in range(3)
        ],
    }
    for message, uploads in cases.items():
        page = client_for(cast.assistant).post(path, {"text": "A text that stays", "attachments": uploads})
        assert page.status_code == 422
        assert message in text_of(page)
        assert "A text that stays" in text_of(page)
    assert not StoredFile.objects.exists()


def test_what_was_dropped_is_never_taken_for_an_empty_text(cast: Cast, client_for: ClientFor) -> None:
    sent = {
        "title": "x",
        "level": "just_do_it",
        "do": "draft",
        "example_files": [note(f"{number}.txt", "x" * 150 * KB) for number in range(2)],
        "resource_kind": "file",
        "resource_name": "x",
        "resource_file": note("last.txt", "x" * 150 * KB),
    }
    page = client_for(cast.owner).post(reverse("task_new"), sent)
    assert page.status_code == 422
    assert "Together these files are too large" in text_of(page)
    # The two that came in whole wait for the form; the third has to be chosen again.
    assert sorted(StoredFile.objects.values_list("name", "size")) == [("0.txt", 150 * KB), ("1.txt", 150 * KB)]
    assert "To be chosen again, or left out: last.txt" in text_of(page)


def test_a_request_that_no_form_could_mean_is_refused_before_it_is_read(
    cast: Cast, client_for: ClientFor, settings: Settings
) -> None:
    settings.MAX_REQUEST_BYTES = 500 * KB
    page = client_for(cast.owner).post(reverse("task_new"), {"example_files": note(words="x" * 600 * KB)})
    assert page.status_code == 413
