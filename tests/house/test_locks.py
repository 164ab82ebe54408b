"""The locks: complete, hashed, the same in both, and naming no registry."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")


def pins(name: str) -> set[str]:
    """`package==version`, with its marker where it has one."""
    found = re.findall(r"^([a-z0-9][^\s;]*==\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return {pin.rstrip("\\").strip() for pin in found}


def test_what_is_tested_is_what_runs() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_registry(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock: str) -> None:
    packages = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())

    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_every_dependency_is_locked() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    locked = {pin.split("==")[0].split("[")[0] for pin in pins("requirements.lock")}

    assert {re.split(r"[\[<>=~!;]", name)[0] for name in wanted} <= locked
