"""Limits: their part of the hand-over form, and what is usual in a team."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.levels import LevelKey
from tasks.forms.fields import HoursField, MoneyField, text_area
from tasks.models import Task, UsualLimits
from tasks.models.task import LEVEL_CHOICES
from tasks.queries import assistants_of
from tasks.used import too_low
from tasks.usual_limits import (
    LIMIT_NAMES,
    Limits,
    by_level_in_words,
    by_person_in_words,
    limits_for,
)

FOR_ALL, FOR_LEVEL, FOR_PERSON = "", "level", "person"


class LimitFields(forms.Form):
    """The four limits."""

    money_limit = MoneyField(label=_("At most (money)"))
    time_limit = HoursField(label=_("At most (hours)"))
    ask_above = MoneyField(label=_("Ask first above"), help_text=_("For a single expense."))
    guidelines = text_area(_("Guidelines"), rows=2, help_text=_("Limits in words: departure after 18:00."))

    def speak_of(self, currency: str) -> None:
        """A text that names another currency is refused."""
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = currency


class LimitsOfBrief(LimitFields):
    """The limits of a brief: those that are filled in, and in a draft the usual ones where they are left empty."""

    usual_limits = forms.BooleanField(
        label=_("The usual limits where I leave them empty"), required=False, initial=True
    )
    team: Team
    task: Task | None = None
    usual_rows: list[UsualLimits]

    def begin_limits(self) -> None:
        """Without anything usual there is no tick for it."""
        if not self.usual_rows:
            del self.fields["usual_limits"]
        self.speak_of(self.team.currency)

    def clean_limits(self, cleaned: dict[str, Any]) -> None:
        """Fill in the usual ones, if wanted, and refuse what is below what has been used."""
        if cleaned.get("usual_limits"):
            level, assistant = cleaned.get("level", ""), cleaned.get("assistant")
            usual = limits_for(self.usual_rows, level=level, assistant=assistant.pk if assistant else None)
            for name, value in usual.given().items():
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    cleaned[name] = value
        if self.task is not None:
            for name, text in too_low(self.task, cleaned).items():
                self.add_error(name, text)

    def usual_limits_by_level(self) -> list[tuple[str, str]]:
        """What is usual at each level, for the page."""
        return by_level_in_words(self.usual_rows, self.team.currency)

    def usual_limits_by_person(self) -> list[tuple[UUID, str, str]]:
        """What is usual for people, for the page."""
        return by_person_in_words(self.usual_rows, self.team.currency)


def initial_limits(task: Task, rows: list[UsualLimits]) -> dict[str, Any]:
    """What the form shows of a draft's limits: those that are the usual ones are left empty, with the tick on.

    So they go along when the level or the assistant changes. Without the tick when one of the usual ones is not there.
    """
    usual = limits_for(rows, level=task.level, assistant=task.assistant_id).given()
    if any(getattr(task, name) in (None, "") for name in usual):
        return {"usual_limits": False}
    same = {name: None for name, value in usual.items() if getattr(task, name) == value}
    return {"usual_limits": True, **same}


class UsualLimitsForm(LimitFields):
    """What is usual for all, a level or a person. Sent again it takes the place of what was there."""

    whom = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, team: Team, rows: list[UsualLimits], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["whom"])
        self.people = {f"{FOR_PERSON}:{person.pk}": person for person in assistants_of(team)}
        whom = self.fields["whom"]
        assert isinstance(whom, forms.ChoiceField)  # noqa: S101
        whom.choices = [
            (FOR_ALL, _("Every task")),
            (_("One level"), [(f"{FOR_LEVEL}:{key}", label) for key, label in LEVEL_CHOICES]),
            (_("One person"), [(key, person.short_name) for key, person in self.people.items()]),
        ]
        self.speak_of(team.currency)
        if "whom" in self.initial:
            there = next((row for row in rows if whom_of(row) == self.initial["whom"]), None)
            self.initial.update({name: getattr(there, name) for name in LIMIT_NAMES} if there else {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.limits().given():
            self.add_error("money_limit", _("Fill in at least one of them."))
        return cleaned

    def limits(self) -> Limits:
        """What was filled in."""
        data = self.cleaned_data
        return Limits(
            money_limit=data["money_limit"],
            time_limit=data["time_limit"],
            ask_above=data["ask_above"],
            guidelines=data["guidelines"],
        )

    def level(self) -> str:
        """The level that they are for; empty for all, or for a person."""
        kind, _colon, key = self.cleaned_data["whom"].partition(":")
        return LevelKey(key).value if kind == FOR_LEVEL else ""

    def assistant(self) -> User | None:
        """The person that they are for."""
        return self.people.get(self.cleaned_data["whom"])


def whom_of(row: UsualLimits) -> str:
    """A row's own choice in the form."""
    if row.assistant_id:
        return f"{FOR_PERSON}:{row.assistant_id}"
    return f"{FOR_LEVEL}:{row.level}" if row.level else FOR_ALL
