"""One form per action that asks something of the person who does it.

Each is built for one task, so that it can ask about that task's criteria, options or limits.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tasks.ceilings import ceiling_of, is_above, refusal
from tasks.forms.fields import HoursField, LinesField, MoneyField, WordsField, check_day, text_area
from tasks.forms.files import DeliversFiles, ManyFilesField
from tasks.models import OPEN_CHECKINS, Checkin, Mood, Task
from tasks.payloads import CriterionCheck, DeclineReason, Finding, Option
from tasks.queries import assistants_of, entrepreneurs_of

MOST_FINDINGS = 200
FINDINGS_AT_ONCE = 5


class ActionForm(forms.Form):
    """What all of them carry: the revision of the task that was looked at, and which turn is answered."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    turn = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: Task, by: User, now: datetime, **kwargs: Any) -> None:
        self.task, self.by, self.now = task, by, now
        super().__init__(*args, **kwargs)
        self.initial.setdefault("revision", task.revision)

    def wants_more(self) -> bool:
        """Whether the press asked for more rows instead of sending."""
        return False

    def refusal(self) -> Promise | str | None:
        """Why the form is of no use now, though the table allows what it does; None when it is."""
        return None

    def check_deadline(self) -> None:
        """Put what is wrong with a new deadline beside its field."""
        day = self.cleaned_data.get("deadline")
        if day is None:
            return
        try:
            check_day(day, today=self.now.astimezone(self.task.deadline_zone).date())
        except forms.ValidationError as error:
            self.add_error("deadline", error)


class NoteForm(ActionForm):
    """An answer that needs no words, but may have them."""

    text = text_area(_("A few words (optional)"), rows=2)


class ReasonForm(ActionForm):
    """An answer that needs words."""

    text = text_area(_("What should be different?"), required=True)


class StopForm(ActionForm):
    text = text_area(_("Why does it stop?"), rows=2, help_text=_("Your assistant reads this."))


class TakeBackForm(ActionForm):
    text = text_area(_("Why do you take it back?"), rows=2, help_text=_("Your assistant reads this."))


class QuestionForm(ActionForm):
    text = text_area(_("Your question"), required=True, help_text=_("Best answered with yes, no or one choice."))


class AnswerForm(ActionForm):
    text = text_area(_("Your answer"), rows=2, required=True)


class HandBackForm(ActionForm):
    text = text_area(_("Why, and what is done already?"), required=True)


class ReopenForm(ActionForm):
    text = text_area(_("What is missing after all?"), required=True)


class AcceptTaskForm(ActionForm):
    """Take it on, with the goal in one's own words."""

    read_back = text_area(
        _("The goal in your own words"),
        rows=2,
        help_text=_("What you will do and what comes out of it. Misunderstandings show up here."),
    )
    estimate = HoursField(label=_("My estimate (hours)"))


class DeclineForm(ActionForm):
    reason = forms.ChoiceField(label=_("Why not?"), choices=DeclineReason.choices, widget=forms.RadioSelect)
    text = text_area(_("What would you suggest?"), rows=2, help_text=_("Somebody else, another way, another date."))


