"""Nothing starts without the keys that open what is sealed, and it says so in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.sealing import key_problem, new_key, seal
from config.keys import UNKNOWN, problem_with_keys
from tasks.actions.resources import add_resource
from tasks.models import ResourceKind
from tests.conftest import Cast

ROOT = Path(__file__).resolve().parent.parent.parent
KEY, OTHER = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDI=", "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDM="
CELERY = ["-m", "celery", "--quiet", "--app", "config"]
GUNICORN = ["-m", "gunicorn", "--log-level", "warning", "--no-control-socket", "--bind", "127.0.0.1:0"]


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program as on a server, with a database of its own."""
    dropped = ("DJANGO_SETTINGS_MODULE", "SECRETS_KEYS", "SECRET_KEY", "DATABASE_URL")
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env |= {"DEBUG": "0", "VAR_DIR": str(folder), "PYTHONWARNINGS": "ignore", **environment}
    command = tuple(part.replace("{folder}", str(folder)) for part in command)
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


def complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What was said, without what gunicorn tells about itself."""
    return [line for line in done.stderr.splitlines() if line and not line.startswith("[")]


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate"],
        ["manage.py", "check"],
        [*GUNICORN, "--config", "python:config.gunicorn"],
        [*GUNICORN, "config.wsgi"],
        [*CELERY, "worker", "--pool", "threads"],
        [*CELERY, "beat", "--pidfile", "", "--schedule", "{folder}/beat"],
    ],
    ids=["migrate", "check", "gunicorn", "gunicorn without our configuration", "worker", "scheduler"],
)
def test_without_a_key_nothing_starts(command: list[str], tmp_path: Path) -> None:
    done = run(tmp_path, *command, SECRET_KEY="only-for-tests-" + "0123456789" * 4)
    assert done.returncode == 3
    said = [line for line in (done.stdout + done.stderr).splitlines() if "SECRETS_KEYS is not set" in line]
    assert len(said) == 1
    assert "Traceback" not in done.stderr


def test_a_key_is_made_without_any_setting(tmp_path: Path, settings: Settings) -> None:
    done = run(tmp_path, "manage.py", "new_key")
    assert (done.returncode, done.stderr) == (0, "")
    settings.SECRETS_KEYS = [done.stdout.strip()]
    assert key_problem() == ""


def test_a_wrong_key_starts_nothing_either(tmp_path: Path) -> None:
    settings = {"SECRET_KEY": "only-for-tests-" + "0123456789" * 4, "DATABASE_URL": f"sqlite:///{tmp_path}/one.sqlite3"}
    keys = tmp_path / "keys"
    keys.write_text(f"{KEY}\n")
    table = "CREATE TABLE tasks_secret (id text, key text); INSERT INTO tasks_secret VALUES ('1', '0123456789ab')"
    made = "import sys, sqlite3; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
    subprocess.run([sys.executable, "-c", made, str(tmp_path / "one.sqlite3"), table], check=True)
    for command in ([*GUNICORN, "--config", "python:config.gunicorn"], ["manage.py", "run_jobs", "--once"]):
        done = run(tmp_path, *command, SECRETS_KEYS_FILE=str(keys), **settings)
        assert done.returncode == 3
        assert complaints(done) == [UNKNOWN]


def test_the_keys_that_sealed_everything_are_no_problem(cast: Cast, settings: Settings) -> None:
    for keys in ([KEY], [OTHER, KEY], [new_key(), OTHER, KEY]):
        settings.SECRETS_KEYS = keys
        _give_login(cast)
        assert problem_with_keys() == ""


@pytest.mark.parametrize("known", [[OTHER], [OTHER, new_key()], [new_key(), new_key(), OTHER]])
def test_a_secret_that_none_of_them_opens_is_told(known: list[str], cast: Cast, settings: Settings) -> None:
    settings.SECRETS_KEYS = [KEY]
    _give_login(cast)
    settings.SECRETS_KEYS = known
    assert problem_with_keys() == UNKNOWN
    assert problem_with_keys(database=False) == ""


def test_so_is_a_second_factor(cast: Cast, settings: Settings) -> None:
    settings.SECRETS_KEYS = [KEY]
    sealed = seal("JBSWY3DPEHPK3PXP", purpose="second-factor")
    Authenticator.objects.create(user=cast.owner, type=Authenticator.Type.TOTP, data={"secret": sealed})
    assert problem_with_keys() == ""
    settings.SECRETS_KEYS = [OTHER]
    assert problem_with_keys() == UNKNOWN


def test_readyz_tells_and_gives_nothing_away(client: Client, cast: Cast, settings: Settings) -> None:
    settings.SECRETS_KEYS = [KEY]
    _give_login(cast)
    settings.SECRETS_KEYS = [OTHER]
    answer = client.get("/readyz")
    assert (answer.status_code, b"keys: down\n" in answer.content) == (503, True)


def test_new_key_makes_another_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("new_key")
    call_command("new_key")
    first, second = capsys.readouterr().out.split()
    assert first != second


def _give_login(cast: Cast) -> None:
    add_resource(
        team=cast.team,
        by=cast.owner,
        kind=ResourceKind.LOGIN,
        name="Shop",
        content="",
        stored_file=None,
        now=timezone.now(),
        secrets={"password": "hunter2"},
    )
