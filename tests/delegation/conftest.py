"""Rules that know no database are tested once, not once for each database."""

import pytest
from django.db import connection

NEEDS_ONE = {"db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves them out on PostgreSQL; the first lane, on SQLite, has them all."""
    pure = [item for item in items if item.nodeid.startswith("tests/delegation/") and not _needs_a_database(item)]
    if connection.vendor == "postgresql" and pure:
        config.hook.pytest_deselected(items=pure)
        left_out = set(pure)
        items[:] = [item for item in items if item not in left_out]


def _needs_a_database(item: pytest.Item) -> bool:
    asked = NEEDS_ONE.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None
