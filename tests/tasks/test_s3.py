"""Files on a server that speaks S3: a real one on this machine, and what happens while it is away."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import boto3
import environ
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.urls import reverse
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from config.files import storage_of
from delegation.levels import LevelKey
from delegation.workflow import State
from scripts.ports import HOST, free_port
from tasks.files_away import FilesAway
from tasks.models import StoredFile, Task
from tasks.sweeps import remove_orphaned_files
from tasks.uploads import store
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.files import pdf, pdf_bytes
from tests.tasks.views.conftest import ClientFor, text_of

BUCKET = "handover-files"
KEYS = {"aws_access_key_id": "AKIAFORTESTSONLY", "aws_secret_access_key": "for-tests-only"}


class Server:
    """The server, and what lies on it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.running = ThreadedMotoServer(ip_address=HOST, port=self.port, verbose=False)
        self.running.start()
        self.client: Any = boto3.client("s3", endpoint_url=self.url, region_name="eu-west-1", **KEYS)
        self.client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def places(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def empty(self) -> None:
        for place in self.places():
            self.client.delete_object(Bucket=BUCKET, Key=place)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    yield server
    server.running.stop()


Environment = Callable[..., environ.Env]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The environment with these variables."""

    def make(**variables: str) -> environ.Env:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return environ.FileAwareEnv()

    return make


def by(server_url: str, environment: Environment, **more: str) -> dict[str, Any]:
    """The setting that follows from the variables for this server."""
    return storage_of(
        environment(
            FILES_URL=f"s3://{BUCKET}/handover",
            FILES_ENDPOINT=server_url,
            FILES_REGION="eu-west-1",
            FILES_ACCESS_KEY=KEYS["aws_access_key_id"],
            FILES_SECRET_KEY=KEYS["aws_secret_access_key"],
            **more,
        )
    )


def use(storage: dict[str, Any], settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def server(running: Server, settings: Settings, environment: Environment) -> Iterator[Server]:
    """Files go to the server for the length of a test."""
    use(by(running.url, environment, FILES_ENCRYPTION="AES256"), settings)
    yield running
    running.empty()


@pytest.fixture
def away(settings: Settings, environment: Environment) -> None:
    """A server that nobody answers at."""
    use(by(f"http://{HOST}:{free_port()}", environment), settings)


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


def test_a_file_is_kept_there_sealed_and_comes_back_through_the_app(
    server: Server, task: Task, cast: Cast, client_for: ClientFor
) -> None:
    path = reverse("task_action", args=[task.pk, "deliver"])
    assert client_for(cast.assistant).post(path, {"text": "x", "attachments": pdf()}).status_code == 302
    stored = StoredFile.objects.get()
    place = f"handover/{cast.team.pk}/{stored.pk}"
    assert server.places() == [place]
    assert server.client.head_object(Bucket=BUCKET, Key=place)["ServerSideEncryption"] == "AES256"
    response = client_for(cast.owner).get(reverse("file", args=[stored.pk]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == pdf_bytes()  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert client_for(cast.guest).get(reverse("file", args=[stored.pk])).status_code == 404


def test_nothing_there_is_public_and_no_address_leads_to_it(
    server: Server, task: Task, cast: Cast, now: datetime
) -> None:
    stored = store([pdf()], team=cast.team, task=task, by=cast.owner, now=now)[0]
    grants = server.client.get_object_acl(Bucket=BUCKET, Key=server.places()[0])["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"]
    assert not any("URI" in grant["Grantee"] for grant in grants)
    with pytest.raises(NotImplementedError):
        _address = stored.file.url


def test_a_refused_delivery_leaves_nothing_there(server: Server, task: Task, cast: Cast, client_for: ClientFor) -> None:
    sent = {"text": "x", "attachments": pdf(), "revision": task.revision - 1}
    path = reverse("task_action", args=[task.pk, "deliver"])
    assert client_for(cast.assistant).post(path, sent).status_code == 409
    assert server.places() == []


def test_what_is_gone_from_there_is_not_found(
    server: Server, task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    stored = store([pdf()], team=cast.team, task=task, by=cast.owner, now=now)[0]
    server.empty()
    assert client_for(cast.owner).get(reverse("file", args=[stored.pk])).status_code == 404


def test_bytes_without_a_row_go_from_there_a_day_later(server: Server, task: Task, cast: Cast, now: datetime) -> None:
    kept = store([pdf()], team=cast.team, task=task, by=cast.owner, now=now)[0]
    storage = storages["default"]
    storage.save(f"{cast.team.pk}/left", pdf())
    storage.save(f"{cast.team.pk}/examples/left", pdf())
    storage.save("exports/not-ours", pdf())
    later = storage.get_modified_time(f"{cast.team.pk}/left") + timedelta(days=1, minutes=1)
    assert remove_orphaned_files(now=later - timedelta(hours=1)) == 0
    assert remove_orphaned_files(now=later) == 2
    assert server.places() == [f"handover/{cast.team.pk}/{kept.pk}", "handover/exports/not-ours"]


@pytest.mark.usefixtures("away")
def test_while_it_is_away_a_delivery_says_so_and_nothing_is_half_written(
    task: Task, cast: Cast, client_for: ClientFor
) -> None:
    path = reverse("task_action", args=[task.pk, "deliver"])
    page = client_for(cast.assistant).post(path, {"text": "A text that stays", "attachments": pdf()})
    assert page.status_code == 422
    assert "Files can't be stored just now" in text_of(page)
    assert "A text that stays" in text_of(page)
    assert not StoredFile.objects.exists()
    task.refresh_from_db()
    assert task.state == State.IN_PROGRESS


@pytest.mark.usefixtures("away")
def test_while_it_is_away_a_download_says_so_and_the_sweep_waits(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    values = {"team": cast.team, "task": task, "name": "plan.pdf", "size": 1, "created_at": now}
    stored = StoredFile.objects.create(file=f"{cast.team.pk}/plan", **values)
    page = client_for(cast.owner).get(reverse("file", args=[stored.pk]))
    assert page.status_code == 503
    assert "doesn't answer" in text_of(page)
    assert remove_orphaned_files(now=now) == 0
    with pytest.raises(FilesAway):
        storages["default"].exists("x")
    with time_machine.travel(now):
        assert client_for(cast.owner).get(task.get_absolute_url()).status_code == 200  # all else goes on


@pytest.mark.parametrize(
    "variables",
    [
        {"FILES_URL": "https://example.com/files"},
        {"FILES_URL": "s3://"},
        {"FILES_URL": "s3://key:secret@bucket"},
        {"FILES_URL": "bucket"},
        {"FILES_URL": "s3://bucket", "FILES_ENCRYPTION": "rot13"},
    ],
)
def test_what_can_not_be_meant_is_refused_at_the_start(variables: dict[str, str], environment: Environment) -> None:
    with pytest.raises(ImproperlyConfigured, match="FILES_"):
        storage_of(environment(**variables))


def test_without_it_files_are_kept_in_a_folder(environment: Environment) -> None:
    assert storage_of(environment(FILES_URL=""))["BACKEND"] == "django.core.files.storage.FileSystemStorage"


def test_keys_may_be_left_to_the_machine(environment: Environment) -> None:
    options = storage_of(environment(FILES_URL="s3://bucket"))["OPTIONS"]
    assert (options["bucket_name"], options["location"], options["access_key"]) == ("bucket", "", None)