class ReassignForm(ActionForm):
    assistant = forms.ModelChoiceField(label=_("Who takes it over?"), queryset=User.objects.none())
    text = text_area(_("A few words (optional)"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assistant"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = assistants_of(self.task.team).exclude(pk__in=[self.task.entrepreneur_id])
        # A second press names who has the task by now: no wrong choice, but one that came too late.
        stale = self.is_bound and self.data.get("revision") != str(self.task.revision)
        if self.task.assistant_id and not stale:
            field.queryset = field.queryset.exclude(pk=self.task.assistant_id)

    def clean_assistant(self) -> User:
        """Whoever may have work at this level."""
        assistant: User = self.cleaned_data["assistant"]
        ceiling = ceiling_of(self.task.team_id, assistant.pk)
        if is_above(self.task.level, ceiling):
            raise forms.ValidationError(refusal(assistant, ceiling))
        return assistant


class PassOnForm(ActionForm):
    to = forms.ModelChoiceField(label=_("Who is responsible for it from now on?"), queryset=User.objects.none())
    text = text_area(_("A few words (optional)"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        self.others = entrepreneurs_of(self.task.team).exclude(pk=self.task.entrepreneur_id)
        # A second press names who has it by now: no wrong choice, but one that came too late.
        stale = self.is_bound and self.data.get("revision") != str(self.task.revision)
        field.queryset = entrepreneurs_of(self.task.team) if stale else self.others

    def refusal(self) -> Promise | str | None:
        """With nobody else there is nothing to choose."""
        return None if self.others.exists() else _("Nobody else hands over in this team. Invite somebody first.")


class ProposeForm(ActionForm):
    text = text_area(
        _("What do you propose?"),
        rows=6,
        required=True,
        help_text=_("What you will do, how, and what it costs. It is carried out only after a yes."),
    )


class DeviateForm(ActionForm):
    text = text_area(_("What would you do instead, and why?"), required=True)


class ChooseForm(ActionForm):
    option = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, error_messages={"required": _("Choose one of the options.")}
    )
    text = text_area(_("A few words (optional)"), rows=2)


class TickForm(ActionForm):
    step = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("step", self.task.steps_done + 1)


class OptionsForm(ActionForm):
    """Two or three options, one of them recommended."""

    numbers = (1, 2, 3)
    recommended = forms.TypedChoiceField(
        label=_("Which one do you recommend?"),
        choices=[(number, number) for number in numbers],
        coerce=int,
        widget=forms.RadioSelect,
    )
    text = text_area(_("Your advice in a few sentences"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in self.numbers:
            required = number < 3
            self.fields[f"title_{number}"] = WordsField(label=_("Option"), max_length=120, required=required)
            self.fields[f"cost_{number}"] = MoneyField(label=_("Cost"))
            self.fields[f"cost_note_{number}"] = WordsField(
                label=_("Per what"), max_length=40, required=False, help_text=_("a month, a person, once")
            )
            self.fields[f"pros_{number}"] = text_area(_("For"), rows=2, required=required, most=1000)
            self.fields[f"cons_{number}"] = text_area(_("Against"), rows=2, required=required, most=1000)

    def groups(self) -> Iterator[tuple[int, list[BoundField]]]:
        """The fields of each option, for the template."""
        for number in self.numbers:
            yield number, [self[f"{name}_{number}"] for name in ("title", "cost", "cost_note", "pros", "cons")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        third = any(cleaned.get(f"{name}_3") for name in ("cost", "pros", "cons"))
        if third and not cleaned.get("title_3"):
            self.add_error("title_3", _("Give this option a name, or empty its other fields."))
        if cleaned.get("recommended") == 3 and not cleaned.get("title_3"):
            self.add_error("recommended", _("There is no third option to recommend."))
        return cleaned

    def options(self) -> list[Option]:
        data = self.cleaned_data
        return [
            Option(
                title=data[f"title_{number}"],
                cost=data[f"cost_{number}"],
                cost_note=data[f"cost_note_{number}"],
                pros=data[f"pros_{number}"],
                cons=data[f"cons_{number}"],
                recommended=data["recommended"] == number,
            )
            for number in self.numbers
            if data[f"title_{number}"]
        ]


class CriteriaForm(ActionForm):
    """A form that asks about each success criterion."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, criterion in enumerate(self.task.criteria):
            self.fields[f"check_{number}"] = forms.BooleanField(label=criterion, required=False)
            self.fields[f"note_{number}"] = WordsField(
                label=_("Note"),
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"placeholder": _("Note")}),
            )

    def criteria(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each criterion with its two fields, for the template."""
        for number, criterion in enumerate(self.task.criteria):
            yield criterion, self[f"check_{number}"], self[f"note_{number}"]

    def checked(self, *, ticked_means_met: bool) -> list[CriterionCheck]:
        data = self.cleaned_data
        return [
            CriterionCheck(
                criterion=criterion, met=data[f"check_{number}"] == ticked_means_met, note=data[f"note_{number}"]
            )
            for number, criterion in enumerate(self.task.criteria)
        ]


class DeliverForm(DeliversFiles, CriteriaForm):
    text = text_area(_("What do you deliver?"), rows=4, required=True)
    links = LinesField(label=_("Links"), rows=2, help_text=_("One a line."), most_items=20, most_length=1000)
    attachments = ManyFilesField(label=_("Files"))

    def clean_links(self) -> list[str]:
        """Web addresses only: anything else could run something when pressed."""
        return [checked_address(link) for link in self.cleaned_data["links"]]


def checked_address(text: str) -> str:
    """A web address as typed, with https:// in front if that was left out. Raises ValidationError."""
    address: str = forms.URLField(assume_scheme="https", max_length=1000).clean(text)
    if not address.lower().startswith(("http://", "https://")):
        raise forms.ValidationError(_("This is not a web address: %(text)s"), params={"text": text})
    return address


class FindingsForm(DeliversFiles, CriteriaForm):
    """Facts with their sources. There is no field for advice: this level asks for none."""

    text = text_area(_("How did you search?"), rows=2, help_text=_("Where you looked and what you left out."))
    attachments = ManyFilesField(label=_("Files"))
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_count = self._asked_rows() + (FINDINGS_AT_ONCE if self.wants_more() else 0)
        self.row_count = min(self.row_count, MOST_FINDINGS)
        for number in range(self.row_count):
            self.fields[f"fact_{number}"] = WordsField(label=_("Finding"), max_length=300, required=False)
            self.fields[f"detail_{number}"] = WordsField(label=_("Details"), max_length=500, required=False)
            self.fields[f"source_{number}"] = WordsField(label=_("Source"), max_length=1000, required=False)

    def _asked_rows(self) -> int:
        text = self.data.get("rows", "")
        readable = text.isascii() and text.isdigit() and len(text) < 4
        return max(int(text), 1) if readable else FINDINGS_AT_ONCE

    def wants_more(self) -> bool:
        return "more_rows" in self.data

    def groups(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each row, for the template."""
        for number in range(self.row_count):
            yield self[f"fact_{number}"], self[f"detail_{number}"], self[f"source_{number}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.wants_more():
            return cleaned
        filled = 0
        for number in range(self.row_count):
            fact, source = cleaned.get(f"fact_{number}"), cleaned.get(f"source_{number}")
            if fact and not source and f"source_{number}" not in self.errors:
                self.add_error(f"source_{number}", _("Where does this come from?"))
            elif not fact and (source or cleaned.get(f"detail_{number}")) and f"fact_{number}" not in self.errors:
                self.add_error(f"fact_{number}", _("What did you find?"))
            elif fact and source:
                filled += 1
                self._clean_source(number, source)
        if not filled and not self.errors:
            self.add_error("fact_0", _("Add at least one finding."))
        return cleaned

    def _clean_source(self, number: int, source: str) -> None:
        try:
            self.cleaned_data[f"source_{number}"] = checked_address(source)
        except forms.ValidationError:
            self.add_error(f"source_{number}", _("Give the link to the source."))

    def findings(self) -> list[Finding]:
        data = self.cleaned_data
        return [
            Finding(fact=data[f"fact_{number}"], detail=data[f"detail_{number}"], source=data[f"source_{number}"])
            for number in range(self.row_count)
            if data[f"fact_{number}"]
        ]


class SendBackForm(CriteriaForm):
    text = text_area(_("What is missing?"), required=True)


class CheckinForm(ActionForm):
    checkin = forms.UUIDField(widget=forms.HiddenInput)
    mood = forms.ChoiceField(label=_("How is it going?"), choices=Mood.choices, widget=forms.RadioSelect)
    percent = forms.IntegerField(label=_("Done (%)"), required=False, min_value=0, max_value=100)
    minutes_needed = HoursField(label=_("Hours still needed"))
    finish_at = forms.DateField(
        label=_("Ready on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = text_area(_("Note"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            asked = Checkin.objects.filter(task=self.task, assistant=self.by, state__in=OPEN_CHECKINS)
            self.initial.setdefault("checkin", asked.order_by("asked_at").values_list("pk", flat=True).first())

    def clean_finish_at(self) -> date | None:
        """The day on which the assistant expects to be ready, on their own calendar."""
        day: date | None = self.cleaned_data["finish_at"]
        if day:
            check_day(day, today=self.now.astimezone(self.by.zone).date())
        return day
