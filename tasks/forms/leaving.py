"""What becomes of the open work of somebody who leaves: a choice for each task, or one for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from delegation.levels import Level
from delegation.workflow import TABLE, Action, State
from tasks.ceilings import ceilings_in
from tasks.forms.fields import text_area
from tasks.leaving import Leaving
from tasks.models import Task
from tasks.payloads import DeclineReason
from tasks.queries import assistants_of, entrepreneurs_of

Choices = list[tuple[str, str]]
TO, PASS = "to:", "pass:"


@dataclass(frozen=True)
class Answer:
    """What was chosen for a task: an action, and to whom, if that is part of it."""

    task: Task
    action: Action
    to: User | None
    revision: int | None


@dataclass(frozen=True)
class Row:
    """One task on the page. `answers_for`: they hand it over; else they carry it out. `refused`: why it stayed."""

    task: Task
    answers_for: bool
    choice: BoundField | None
    revision: BoundField
    refused: str


class OpenWorkForm(forms.Form):
    """A choice for each open task. What nobody chose anything for stays as it is."""

    text = text_area(_("A few words with it (optional)"), rows=2)
    for_all = forms.ChoiceField(label=_("For every task without a choice of its own"), required=False)

    def __init__(self, *args: Any, leaving: Leaving, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving = leaving
        self.refused: dict[UUID, str] = {}
        team, person = leaving.membership.team, leaving.membership.user
        self.people = {str(user.pk): user for user in (*entrepreneurs_of(team), *assistants_of(team))}
        self.assistants = [user for user in assistants_of(team) if user.pk != person.pk]
        self.entrepreneurs = [user for user in entrepreneurs_of(team) if user.pk != person.pk]
        self.ceilings: dict[UUID, Level] = ceilings_in(team)
        every: Choices = []
        for task in leaving.tasks:
            choices = self._choices(task)
            every += [choice for choice in choices if choice not in every]
            if choices:
                self.fields[f"choice_{task.pk}"] = _choice_field(task.title, choices)
            self.fields[f"revision_{task.pk}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=task.revision
            )
        self._offer_for_all(every)
        if leaving.own and not leaving.membership.hands_over:
            self.fields["text"].label = _("Why, and what is done already?")
            self.fields["text"].required = True

    def rows(self) -> Iterator[Row]:
        """The tasks with their fields, for the template."""
        for task in self.leaving.tasks:
            name = f"choice_{task.pk}"
            yield Row(
                task,
                task.entrepreneur_id == self.leaving.membership.user_id,
                self[name] if name in self.fields else None,
                self[f"revision_{task.pk}"],
                self.refused.get(task.pk, ""),
            )

    def answers(self, only: str) -> list[Answer]:
        """What was chosen, in the order of the page. `only`: for this task alone, by its id; else for all."""
        found = []
        for task in self.leaving.tasks:
            if only not in {"all", str(task.pk)}:
                continue
            own = self.cleaned_data.get(f"choice_{task.pk}", "")
            chosen = own or (self.cleaned_data["for_all"] if only == "all" else "")
            if chosen in dict(self._choices(task)):
                found.append(self._answer(task, chosen))
        return found

    def _offer_for_all(self, every: Choices) -> None:
        field = self.fields["for_all"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", gettext("Choose…")), *every]
        field.widget.attrs["class"] = "form-select"

    def _choices(self, task: Task) -> Choices:
        """What this task can become of, by who looks and by which of the two sides it is left on."""
        if task.entrepreneur_id == self.leaving.membership.user_id:
            others = [
                (f"{PASS}{user.pk}", gettext("Pass it on to %(name)s") % {"name": user.short_name})
                for user in self.entrepreneurs
                if user.pk != task.assistant_id
            ]
            return [*others, (Action.STOP.value, gettext("Stop it"))]
        possible = [action for action in self._ways() if State(task.state) in TABLE[action].to]
        named = {
            Action.TAKE_BACK: gettext("Take it back, as a draft"),
            Action.STOP: gettext("Stop it"),
            Action.DECLINE: gettext("Decline it"),
            Action.HAND_BACK: gettext("Hand it back"),
        }
        handed = self._to_others(task) if Action.REASSIGN in possible else []
        return [*handed, *((action.value, named[action]) for action in possible if action in named)]

    def _ways(self) -> tuple[Action, ...]:
        if self.leaving.own:
            return (Action.DECLINE, Action.HAND_BACK)
        return (Action.REASSIGN, Action.TAKE_BACK, Action.STOP)

    def _to_others(self, task: Task) -> Choices:
        return [(f"{TO}{user.pk}", self._named(user)) for user in self.assistants if user.pk != task.entrepreneur_id]

    def _named(self, user: User) -> str:
        if level := self.ceilings.get(user.pk):
            return gettext("Offer it to %(name)s (up to “%(level)s”)") % {"name": user.short_name, "level": level.name}
        return gettext("Offer it to %(name)s") % {"name": user.short_name}

    def _answer(self, task: Task, chosen: str) -> Answer:
        revision = self.cleaned_data.get(f"revision_{task.pk}")
        for prefix, action in ((TO, Action.REASSIGN), (PASS, Action.PASS_ON)):
            if chosen.startswith(prefix):
                return Answer(task, action, self.people[chosen.removeprefix(prefix)], revision)
        return Answer(task, Action(chosen), None, revision)


# Whoever leaves declines what was offered for a reason that none of the others says.
DECLINED_BECAUSE = DeclineReason.OTHER


def _choice_field(title: str, choices: Choices) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=title, choices=[("", gettext("Choose…")), *choices], required=False, widget=widget)
