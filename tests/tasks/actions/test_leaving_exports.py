"""Whoever leaves a team takes nothing of it along any more: not in an export that was made, nor in one being made."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.exporting import ask_for_export
from tasks.exports.data import zipping
from tasks.models import DataExport, ExportState, Task
from tasks.sweeps import exporting, make_exports, remove_exports
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.leavings import gone
from tests.threads import at_once


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def work(cast: Cast, now: datetime) -> Task:
    """Something of the team that Sam did, and may see as long as they are in it."""
    return task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, assistant=cast.assistant)


def asked(cast: Cast, person: User, now: datetime) -> DataExport:
    return ask_for_export(person=person, now=now)


def ready(cast: Cast, person: User, now: datetime, **values: Any) -> DataExport:
    export = ask_for_export(person=person, now=now, **values)
    assert make_exports(now=now) == 1
    export.refresh_from_db()
    return export


def holds(export: DataExport, task: Task) -> bool:
    export.refresh_from_db()
    assert export.state == ExportState.READY
    archive = zipfile.ZipFile(io.BytesIO(export.file.read()))
    return str(task.pk) in {row["id"] for row in json.loads(archive.read("json/tasks.json"))}


def test_what_was_made_is_gone_with_its_bytes(
    cast: Cast,
    work: Task,
    client_for: Callable[[User], Client],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    now = timezone.now()
    export = ready(cast, cast.assistant, now)
    assert holds(export, work)
    storage, name = export.file.storage, str(export.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        gone(cast, cast.assistant, now)
    export.refresh_from_db()
    assert (export.state, export.file.name, export.size) == (ExportState.GONE, "", 0)
    assert not storage.exists(name)
    answer = client_for(cast.assistant).get(reverse("profile_export", args=[export.pk]))
    assert answer.status_code == 409
    assert "no longer there" in answer.content.decode()


def test_a_worker_killed_before_the_bytes_are_away_leaves_them_to_the_sweep(
    cast: Cast, work: Task, now: datetime
) -> None:
    export = ready(cast, cast.assistant, now)
    storage, name = export.file.storage, str(export.file.name)
    gone(cast, cast.assistant, now)  # never committed in here, so what comes after that never runs
    assert storage.exists(name)
    assert remove_exports(now=now) == 1
    export.refresh_from_db()
    assert (export.state, export.file.name) == (ExportState.GONE, "")
    assert not storage.exists(name)
    assert remove_exports(now=now) == 0


def test_what_is_being_made_begins_anew_without_the_team(
    cast: Cast, work: Task, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(cast, cast.assistant, now)
    write = zipping.write_export

    def leaving_meanwhile(*args: Any, **values: Any) -> None:
        write(*args, **values)
        gone(cast, cast.assistant, now)

    monkeypatch.setattr(exporting, "write_export", leaving_meanwhile)
    assert make_exports(now=now) == 0
    monkeypatch.setattr(exporting, "write_export", write)
    assert make_exports(now=now) == 1
    assert not holds(export, work)


def test_one_of_a_team_that_they_owned_goes_too_and_those_of_others_stay(cast: Cast, work: Task, now: datetime) -> None:
    others = ready(cast, cast.owner, now, team=cast.team)
    theirs = ready(cast, cast.owner, now)
    DataExport.objects.filter(pk=theirs.pk).update(person=cast.assistant, team=cast.team)
    gone(cast, cast.assistant, now)
    states = dict(DataExport.objects.values_list("pk", "state"))
    assert states == {others.pk: ExportState.READY, theirs.pk: ExportState.GONE}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(4))
def test_one_that_is_made_at_that_very_moment_comes_out_without_the_team(
    round_: int, cast: Cast, now: datetime
) -> None:
    work = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, assistant=cast.assistant)
    export = asked(cast, cast.assistant, now)
    acts = [partial(make_exports, now=now), partial(gone, cast, cast.assistant, now)]
    found = at_once(*(acts if round_ % 2 else reversed(acts)))
    assert not [result for result in found if isinstance(result, Exception)], found
    export.refresh_from_db()
    if export.state == ExportState.READY:
        assert not holds(export, work)
    elif export.state != ExportState.GONE:
        assert make_exports(now=now + timedelta(minutes=20)) == 1
        assert not holds(export, work)
