"""Exports: the demo opened, with all and only what belongs in it; made in the background, by one worker, to the end."""

import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from accounts.models import AuditEntry, Membership, Message, Role, Team, User
from accounts.sealing import seal
from tasks.actions.exporting import LASTS, ExportRefused, ask_for_export
from tasks.exports.data import zipping
from tasks.exports.data.parts import Scope
from tasks.exports.data.table import LEFT_OUT, PARTS
from tasks.models import (
    OPEN_EXPORTS,
    DataExport,
    ExportState,
    Resource,
    ResourceKind,
    Secret,
    StoredFile,
    Task,
    TimeEntry,
)
from tasks.sweeps import exporting, make_exports, remove_exports
from tasks.uploads import store
from tests.tasks.conftest import DEMO_DAY
from tests.tasks.searching import places_of

NOW = DEMO_DAY
SECRET = "correct-horse-battery-staple"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def team(demo: None) -> Team:
    """Eva's team in the demo, with a secret, two files of one name, and a formula in a title."""
    team = Team.objects.get(name="Studio Martens")
    owner = owner_of(team)
    login = Resource.objects.create(team=team, kind=ResourceKind.LOGIN, name="Bank", user_name="eva", created_at=NOW)
    sealed = seal(SECRET, purpose=f"resource:{login.pk}:password")
    Secret.objects.create(resource=login, part="password", sealed=sealed, key=sealed.partition(":")[0], changed_at=NOW)
    uploads = [SimpleUploadedFile("plan.pdf", text) for text in (b"one", b"two")]
    store(uploads, team=team, task=None, by=owner, now=NOW)
    Task.objects.filter(pk=Task.objects.filter(team=team)[0].pk).update(title="=HYPERLINK(1)", example="canary of Eva")
    other = Team.objects.get(name="Hadley Pottery")
    Task.objects.filter(pk=Task.objects.filter(team=other)[0].pk).update(example="canary of Tom")
    return team


def owner_of(team: Team) -> User:
    return User.objects.get(memberships__team=team, memberships__role=Role.OWNER)


def opened(export: DataExport) -> zipfile.ZipFile:
    export.refresh_from_db()
    assert export.state == ExportState.READY
    archive = zipfile.ZipFile(io.BytesIO(export.file.read()))
    assert archive.testzip() is None
    return archive


def made(person: User, team: Team | None = None) -> zipfile.ZipFile:
    export = ask_for_export(person=person, team=team, now=NOW)
    assert make_exports(now=NOW) == 1
    return opened(export)


def rows_of(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"json/{name}.json"))
    return found


def everything_in(archive: zipfile.ZipFile) -> str:
    return "\n".join(archive.read(name).decode() for name in archive.namelist())


# --- what belongs in it -------------------------------------------------------------------------------------------


def test_every_model_is_exported_or_left_out_with_a_reason() -> None:
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    exported = {part.model._meta.label for part in PARTS}
    assert exported | set(LEFT_OUT) == models
    assert not exported & set(LEFT_OUT)
    assert all(str(reason) for reason in LEFT_OUT.values())


def test_every_model_that_says_of_which_team_it_is_goes_with_the_team() -> None:
    """Into its export, unless it is sealed; and out of the database, when the team is deleted."""
    from tasks.erasing.teams import ROWS

    exported = {part.model for part in PARTS if part.team is not None}
    removed = {model for model, _lookup in ROWS} | {Team, Membership}
    of_a_team = {model for model in apps.get_models() if {"team", "task", "entry"} & set(field_names(model))}
    assert of_a_team <= exported
    assert of_a_team <= removed


def field_names(model: type[Model]) -> Iterator[str]:
    return (field.name for field in model._meta.concrete_fields)


