"""The brief as a document: snapshots of it, and the difference between two of them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.models import Task

# Every column of Task that belongs to the brief, in the order in which people read it.
LABELS: dict[str, Promise] = {
    "title": _("Task"),
    "purpose": _("Purpose"),
    "deliverable": _("Deliverable"),
    "example": _("Example"),
    "not_like_this": _("Not like this"),
    "criteria": _("Success criteria"),
    "steps": _("Steps"),
    "guidelines": _("Guidelines"),
    "money_limit": _("At most (money)"),
    "time_limit": _("At most (time)"),
    "ask_above": _("Ask first above"),
    "deadline_date": _("Deadline"),
    "deadline_time": _("Deadline, time"),
    "reach": _("How to reach me"),
    "when_stuck": _("When stuck"),
    "kept_part": _("What I keep doing myself"),
    "tags": _("Tags"),
}


def snapshot(task: Task) -> dict[str, Any]:
    """The brief as plain values, ready for JSON: amounts and dates as text, lists as lists."""
    return {name: _plain(getattr(task, name)) for name in LABELS}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (int, list)):
        return value
    if hasattr(value, "quantize"):  # an amount: always in cents, so that 100 and 100.00 are the same
        return f"{value:.2f}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that changed, as rows of {field, was, now}, in reading order."""
    return [
        {"field": name, "was": before.get(name), "now": after.get(name)}
        for name in LABELS
        if (before.get(name) or None) != (after.get(name) or None)
    ]
