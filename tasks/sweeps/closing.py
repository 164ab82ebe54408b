"""Deleting teams whose days of grace are over; tasks/erasing/teams.py does it and says what a crash repeats."""

from datetime import datetime

from tasks.erasing.teams import delete_due, tell_who_is_next


def close_teams(*, now: datetime) -> int:
    """Tell the members of teams that go tomorrow, and delete those whose time has come. Returns how many went."""
    tell_who_is_next(now=now)
    return delete_due(now=now)
