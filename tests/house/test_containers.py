"""The image and the compose file, as far as they can be checked without a container engine."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True)


def test_dockerfile_follows_the_rules_for_images() -> None:
    done = run("hadolint", "Dockerfile")

    assert done.returncode == 0, done.stdout


def test_compose_file_fits_its_schema() -> None:
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")

    assert done.returncode == 0, done.stdout


def test_the_image_does_not_run_as_root_and_is_watched() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert re.search(r"^USER (?!0|root)\S+$", dockerfile, re.MULTILINE)
    assert "HEALTHCHECK" in dockerfile


def test_the_image_keeps_no_key_and_its_user_owns_no_code() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert not re.search(r"^(ENV|ARG)\b.*(KEY|PASSWORD|TOKEN)", dockerfile, re.MULTILINE)
    assert "--chown" not in dockerfile
    assert (ROOT / ".dockerignore").read_text().startswith("*\n")  # what is not named there is not in the image


def test_compose_lets_the_app_write_to_its_volume_only() -> None:
    app = (ROOT / "docker-compose.yml").read_text().partition("\nservices:")[0]

    for line in ("read_only: true", 'cap_drop: ["ALL"]', '"no-new-privileges:true"', 'tmpfs: ["/tmp"]'):
        assert line in app


def test_compose_starts_nothing_without_its_keys() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    assert "${SECRET_KEY:?" in compose
    assert "${SECRETS_KEYS:?" in compose


def test_every_variable_is_explained() -> None:
    settings = (ROOT / "config/settings.py").read_text() + (ROOT / "config/gunicorn.py").read_text()
    read = set(re.findall(r"(?:env(?:\.\w+)?|environ\.get)\(\s*[\"']([A-Z_]+)[\"']", settings))
    offered = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/operations.md").read_text()))

    assert read | offered <= explained
