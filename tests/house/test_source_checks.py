"""The two checks of the lint that look for holes: they find what they are for, and say so when they could not look."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts import advisories, lanes
from scripts.secrets_scan import BASELINE, Found, scan, sources, unknown

# Put together here, so that this file holds none itself.
PLANTED = {
    "a key of a cloud": "key = '" + "AKIA" + "QX3TZ7PLM2RWY5NB" + "'",
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a password": "SMTP_" + "PASSWORD = '" + "ui7Gh2kQpZ81" + "'",
    "an address with a password": "smtp://post:" + "ui7Gh2kQpZ81" + "@mail.example.org",
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_secret_in_the_source_is_found_and_not_repeated(what: str, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(f"# nothing\n{PLANTED[what]}\n")

    lines = unknown(scan(["settings.py"], root=tmp_path), {})

    assert len(lines) >= 1
    assert all(line.startswith("settings.py: ") for line in lines)
    assert not any("ui7Gh" in line or "AKIA" in line for line in lines)


def test_one_that_was_looked_at_is_known_in_its_own_file_only(tmp_path: Path) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(PLANTED["a password"])
    found: Found = scan(["one.py", "two.py"], root=tmp_path)

    assert [line.split(":")[0] for line in unknown(found, {"one.py": found["one.py"]})] == ["two.py"]


def test_a_line_that_says_that_it_is_meant_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(f"{PLANTED['a password']}  # pragma: allowlist secret\n")

    assert scan(["one.py"], root=tmp_path) == {}


def test_the_baseline_names_no_machine_and_no_moment() -> None:
    text = BASELINE.read_text()

    assert "generated_at" not in text
    assert "line_number" not in text
    assert not [name for name in json.loads(text) if name.startswith("/")]


def test_all_that_is_committed_is_looked_at() -> None:
    assert {"config/settings.py", "docker-compose.yml", "docs/operations.md", ".ci/run"} <= set(sources())


# --- packages ------------------------------------------------------------------------------------------------------


def answer(**package: object) -> str:
    return json.dumps({"dependencies": [{"name": "django", "version": "5.2", **package}]})


def test_a_package_with_a_known_hole_fails() -> None:
    report = advisories.read(answer(vulns=[{"id": "PYSEC-1", "fix_versions": ["5.2.1"]}]), "")

    assert report.code == 1
    assert report.lines == ["django 5.2: PYSEC-1 (mended in: 5.2.1)"]


def test_packages_without_a_hole_pass() -> None:
    assert advisories.read(answer(vulns=[]), "").code == 0


@pytest.mark.parametrize(
    ("output", "said"),
    [(answer(skip_reason="not found"), ""), ("", "ConnectionError: no route to host"), ("", "")],
)
def test_a_service_that_is_out_of_reach_is_told_and_is_no_finding(output: str, said: str) -> None:
    report = advisories.read(output, said)

    assert report.code == advisories.SKIPPED
    assert "out of reach" in report.lines[0]


@pytest.mark.parametrize(
    ("code", "passed", "line"),
    [(0, True, "ok"), (1, False, "FAILED"), (advisories.SKIPPED, True, "skipped: out of reach")],
)
def test_the_lint_says_what_became_of_a_check(
    code: int, passed: bool, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.CompletedProcess([], code, "out of reach\n", "")
    monkeypatch.setattr("scripts.lanes.subprocess.run", lambda *args, **options: done)

    assert lanes.check("style", {}) is passed
    assert f"  style: {line} (" in capsys.readouterr().out
