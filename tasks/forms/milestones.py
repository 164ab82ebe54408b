"""Scope and milestones: their part of the hand-over form, delivering one, and dropping what could be in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.milestones import MOST_MILESTONES, PROBLEMS, Phase, PlanProblem, problems
from tasks.actions.milestones import WAITS
from tasks.actions.scope import NOTHING_DROPPED
from tasks.forms.actions import ActionForm, checked_address
from tasks.forms.fields import LinesField, WordsField, check_day, text_area
from tasks.forms.files import DeliversFiles, ManyFilesField
from tasks.milestone_schedule import rows_of
from tasks.models import Milestone, MilestoneState, Task

EMPTY_ROWS = 4
FIRST_FIRST = _("Begin with this one: it has a day of its own.")
NOTHING_TO_DROP = _("There is nothing in the brief that could be dropped.")
# Beside the title or beside the day.
ABOUT_THE_DAY = {PlanProblem.NO_DAY, PlanProblem.OUT_OF_RANGE, PlanProblem.AFTER_DEADLINE}


@dataclass(frozen=True)
class MilestoneRow:
    """One milestone on the page. `when`: the day of the first, the working days of each other."""

    title: BoundField
    when: BoundField

    @property
    def is_filled(self) -> bool:
        return any(field.value() not in (None, "") for field in (self.title, self.when))


class ScopeForm(forms.Form):
    """The part of a brief that says what is in it and in which steps: fields called milestone_0_title and so on.

    All rows are there, as many as there can be, so that nothing that was filled in is lost; a page shows some empty
    ones.
    """

    must_items = LinesField(
        label=_("What must be in it"), help_text=_("One thing a line."), most_items=30, most_length=300
    )
    could_items = LinesField(
        label=_("What could be in it"),
        help_text=_("Dropped first when that is needed to keep a limit or the deadline."),
        most_items=30,
        most_length=300,
    )
    task: Task | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        stored = rows_of(self.task) if self.task and self.task.milestone_count else []
        self.settled = [row.as_phase() for row in stored if row.is_settled]
        self.stored = [row.as_phase() for row in stored]
        self.phases: list[Phase] = []
        kwargs["initial"] = _initial(self.stored) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for number in range(MOST_MILESTONES):
            self.fields |= {
                f"milestone_{number}_{name}": field for name, field in self._milestone_fields(number).items()
            }

    def _milestone_fields(self, number: int) -> dict[str, forms.Field]:
        name = gettext("Milestone %(number)d") % {"number": number + 1}
        fields: dict[str, forms.Field] = {"title": WordsField(label=name, required=False, max_length=200)}
        if number == 0:
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            fields["when"] = forms.DateField(label=_("Ready by"), required=False, widget=day)
        else:
            digits = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
            fields["when"] = forms.IntegerField(
                label=_("Working days after the one before"), required=False, widget=digits
            )
        if number < len(self.settled):
            for field in fields.values():
                field.widget.attrs["readonly"] = True
        return fields

    @property
    def milestone_rows(self) -> list[MilestoneRow]:
        """Those that are filled in, and some to fill in."""
        names = [f"milestone_{number}" for number in range(MOST_MILESTONES)]
        rows = [MilestoneRow(self[f"{name}_title"], self[f"{name}_when"]) for name in names]
        filled = max((number for number, row in enumerate(rows, start=1) if row.is_filled), default=0)
        return rows[: filled + EMPTY_ROWS]

    @property
    def has_milestones(self) -> bool:
        return any(row.is_filled for row in self.milestone_rows)

    def clean_milestones(self, *, deadline: date | None, today: date, handing_over: bool) -> None:
        """Read the rows, and put what is wrong beside its field. `today`: on the team's calendar."""
        rows = [number for number in range(MOST_MILESTONES) if self._is_filled(number)]
        self.phases = [self._phase(number) for number in rows]
        if rows and rows[0] != 0:
            self._say("milestone_0_title", FIRST_FIRST)
            return
        for wrong, place in problems(self.phases, settled=self.settled, deadline=deadline):
            number = rows[place] if place < len(rows) and wrong != PlanProblem.SETTLED else place
            about = "when" if wrong in ABOUT_THE_DAY else "title"
            self._say(f"milestone_{number}_{about}", PROBLEMS[wrong])
        first = self.phases[0].due_on if self.phases and not self.settled else None
        # What was agreed may pass while the work goes on.
        if first and (handing_over or self.phases[0] not in self.stored[:1]):
            try:
                check_day(first, today=today)
            except forms.ValidationError as error:
                self._say("milestone_0_when", error)

    def _is_filled(self, number: int) -> bool:
        names = (f"milestone_{number}_title", f"milestone_{number}_when")
        return any(name in self.errors or self.cleaned_data.get(name) not in (None, "") for name in names)

    def _phase(self, number: int) -> Phase:
        title = " ".join(self.cleaned_data.get(f"milestone_{number}_title", "").split())
        when = self.cleaned_data.get(f"milestone_{number}_when")
        return Phase(title=title, due_on=None if number else when, working_days=when if number else None)

    def _say(self, name: str, text: Any) -> None:
        """Beside a field that has no message yet, in a row that could be read."""
        row = name.rpartition("_")[0]
        if not {f"{row}_title", f"{row}_when"} & set(self.errors):
            self.add_error(name, text)

    def milestones(self) -> list[Phase]:
        """What was filled in, in order."""
        return self.phases


def _initial(phases: Sequence[Phase]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for number, phase in enumerate(phases):
        initial[f"milestone_{number}_title"] = phase.title
        initial[f"milestone_{number}_when"] = phase.due_on or phase.working_days
    return initial


class DeliverMilestoneForm(DeliversFiles, ActionForm):
    """Hand in the milestone that is under way."""

    milestone = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = text_area(_("What do you deliver?"), rows=4, required=True)
    links = LinesField(label=_("Links"), rows=2, help_text=_("One a line."), most_items=20, most_length=1000)
    attachments = ManyFilesField(label=_("Files"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        under_way = [MilestoneState.OPEN, MilestoneState.DELIVERED]
        self.current: Milestone | None = self.task.milestones.filter(state__in=under_way).first()
        if self.current:
            self.initial.setdefault("milestone", self.current.pk)

    def refusal(self) -> Promise | str | None:
        """While one waits to be accepted, there is none to deliver."""
        if self.current and self.current.state == MilestoneState.DELIVERED:
            return WAITS % {"title": self.current.title}
        return None

    def clean_links(self) -> list[str]:
        """Web addresses only: anything else could run something when pressed."""
        return [checked_address(link) for link in self.cleaned_data["links"]]


class SendBackMilestoneForm(ActionForm):
    text = text_area(_("What is missing?"), required=True)


class ItemsField(forms.MultipleChoiceField):
    """Some of the items shown. One that is gone by now is no wrong choice, but a press that came too late."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return True


class DropScopeForm(ActionForm):
    """Which of the could-items are dropped."""

    items = ItemsField(label=_("What is dropped?"), error_messages={"required": NOTHING_DROPPED})
    shorten = forms.BooleanField(
        label=_("Give the milestones that have not begun fewer days, so that the last is ready by the deadline"),
        required=False,
    )
    text = text_area(_("A few words (optional)"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["items"]
        assert isinstance(choices, ItemsField)  # noqa: S101
        choices.choices = [(item, item) for item in self.task.could_items]
        if not self.task.milestones_open or self.task.deadline_date is None:
            del self.fields["shorten"]

    def refusal(self) -> Promise | str | None:
        return None if self.task.could_items else NOTHING_TO_DROP
