"""What belongs to nothing goes, a day later: rows that nothing points at, and bytes that no row names."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.files_away import FilesAway
from tasks.models import ResourceKind, StoredFile
from tasks.sweeps import remove_orphaned_files
from tasks.uploads import store
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, task_in
from tests.tasks.files import pdf

DAY = timedelta(days=1, minutes=1)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def age(place: Path, now: datetime) -> Path:
    """As if written at that moment."""
    os.utime(place, (now.timestamp(), now.timestamp()))
    return place


def test_bytes_that_a_crash_left_go_and_those_of_a_row_stay(cast: Cast, now: datetime, folder: Path) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    kept = Path(store([pdf()], team=cast.team, task=task, by=cast.owner, now=now)[0].file.path)
    left = folder / str(cast.team.pk) / "left"
    example = folder / str(cast.team.pk) / "examples" / "left"
    export = folder / "exports" / "not ours"
    for place in (left, example, export):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    for place in (kept, left, example, export):
        age(place, now)
    assert remove_orphaned_files(now=now + timedelta(hours=23)) == 0
    assert remove_orphaned_files(now=now + DAY) == 2
    assert [place.exists() for place in (kept, left, example, export)] == [True, False, False, True]
    assert remove_orphaned_files(now=now + DAY) == 0


def test_a_row_that_nothing_points_at_goes_with_all_that_came_before_it(
    cast: Cast, now: datetime, folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second, lent = (
        store([pdf(words=word)], team=cast.team, task=None, by=cast.owner, now=now)[0] for word in ("1", "2", "3")
    )
    StoredFile.objects.filter(pk=second.pk).update(replaces=first, version=2)
    ResourceFactory.create(team=cast.team, kind=ResourceKind.FILE, name="Logo", stored_file=lent)
    assert remove_orphaned_files(now=now + timedelta(hours=23)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_orphaned_files(now=now + DAY) >= 2
    assert list(StoredFile.objects.all()) == [lent]
    assert [place.name for place in folder.rglob("*") if place.is_file()] == [str(lent.pk)]


def test_a_team_that_was_removed_leaves_no_bytes(cast: Cast, now: datetime, folder: Path) -> None:
    gone = store([pdf()], team=cast.team, task=None, by=cast.owner, now=now)[0]
    age(Path(gone.file.path), now)
    StoredFile.objects.filter(pk=gone.pk).delete()  # as the database does with those of a team
    assert remove_orphaned_files(now=now + DAY) == 1
    assert not Path(gone.file.path).exists()


def test_nothing_stored_yet_is_nothing_to_remove(db: None, now: datetime) -> None:
    assert remove_orphaned_files(now=now) == 0


def test_what_keeps_the_files_may_be_away(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object) -> None:
        raise FilesAway("no answer")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.listdir", away)
    assert remove_orphaned_files(now=now) == 0
