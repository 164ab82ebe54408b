"""Columns and lines of the admin: a field with its label, and its value, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_value

from tasks.templatetags.handover import checkin_rule, hours, money
from tasks.templatetags.milestones import milestone_words

NOTHING = "-"


def column(name: str, label: Any) -> Any:
    """A field as a column or a line under a translated label.

    Typed as Any: Django takes a function wherever the stubs know only of names.
    """

    @admin.display(description=label, ordering=name)
    def shown(row: Any) -> Any:
        return in_words(row, name)

    shown.__name__ = f"{name}_in_words"  # the admin's CSS class of the column
    return shown


def in_words(row: Any, name: str) -> Any:
    """A field as people write it: choices by their names, lists one a line, money and time with their units."""
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    match name:
        case "money_limit" | "ask_above":
            return money(value, row.team.currency) or NOTHING
        case "time_limit" | "minutes_needed":
            return hours(value) or NOTHING
        case "milestones":
            return (
                "\n".join(
                    milestone_words(milestone.as_phase().code) for milestone in row.milestones.order_by("position")
                )
                or NOTHING
            )
        case "checkins":
            return "\n".join(checkin_rule(rule) for rule in row.checkin_rules.all()) or NOTHING
        case "resources":
            return "\n".join(resource.name for resource in row.resources.all()) or NOTHING
    if isinstance(value, list):
        return "\n".join(value) or NOTHING
    return display_for_value(value, NOTHING, boolean=isinstance(value, bool))
