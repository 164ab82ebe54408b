"""The hand-over form: the brief."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.brief import MISSING, Brief, missing_parts
from delegation.checkins import MOST_HOURS, Rule, Trigger
from delegation.deadlines import deadline_moment
from delegation.levels import LEVELS, LevelKey, Part
from tasks.forms.fields import (
    MOST_YEARS_AHEAD,
    PASSED,
    TOO_FAR,
    HoursField,
    LinesField,
    MoneyField,
    WordsField,
    check_day,
    check_size,
    text_area,
)
from tasks.models import Resource, ResourceKind, Task
from tasks.models.task import LEVEL_CHOICES
from tasks.queries import assistants_of

# Beside which field a missing part of the brief is told.
FIELD_OF_PART = {
    Part.DELIVERABLE: "deliverable",
    Part.LIMIT: "money_limit",
    Part.CRITERIA: "criteria",
    Part.PURPOSE: "purpose",
    Part.STEPS: "steps",
}
LIMITS = {"money_limit", "time_limit", "guidelines"}
COLUMNS = (
    "title", "level", "purpose", "purpose_open", "deliverable", "example", "not_like_this", "criteria", "steps",
    "guidelines", "money_limit", "time_limit", "ask_above", "deadline_date", "deadline_time", "reach", "when_stuck",
    "kept_part", "private", "tags",
)  # fmt: skip


class BriefForm(forms.Form):
    """Everything a brief can hold. A draft may be incomplete; handing over takes what the level requires."""

    title = WordsField(label=_("Task"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    level = forms.ChoiceField(
        label=_("How much do you let go?"), choices=LEVEL_CHOICES, widget=forms.RadioSelect, initial=LevelKey.PROPOSE
    )
    assistant = forms.ModelChoiceField(
        label=_("Who carries it out"), queryset=User.objects.none(), required=False, empty_label=_("Choose later")
    )
    deliverable = text_area(
        _("What exactly do you get back?"), help_text=_("How many, how long, in what form, by e-mail or in a file.")
    )
    example = text_area(_("Like this"), rows=2, help_text=_("An example, or where to find one."))
    not_like_this = text_area(_("Not like this"), rows=2)
    criteria = LinesField(
        label=_("When has it succeeded?"),
        help_text=_("One success criterion a line. They come back as a checklist when the result is delivered."),
        most_items=30,
        most_length=300,
    )
    steps = LinesField(
        label=_("The steps"), help_text=_("One step a line, in order."), most_items=60, most_length=500, rows=5
    )
    purpose = text_area(
        _("What is it for?"), rows=2, help_text=_("Why, and the bigger goal. Then your assistant can think along.")
    )
    purpose_open = forms.BooleanField(label=_("Keep the purpose open"), required=False)
    money_limit = MoneyField(label=_("At most (money)"))
    time_limit = HoursField(label=_("At most (hours)"))
    ask_above = MoneyField(label=_("Ask first above"), help_text=_("For a single expense."))
    guidelines = text_area(_("Guidelines"), rows=2, help_text=_("Limits in words: departure after 18:00."))
    deadline_date = forms.DateField(
        label=_("Ready by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    deadline_time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    checkin_after = forms.IntegerField(
        label=_("Hours after the start"), required=False, min_value=1, max_value=MOST_HOURS
    )
    checkin_weekdays = forms.TimeField(
        label=_("Every weekday at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    checkin_at = forms.DateTimeField(
        label=_("At a date and time"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    checkin_before = forms.IntegerField(
        label=_("Hours before the deadline"), required=False, min_value=1, max_value=MOST_HOURS
    )
    resources = forms.ModelMultipleChoiceField(
        label=_("Resources for this task"),
        queryset=Resource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    resource_kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", "…"), *ResourceKind.choices])
    resource_name = WordsField(label=_("Name"), required=False, max_length=120)
    resource_content = text_area(_("Content"), rows=2)
    resource_file = forms.FileField(label=_("File"), required=False)
    reach = text_area(_("How and when to reach me"), rows=2)
    when_stuck = text_area(_("What to do when stuck"), rows=2, help_text=_("How long to try, whom to ask."))
    kept_part = text_area(
        _("What I keep doing myself"), rows=2, help_text=_("Part of a task is fine: 5 % is better than nothing.")
    )
    private = forms.BooleanField(label=_("This is a private errand, not business"), required=False)
    tags = WordsField(label=_("Tags"), required=False, max_length=200, help_text=_("Separated by commas."))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    new_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        team: Team,
        by: User,
        now: datetime,
        task: Task | None = None,
        handing_over: bool = False,
        **kwargs: Any,
    ) -> None:
        """`handing_over`: the brief must be complete for its level. `task`: the one that is edited, if any."""
        self.team, self.by, self.now, self.task, self.handing_over = team, by, now, task, handing_over
        if task is not None:
            kwargs["initial"] = initial_of(task) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.initial.setdefault("new_id", uuid4())  # of the task that this form makes, however often it is sent
        if task is not None and task.state != "draft":
            del self.fields["assistant"]  # another assistant is a matter of reassigning
            del self.fields["level"]
        else:
            self._choice("assistant").queryset = assistants_of(team).exclude(pk=by.pk)
            self._preselect_only_assistant()
        zone = task.time_zone if task else by.time_zone
        self.fields["deadline_time"].help_text = _("Empty: any time that day. On the clock of %(zone)s.") % {
            "zone": zone.replace("_", " ")
        }
        self._choice("resources").queryset = team.resources.order_by("name", "id")

    def _choice(self, name: str) -> "forms.ModelChoiceField[Any]":
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        return field

    def _preselect_only_assistant(self) -> None:
        """With one assistant in the team there is nothing to choose."""
        candidates = assistants_of(self.team).exclude(pk=self.by.pk)[:2]
        if self.task is None and len(candidates) == 1:
            self.initial.setdefault("assistant", candidates[0].pk)

    def clean_tags(self) -> list[str]:
        """Tags as a list, each once."""
        tags = [tag.strip() for tag in self.cleaned_data["tags"].split(",")]
        return list(dict.fromkeys(tag for tag in tags if tag))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_deadline(cleaned)
        self._clean_resource(cleaned)
        if "level" not in self.errors and (self.handing_over or (self.task and self.task.state != "draft")):
            for part in missing_parts(self.brief()):
                self._tell_missing(part)
        if self.handing_over and "assistant" in self.fields and not cleaned.get("assistant"):
            self._tell("assistant", _("Choose who carries it out."))
        return cleaned

    def _tell_missing(self, part: Part) -> None:
        """Unless something is there that just can't be read."""
        could_hold = LIMITS if part == Part.LIMIT else {FIELD_OF_PART[part]}
        if not could_hold & set(self.errors):
            self.add_error(FIELD_OF_PART[part], str(MISSING[part]))

    def _tell(self, name: str, text: Any) -> None:
        """Put a message beside a field that has none yet."""
        if name not in self.errors:
            self.add_error(name, text)

    def _clean_deadline(self, cleaned: dict[str, Any]) -> None:
        day, at = cleaned.get("deadline_date"), cleaned.get("deadline_time")
        if at and not day:
            self._tell("deadline_date", _("Which day? A time alone is not a deadline."))
        if cleaned.get("checkin_before") and not day and "deadline_date" not in self.errors:
            self._tell("checkin_before", _("This needs a deadline."))
        # What was agreed may pass while the work goes on; an offer with a moment that has passed makes no sense.
        unchanged = self.task and (day, at) == (self.task.deadline_date, self.task.deadline_time)
        if day and (self.handing_over or not unchanged):
            self._check_deadline(day, at)
        asked_at = cleaned.get("checkin_at")
        if asked_at and (self.handing_over or "checkin_at" in self.changed_data):
            self._check_moment("checkin_at", asked_at)

    def _check_deadline(self, day: date, at: time | None) -> None:
        zone = self.task.zone if self.task else self.by.zone
        try:
            check_day(day, today=self.now.astimezone(zone).date())
        except forms.ValidationError as error:
            self.add_error("deadline_date", error)
        else:
            self._check_moment("deadline_date", deadline_moment(day, at, zone) or self.now)

    def _check_moment(self, name: str, moment: datetime) -> None:
        if moment < self.now:
            self.add_error(name, PASSED)
        elif moment.year > self.now.year + MOST_YEARS_AHEAD:
            self.add_error(name, TOO_FAR)

    def _clean_resource(self, cleaned: dict[str, Any]) -> None:
        kind, upload = cleaned.get("resource_kind"), cleaned.get("resource_file")
        if upload:
            check_field(self, "resource_file", upload)
        given = cleaned.get("resource_name") or cleaned.get("resource_content") or upload
        if given and not kind:
            self._tell("resource_kind", _("What kind of resource is it?"))
        if kind and not cleaned.get("resource_name"):
            self._tell("resource_name", _("Give it a name, so that you can find it again."))
        if kind == ResourceKind.FILE and not upload:
            self._tell("resource_file", _("Choose a file."))
        elif kind and kind != ResourceKind.FILE and not cleaned.get("resource_content"):
            self._tell("resource_content", _("Fill in what it is."))

    def brief(self) -> Brief:
        """The brief as far as it can be read, for the rules and the clarity check."""
        data = getattr(self, "cleaned_data", {})
        level = data.get("level") or (self.task.level if self.task else LevelKey.PROPOSE)
        return Brief(
            level=LevelKey(level),
            title=data.get("title", ""),
            purpose=data.get("purpose", ""),
            purpose_open=bool(data.get("purpose_open")),
            deliverable=data.get("deliverable", ""),
            criteria=data.get("criteria", []),
            steps=data.get("steps", []) if LEVELS[LevelKey(level)].has_steps else [],
            guidelines=data.get("guidelines", ""),
            money_limit=data.get("money_limit"),
            time_limit=data.get("time_limit"),
            ask_above=data.get("ask_above"),
            deadline=data.get("deadline_date"),
        )

    def columns(self) -> dict[str, Any]:
        """What was filled in, as values for the brief's columns of Task."""
        fields = {name: self.cleaned_data[name] for name in COLUMNS if name in self.cleaned_data}
        level = LEVELS[LevelKey(fields.get("level") or (self.task.level if self.task else LevelKey.PROPOSE))]
        if not level.has_steps:
            fields["steps"] = []
        if "assistant" in self.cleaned_data:
            fields["assistant"] = self.cleaned_data["assistant"]
        if self.task is None:
            fields["time_zone"] = self.by.time_zone
        return fields

    def rules(self) -> list[Rule]:
        """The check-in rules that were filled in."""
        data = self.cleaned_data
        rules = []
        if data["checkin_after"]:
            rules.append(Rule(trigger=Trigger.AFTER_START, hours=data["checkin_after"]))
        if data["checkin_weekdays"]:
            rules.append(Rule(trigger=Trigger.WEEKDAYS, at_time=data["checkin_weekdays"]))
        if data["checkin_at"]:
            rules.append(Rule(trigger=Trigger.AT, at=data["checkin_at"]))
        if data["checkin_before"]:
            rules.append(Rule(trigger=Trigger.BEFORE_DEADLINE, hours=data["checkin_before"]))
        return rules


def check_field(form: forms.Form, name: str, upload: Any) -> None:
    """Put a complaint about an upload's size beside its field."""
    try:
        check_size(upload)
    except forms.ValidationError as error:
        form.add_error(name, error)


def initial_of(task: Task) -> dict[str, Any]:
    """What the form shows of a task that exists."""
    initial: dict[str, Any] = {name: getattr(task, name) for name in COLUMNS}
    initial["tags"] = ", ".join(task.tags)
    initial["assistant"] = task.assistant
    initial["revision"] = task.revision
    initial["resources"] = list(task.resources.all())
    for rule in task.checkin_rules.all():
        match rule.trigger:
            case Trigger.AFTER_START:
                initial["checkin_after"] = rule.hours
            case Trigger.WEEKDAYS:
                initial["checkin_weekdays"] = rule.at_time
            case Trigger.AT:
                initial["checkin_at"] = rule.at
            case Trigger.BEFORE_DEADLINE:
                initial["checkin_before"] = rule.hours
    return initial