def test_the_export_of_a_team_has_every_row_of_it(team: Team) -> None:
    archive = made(owner_of(team), team)
    scope = Scope(person=owner_of(team), team=team)
    for part in (part for part in PARTS if part.team is not None):
        rows = rows_of(archive, part.name)
        table = list(csv.reader(io.StringIO(archive.read(f"csv/{part.name}.csv").decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == len(table) - 1 == part.rows(scope).count(), part.name
        assert len({row[part.model._meta.pk.attname] for row in rows}) == len(rows), part.name
    assert {row["id"] for row in rows_of(archive, "tasks")} == {
        str(pk) for pk in Task.objects.filter(team=team).values_list("pk", flat=True)
    }
    assert len(rows_of(archive, "time")) == TimeEntry.objects.filter(task__team=team).count() > 5
    assert "canary of Eva" in everything_in(archive)


def test_nothing_of_another_team_is_in_it(team: Team) -> None:
    text = everything_in(made(owner_of(team), team))
    assert "canary of Tom" not in text
    assert not {UUID(found) for found in ID.findall(text)} & ids_of_others(team)


def ids_of_others(team: Team) -> set[UUID]:
    """The ids of all rows of other teams, and of the people who are only there."""
    found: set[UUID] = set()
    for other in Team.objects.exclude(pk=team.pk):
        scope = Scope(person=owner_of(team), team=other)
        for part in (part for part in PARTS if part.team is not None and part.model is not User):
            found |= {pk for pk in part.rows(scope).values_list("pk", flat=True) if isinstance(pk, UUID)}
    strangers = User.objects.exclude(memberships__team=team).values_list("pk", flat=True)
    return found | set(strangers)


def test_no_secret_is_in_it(team: Team) -> None:
    owner = owner_of(team)
    for archive in (made(owner, team), made(owner)):
        text = everything_in(archive)
        assert SECRET not in text
        assert not [sealed for sealed in Secret.objects.values_list("sealed", flat=True) if sealed in text]
        assert not [user.password for user in User.objects.all() if user.password in text]
        assert "answer_path" not in text


def test_the_files_are_in_it_under_their_own_names(team: Team) -> None:
    archive = made(owner_of(team), team)
    paths = {row["path"] for row in rows_of(archive, "files")}
    assert paths == {name for name in archive.namelist() if name.startswith("files/")}
    assert {"files/plan.pdf", "files/plan (2).pdf"} <= paths
    assert {archive.read("files/plan.pdf"), archive.read("files/plan (2).pdf")} == {b"one", b"two"}


def test_a_file_whose_bytes_are_gone_is_told_of(team: Team) -> None:
    stored = StoredFile.objects.filter(team=team, name="plan.pdf")[0]
    stored.file.storage.delete(str(stored.file.name))
    assert "plan" in made(owner_of(team), team).read("MISSING_FILES.txt").decode()


def test_a_cell_that_begins_like_a_formula_is_text(team: Team) -> None:
    archive = made(owner_of(team), team)
    table = archive.read("csv/tasks.csv").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in table
    assert not re.search(r'(^|;)"?=', table, re.MULTILINE)
    assert "=HYPERLINK(1)" in {row["title"] for row in rows_of(archive, "tasks")}, "JSON is exact"


def test_a_person_takes_along_their_own_work_and_nothing_of_others(team: Team) -> None:
    sam = User.objects.get(email="assistant@example.com")
    archive = made(sam)
    assert {row["user_id"] for row in rows_of(archive, "time")} == {str(sam.pk)}
    assert {row["by_id"] for row in rows_of(archive, "expenses")} == {str(sam.pk)}
    assert {row["assistant_id"] for row in rows_of(archive, "agreements")} == {str(sam.pk)}
    assert {row["id"] for row in rows_of(archive, "people")} == {str(sam.pk)}
    assert {row["user_id"] for row in rows_of(archive, "members")} == {str(sam.pk)}
    assert all(str(sam.pk) in (row["assistant_id"], row["entrepreneur_id"]) for row in rows_of(archive, "tasks"))
    assert len(rows_of(archive, "messages")) == Message.objects.filter(recipient=sam, created_at__lt=NOW).count() > 3
    assert "json/resources.json" not in archive.namelist()
    others = {user.email for user in User.objects.exclude(pk=sam.pk)}
    assert not [email for email in others if email in everything_in(archive)]


def test_what_a_person_may_no_longer_see_is_not_in_it(team: Team) -> None:
    sam = User.objects.get(email="assistant@example.com")
    hours = TimeEntry.objects.filter(user=sam).count()
    Membership.objects.filter(user=sam, team=team).delete()
    archive = made(sam)
    assert str(team.pk) not in {row["team_id"] for row in rows_of(archive, "tasks")}
    assert len(rows_of(archive, "time")) == hours, "what they worked stays theirs"


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_pages_leave_nothing_out_and_take_nothing_twice(
    batch: int, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.exports.data import parts

    monkeypatch.setattr(parts, "BATCH", batch)
    archive = made(owner_of(team), team)
    ids = [row["id"] for row in rows_of(archive, "timeline")]
    assert len(ids) == len(set(ids)) > 20


def test_a_file_name_that_a_system_does_not_take_is_made_harmless() -> None:
    from tasks.exports.data.names import Names

    names = Names()
    given = ["a.pdf", "A.pdf", "a (2).pdf", "../../x", "con.txt", 'q?"<>|.png', "", ".hidden", "no ending"]
    paths = [names.path(name) for name in given]
    assert len({path.casefold() for path in paths}) == len(paths)
    assert paths[:3] == ["files/a.pdf", "files/A (2).pdf", "files/a (2) (2).pdf"]
    assert not [
        path for path in paths if re.search(r'[<>:"|?*\\]', path) or path.count("/") != 1 or ".." in path.split("/")
    ]


# --- making it ----------------------------------------------------------------------------------------------------


def test_one_is_made_at_a_time(team: Team) -> None:
    owner = owner_of(team)
    ask_for_export(person=owner, team=team, now=NOW)
    with pytest.raises(ExportRefused, match="being made"):
        ask_for_export(person=owner, team=team, now=NOW)
    ask_for_export(person=owner, now=NOW)  # of oneself is another matter
    assert DataExport.objects.filter(state__in=OPEN_EXPORTS).count() == 2
    make_exports(now=NOW)
    ask_for_export(person=owner, team=team, now=NOW)


def test_only_the_owner_takes_a_team_along(team: Team) -> None:
    with pytest.raises(ExportRefused, match="owner"):
        ask_for_export(person=User.objects.get(email="assistant@example.com"), team=team, now=NOW)


def test_asking_is_written_down_and_being_ready_is_told_without_the_file(team: Team) -> None:
    owner = owner_of(team)
    export = ask_for_export(person=owner, team=team, now=NOW, ip="192.0.2.7")
    entry = AuditEntry.objects.get(kind="export-asked")
    assert (entry.team, entry.actor, entry.data, entry.ip) == (team, owner, {"what": "team"}, "192.0.2.7")
    make_exports(now=NOW)
    message = Message.objects.get(recipient=owner, template="export_ready")
    assert message.path == "/profile/data/"
    assert str(export.pk) not in json.dumps(message.params)


def test_an_owner_who_gave_the_team_away_meanwhile_gets_nothing(team: Team) -> None:
    export = ask_for_export(person=owner_of(team), team=team, now=NOW)
    Membership.objects.filter(team=team, role=Role.OWNER).update(role=Role.ENTREPRENEUR)
    assert make_exports(now=NOW) == 0
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert not export.file


def test_the_bytes_go_after_seven_days(team: Team) -> None:
    export = ask_for_export(person=owner_of(team), team=team, now=NOW)
    make_exports(now=NOW)
    export.refresh_from_db()
    assert export.expires_at is not None
    assert timedelta() <= export.expires_at - (NOW + LASTS) < timedelta(minutes=1)
    storage, name = export.file.storage, str(export.file.name)
    assert remove_exports(now=NOW + timedelta(days=6, hours=23)) == 0
    assert storage.exists(name)
    assert remove_exports(now=NOW + timedelta(days=7, hours=1)) == 1
    export.refresh_from_db()
    assert (export.state, export.file.name) == (ExportState.GONE, "")
    assert not storage.exists(name)


class Killed(BaseException):
    """As by the operating system."""


def test_a_killed_maker_is_followed_up_after_ten_minutes(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask_for_export(person=owner_of(team), team=team, now=NOW)
    write = zipping.write_export

    def killed(target: Any, *args: Any, **kwargs: Any) -> None:
        raise Killed

    monkeypatch.setattr(exporting, "write_export", killed)
    with pytest.raises(Killed):
        make_exports(now=NOW)
    monkeypatch.setattr(exporting, "write_export", write)
    assert make_exports(now=NOW + timedelta(minutes=9)) == 0, "perhaps it is still at it"
    assert make_exports(now=NOW + timedelta(minutes=11)) == 1
    opened(export)


def test_what_goes_wrong_three_times_has_failed_in_words(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask_for_export(person=owner_of(team), team=team, now=NOW)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(exporting, "write_export", broken)
    for minutes in range(3):
        assert make_exports(now=NOW + timedelta(minutes=minutes)) == 0
    export.refresh_from_db()
    assert (export.state, export.attempts) == (ExportState.FAILED, 3)
    assert Message.objects.get(template="export_failed").recipient == owner_of(team)
    assert make_exports(now=NOW + timedelta(hours=1)) == 0


def test_a_maker_that_lost_its_claim_leaves_nothing_behind(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask_for_export(person=owner_of(team), team=team, now=NOW)
    write = zipping.write_export

    def overtaken(target: Any, *args: Any, **kwargs: Any) -> None:
        write(target, *args, **kwargs)
        DataExport.objects.filter(pk=export.pk).delete()

    monkeypatch.setattr(exporting, "write_export", overtaken)
    assert make_exports(now=NOW) == 0
    assert places_of(str(export.pk)).keys() <= {"accounts_auditentry.data"}


def test_the_percentage_goes_up_while_it_is_made(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask_for_export(person=owner_of(team), team=team, now=NOW)
    seen: list[int] = []
    told = exporting._Told.__call__

    def listening(self: Any, percent: int) -> None:
        told(self, percent)
        seen.append(DataExport.objects.get(pk=export.pk).percent)

    monkeypatch.setattr(exporting, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(exporting._Told, "__call__", listening)
    make_exports(now=NOW)
    assert seen == sorted(seen)
    assert seen[-1] == 99
    assert len(set(seen)) > 10


def test_a_large_team_does_not_fill_the_memory(team: Team, say: Callable[[str], None]) -> None:
    import tracemalloc

    peaks = []
    for more in (0, 4_000):
        Task.objects.bulk_create(
            Task(team=team, entrepreneur=owner_of(team), title="Much", purpose="x" * 2_000, level="just_do_it",
                 time_zone="UTC", created_at=NOW, changed_at=NOW)
            for _number in range(more)
        )  # fmt: skip
        DataExport.objects.all().delete()
        started = time.monotonic()
        tracemalloc.start()
        made(owner_of(team), team)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    say(f"an export of 4,000 tasks: {time.monotonic() - started:.1f} s, {peaks[1] / 1e6:.1f} MB at most")
    assert peaks[1] < 25e6
