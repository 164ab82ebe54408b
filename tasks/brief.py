"""The brief as a document: snapshots of it, and the difference between two of them."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.examples import example_names
from tasks.models import Task

# Every column of Task that belongs to the brief, in the order in which people read it.
LABELS: dict[str, Promise] = {
    "title": _("Task"),
    "purpose": _("Purpose"),
    "purpose_open": _("Keep the purpose open"),
    "deliverable": _("Deliverable"),
    "example": _("Example"),
    "example_files": _("Example files"),
    "not_like_this": _("Not like this"),
    "criteria": _("Success criteria"),
    "must_items": _("Must be in it"),
    "could_items": _("Could be in it"),
    "steps": _("Steps"),
    "guidelines": _("Guidelines"),
    "money_limit": _("At most (money)"),
    "time_limit": _("At most (time)"),
    "ask_above": _("Ask first above"),
    "deadline_date": _("Deadline"),
    "deadline_time": _("Deadline, time"),
    "milestones": _("Milestones"),
    "reach": _("How to reach me"),
    "when_stuck": _("When stuck"),
    "kept_part": _("What I keep doing myself"),
    "private": _("Private"),
    "tags": _("Tags"),
    "checkins": _("Check-ins"),
    "resources": _("Resources"),
}
# Kept in rows of their own; everything else is a column of Task.
_ROWS = ("example_files", "milestones", "checkins", "resources")
# What the form for a brief may write: the brief itself, the level, who carries it out, and whose clock it means.
COLUMNS = frozenset(LABELS) - set(_ROWS) | {"level", "assistant", "time_zone"}

# {field, was, now}: one part of the brief that differs between two versions.
Change = dict[str, Any]


def snapshot(task: Task) -> dict[str, Any]:
    """The brief as plain values, ready for JSON: amounts and dates as text, lists as lists.

    Milestones and check-in rules are their codes (see Phase.code, Rule.code), resources and example files their names.
    """
    rows = {
        "example_files": example_names(task),
        "milestones": [row.as_phase().code for row in task.milestones.order_by("position")],
        "checkins": sorted(row.as_rule().code for row in task.checkin_rules.all()),
        "resources": sorted(task.resources.values_list("name", flat=True)),
    }
    return {name: rows[name] if name in rows else _plain(getattr(task, name)) for name in LABELS}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (int, list)):
        return value
    if hasattr(value, "quantize"):  # an amount: always in cents, so that 100 and 100.00 are the same
        return f"{value:.2f}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The fields that changed, in reading order."""
    return [
        {"field": name, "was": before.get(name), "now": after.get(name)}
        for name in LABELS
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def merge(earlier: Iterable[Change], later: Iterable[Change]) -> list[Change]:
    """Two differences as one: from what was before the earlier to what is after the later, each field once.

    What was changed and then changed back is no difference any more.
    """
    merged = {change["field"]: change for change in earlier}
    for change in later:
        was = merged.get(change["field"], change)["was"]
        merged[change["field"]] = {**change, "was": was}
    return [merged[name] for name in LABELS if name in merged and merged[name]["was"] != merged[name]["now"]]
