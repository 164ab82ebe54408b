"""The demo as its command makes it, for tests that look at much at once."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tasks.demo import make_demo

DEMO_DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo_made(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Made once for all tests of a file, as it takes seconds; the folder of its files."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        make_demo(now=DEMO_DAY)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(demo_made: Path, db: None, settings: Settings, tmp_path: Path) -> None:
    """Both demo teams in the middle of their work. What a test does to rows and files is gone after it."""
    settings.MEDIA_ROOT = shutil.copytree(demo_made, tmp_path / "files")
