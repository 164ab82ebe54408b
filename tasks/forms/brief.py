"""The hand-over form: the brief."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.brief import MISSING, Brief, missing_parts
from delegation.checkins import Rule
from delegation.deadlines import deadline_moment
from delegation.levels import LEVELS, LevelKey, Part
from tasks.ceilings import ceiling_of, ceilings_in, is_above, refusal, said_of
from tasks.forms.brief_examples import ExamplesOfBrief
from tasks.forms.brief_resources import ResourcesOfBrief
from tasks.forms.fields import LinesField, WordsField, check_day, check_moment, text_area
from tasks.forms.limits import LimitsOfBrief, initial_limits
from tasks.forms.milestones import ScopeForm
from tasks.forms.rules import RuleRowsForm, Setting, initial_rules
from tasks.models import Task
from tasks.models.task import LEVEL_CHOICES
from tasks.queries import assistants_of
from tasks.templatetags.handover import rule_in_words
from tasks.usual import MOST_RULES, UsualRules, usual_rules
from tasks.usual_limits import usual_limits

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
    "title", "level", "purpose", "purpose_open", "deliverable", "example", "not_like_this", "criteria", "must_items",
    "could_items", "steps",
    "guidelines", "money_limit", "time_limit", "ask_above", "deadline_date", "deadline_time", "reach", "when_stuck",
    "kept_part", "private", "tags",
)  # fmt: skip


class BriefForm(LimitsOfBrief, ResourcesOfBrief, ExamplesOfBrief, ScopeForm, RuleRowsForm):
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
    deadline_date = forms.DateField(
        label=_("Ready by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    deadline_time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    usual_checkins = forms.BooleanField(label=_("The usual check-ins of the level"), required=False, initial=True)
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
        self.usual = usual_rules(team.pk)
        self.agreed = [row.as_rule() for row in task.checkin_rules.all()] if task else []
        self.row_count = max(MOST_RULES, len(self.agreed))
        self.usual_rows = usual_limits(team.pk) if self._is_draft else []
        if task is not None:
            known = initial_of(task, self.agreed, self.usual, by.zone) | initial_limits(task, self.usual_rows)
            kwargs["initial"] = known | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.begin_limits()
        self.initial.setdefault("new_id", uuid4())  # of the task that this form makes, however often it is sent
        if not self._is_draft:
            del self.fields["assistant"]  # another assistant is a matter of reassigning
            del self.fields["level"]
            del self.fields["usual_checkins"]
        else:
            self._choice("assistant").queryset = assistants_of(team).exclude(pk=by.pk)
            self._preselect_only_assistant()
        self.fields["deadline_time"].help_text = self._whose_clock()
        self.begin_resources(by=by, now=now)
        self.begin_examples()

    def usual_in_words(self) -> list[tuple[str, str]]:
        """What is usual at each level, for the page."""
        return [(key, "; ".join(map(rule_in_words, rules)) or gettext("nothing")) for key, rules in self.usual.items()]

    @property
    def _is_draft(self) -> bool:
        return self.task is None or self.task.state == "draft"

    def _whose_clock(self) -> Any:
        team, writer = self.team.time_zone, self.task.time_zone if self.task else self.by.time_zone
        if team == writer:
            text = _("Empty: until the end of that day. On the clock of %(zone)s.")
        else:
            text = _("Empty: until the end of that day in %(team)s, the team's zone. A time: on the clock of %(zone)s.")
        return text % {"team": team.replace("_", " "), "zone": writer.replace("_", " ")}

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
        self.clean_limits(cleaned)
        self._clean_deadline(cleaned)
        today = self.now.astimezone(self.team.zone).date()
        self.clean_milestones(deadline=cleaned.get("deadline_date"), today=today, handing_over=self.handing_over)
        self._clean_checkins(cleaned)
        self.clean_new_resource()
        if "level" not in self.errors and (self.handing_over or not self._is_draft):
            for part in missing_parts(self.brief()):
                self._tell_missing(part)
        if self.handing_over and "assistant" in self.fields and not cleaned.get("assistant"):
            self._tell("assistant", _("Choose who carries it out."))
        if self.handing_over and "level" in cleaned:
            self._clean_ceiling(cleaned.get("assistant"), cleaned["level"])
        return cleaned

    def _clean_ceiling(self, assistant: User | None, level: str) -> None:
        """Whoever gets it may have work at this level."""
        ceiling = ceiling_of(self.team.pk, assistant.pk) if assistant else ""
        if assistant and is_above(level, ceiling):
            self._tell("assistant", refusal(assistant, ceiling))

    def ceilings_in_words(self) -> list[tuple[str, str]]:
        """Up to which level somebody works, by person, for the page."""
        ceilings = ceilings_in(self.team)
        people = assistants_of(self.team).filter(pk__in=ceilings) if ceilings else []
        return [(str(user.pk), said_of(user, ceilings[user.pk].key)) for user in people]

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
        # What was agreed may pass while the work goes on; an offer with a moment that has passed makes no sense.
        unchanged = self.task and (day, at) == (self.task.deadline_date, self.task.deadline_time)
        if day and (self.handing_over or not unchanged):
            self._check_deadline(day, at)

    def _check_deadline(self, day: date, at: time | None) -> None:
        zone = self._deadline_zone(at)
        try:
            check_day(day, today=self.now.astimezone(zone).date())
        except forms.ValidationError as error:
            self.add_error("deadline_date", error)
        else:
            check_moment(self, "deadline_date", deadline_moment(day, at, zone) or self.now, now=self.now)

    def _deadline_zone(self, at: time | None) -> ZoneInfo:
        """As `Task.deadline_zone`, for a task that may not be there yet."""
        writer = self.task.zone if self.task else self.by.zone
        return self.team.zone if at is None else writer

    def _time_left(self, cleaned: dict[str, Any]) -> timedelta | None:
        """Until the deadline, for rules that count back from it; None while it is not agreed, or can't be read."""
        day, at = cleaned.get("deadline_date"), cleaned.get("deadline_time")
        if self._is_draft and not self.handing_over:
            return None
        moment = deadline_moment(day, at, self._deadline_zone(at))
        return moment - self.now if moment else None

    def _clean_checkins(self, cleaned: dict[str, Any]) -> None:
        """The usual rules of the level, if wanted, and those in the rows; each must be able to ask."""
        assistant = self.task.assistant if self.task and not self._is_draft else cleaned.get("assistant")
        setting = Setting(
            # A draft may wait for somebody's working hours.
            assistant=assistant if self.handing_over or not self._is_draft else None,
            # What is there but can't be read is complained of already.
            has_deadline=bool(cleaned.get("deadline_date")) or "deadline_date" in self.errors,
            has_time_limit=cleaned.get("time_limit") is not None or "time_limit" in self.errors,
            has_money_limit=cleaned.get("money_limit") is not None or "money_limit" in self.errors,
            time_left=self._time_left(cleaned),
        )
        zone = assistant.zone if assistant else self.by.zone
        self.clean_rules(setting, zone=zone, now=self.now, kept=[] if self.handing_over else self.agreed)
        if cleaned.get("usual_checkins") and "level" in cleaned:
            usual = [rule for rule in self.usual[cleaned["level"]] if not setting.lacks_something(rule)]
            if complaint := next(filter(None, map(setting.complaint, usual)), None):
                self._tell("usual_checkins", complaint.text)
            self.found = list(dict.fromkeys([*usual, *self.found]))

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
        """The check-in rules: the usual ones, and those that were filled in."""
        return self.found


def initial_of(task: Task, rules: list[Rule], usual: UsualRules, zone: ZoneInfo) -> dict[str, Any]:
    """What the form shows of a task that exists. `zone`: the writer's, while there is no assistant.

    In a draft the usual rules of its level are a tick, as they were when it was written, so that they go along when the
    level changes.
    """
    initial: dict[str, Any] = {name: getattr(task, name) for name in COLUMNS}
    initial["tags"] = ", ".join(task.tags)
    initial["assistant"] = task.assistant
    initial["revision"] = task.revision
    initial["resources"] = list(task.resources.all())
    if task.state == "draft":
        setting = Setting(
            has_deadline=task.deadline_date is not None,
            has_time_limit=task.time_limit is not None,
            has_money_limit=task.money_limit is not None,
        )
        wanted = [rule for rule in usual[task.level] if not setting.lacks_something(rule)]
        initial["usual_checkins"] = set(wanted) <= set(rules)
        if initial["usual_checkins"]:
            rules = [rule for rule in rules if rule not in wanted]
    return initial | initial_rules(rules, task.assistant.zone if task.assistant else zone)
