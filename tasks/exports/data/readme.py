"""What the README.txt of an export says, in the language of whoever asked for it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tasks.exports.data.parts import Part, Scope

WIDTH = 78
# On Windows too, the lines end where they end.
NEWLINE = "\r\n"


def readme(scope: Scope, parts: Sequence[Part], *, now: datetime) -> str:
    """The whole text."""
    with timezone.override(scope.person.zone):
        made = date_format(timezone.localtime(now), "DATETIME_FORMAT")
    lines = [
        _title(scope),
        "",
        _("Made on %(moment)s. What came in while it was being made may or may not be in it.") % {"moment": made},
        "",
        _("json/  one file per kind, exact: for programs. Moments are in UTC, dates are dates, ids tie rows together."),
        _(
            "csv/   the same for a spreadsheet. Text that begins like a formula has an apostrophe before it, so that"
            " nothing runs by itself."
        ),
        _("files/ the files, under the names that they were given. Two of the same name are numbered."),
        "",
        _("What is in it:"),
        "",
        *(f"- {part.name}: {part.about}" for part in parts),
        "",
        _("What is not in it:"),
        "",
        *(f"- {reason}" for reason in _reasons(scope)),
    ]
    return NEWLINE.join(wrapped for line in lines for wrapped in _wrapped(line)) + NEWLINE


def missing_files(paths: Iterable[str]) -> str:
    """What is said of files whose bytes are gone."""
    said = _("These files are in the list, but they could no longer be found:")
    return NEWLINE.join([said, "", *paths]) + NEWLINE


def _title(scope: Scope) -> str:
    if scope.team:
        return _("Handover: everything of the team %(team)s") % {"team": scope.team}
    return _("Handover: the data of %(person)s") % {"person": scope.person}


def _reasons(scope: Scope) -> list[str]:
    secrets = _("Passwords, one-time codes and session keys: these are never exported.")
    if scope.team:
        return [secrets, _("The inboxes and settings of the members: those are their own.")]
    return [
        secrets,
        _("What others wrote in your teams: that is with the team. Hours stay yours, also of a team that you left."),
    ]


def _wrapped(line: str) -> list[str]:
    indent = "  " if line.startswith("- ") else "       " if line[:6].strip().endswith("/") else ""
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent) or [""]
