"""The forms for saying that it can't be done like this, and for the ways out."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.moments import day as day_in_words
from delegation.proportions import half_an_hour
from tasks.actions.flags import NO_REASON, NOTHING_MORE, NOTHING_SWAPPED, is_covered, is_there
from tasks.forms.actions import ActionForm
from tasks.forms.fields import HoursField, MoneyField, check_day, text_area
from tasks.models import Turn, TurnKind, TurnState
from tasks.payloads import FlagCause, FlagContent, FlagKind
from tasks.talks import rates_of
from tasks.templatetags.handover import hours, money
from tasks.tolerance import tolerance_left
from tasks.used import too_low

# By field, the column of the limit that it is about.
COLUMNS = {"money": "money_limit", "minutes": "time_limit", "deadline": "deadline_date"}
# What each kind of flag is about, and what else may be said instead of it.
ABOUT = {FlagKind.BUDGET: "money", FlagKind.TIME: "minutes", FlagKind.DEADLINE: "deadline"}
NOTHING_ASKED = {
    "money": _("Say what it would take, or what could be changed instead."),
    "minutes": _("Say how many hours it would take, or what could be changed instead."),
}
NOT_MORE = {
    "money": _("That is not more than the %(limit)s that there is. What would it take in all?"),
    "minutes": _("That is not more than the %(limit)s that there is. What would it take in all?"),
    "deadline": _("That is not after the deadline, %(limit)s. When would it be ready?"),
}
LESS = {
    "money": _("That is less than the %(limit)s that there is. To give less, choose to swap."),
    "minutes": _("That is less than the %(limit)s that there is. To give less, choose to swap."),
    "deadline": _("That is before the deadline, %(limit)s. To ask for it sooner, choose to swap."),
}


def day_field(label: Any) -> forms.DateField:
    """A day, picked in the browser's own calendar."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class LimitsForm(ActionForm):
    """What both forms share: they speak of the task's limits, in the team's currency."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = self.task.team.currency

    def limit(self, name: str) -> Any:
        """The limit that a field is about, as it is now."""
        return getattr(self.task, COLUMNS[name])

    def limit_in_words(self, name: str) -> str:
        """The same as people write it."""
        limit: Decimal | int | date | None = self.limit(name)
        if isinstance(limit, Decimal):
            return money(limit, self.task.team.currency)
        return hours(limit) if isinstance(limit, int) else day_in_words(limit)


class FlagForm(LimitsForm):
    kind = forms.ChoiceField(label=_("What can't be done?"), choices=FlagKind.choices, widget=forms.RadioSelect)
    text = text_area(
        _("Explain"), required=True, help_text=_("For thirty people a lunch for € 100 won't work. From € 240 it does.")
    )
    cause = forms.ChoiceField(
        label=_("How come?"),
        choices=FlagCause.choices,
        initial=FlagCause.CIRCUMSTANCES,
        help_text=_("Time beyond an own wrong estimate is given, but not billed."),
    )
    money = MoneyField(label=_("What it would take: money in all"))
    minutes = HoursField(label=_("Hours in all"))
    deadline = day_field(_("Ready by"))
    alternatives = text_area(
        _("Or change the task"),
        rows=2,
        help_text=_("What could be dropped or done otherwise to stay inside the limits?"),
    )
    # What was raised, once it was.
    raised: Turn | None = None

    @cached_property
    def tolerance(self) -> Decimal | None:
        """How much more money would be approved at once, if that is all that is asked."""
        return tolerance_left(self.task, now=self.now)

    @cached_property
    def half_an_hour(self) -> Decimal | None:
        """What half an hour of both sides costs, where that is known."""
        today = self.now.astimezone(self.task.team.zone).date()
        rates = rates_of({self.task.pk}, on=today).get(self.task.pk)
        return half_an_hour(rates.assistant, rates.own) if rates else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_deadline()
        about = ABOUT.get(cleaned.get("kind", ""))
        if about and about not in self.errors:
            self._check_asked(about, cleaned)
        return cleaned

    def _check_asked(self, name: str, cleaned: dict[str, Any]) -> None:
        asked, limit = cleaned.get(name), self.limit(name)
        if asked is None and name in NOTHING_ASKED and not cleaned.get("alternatives"):
            self.add_error(name, NOTHING_ASKED[name])
        elif asked is not None and limit is not None and asked <= limit:
            self.add_error(name, str(NOT_MORE[name]) % {"limit": self.limit_in_words(name)})

    def content(self) -> FlagContent:
        names = ("kind", "cause", "alternatives", "money", "minutes", "deadline")
        return FlagContent(**{name: self.cleaned_data[name] for name in names})


class WayOut(models.TextChoices):
    """The answers to a flag."""

    MORE = "more", _("Pay more or give more time")
    SWAP = "swap", _("Swap: change or drop something")
    HOLD = "hold", _("Hold to the limit")
    STOP = "stop", _("Stop the task")


COVERED = _("This is covered now")


class AnswerFlagForm(LimitsForm):
    """The answer to one flag: what the address or the press names, else the first one that is open.

    The new limits of a swap are fields of their own: those of "pay more" are filled in with what the flag asks.
    """

    way = forms.ChoiceField(label=_("What do you choose?"), choices=WayOut.choices, widget=forms.RadioSelect)
    money = MoneyField(label=_("New limit: money"))
    minutes = HoursField(label=_("New limit: hours"))
    deadline = day_field(_("New deadline"))
    drop = forms.MultipleChoiceField(
        label=_("Drop from the scope"), required=False, widget=forms.CheckboxSelectMultiple
    )
    swap_money = MoneyField(label=_("Money"))
    swap_minutes = HoursField(label=_("Hours"))
    swap_deadline = day_field(_("Deadline"))
    text = text_area(_("Explain"), rows=2, help_text=_("What is swapped, or why you hold to the limit."))
    # Whether all that the flag asks is there already.
    is_covered = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop = self.fields["drop"]
        assert isinstance(drop, forms.MultipleChoiceField)  # noqa: S101
        drop.choices = [(item, item) for item in self.task.could_items]
        if not self.is_bound and (flag := self._flag()):
            self._say_if_covered(flag)
            asked = flag.beyond(
                money=self.limit("money"), minutes=self.limit("minutes"), deadline=self.limit("deadline")
            )
            self.initial.update(money=asked.money, minutes=asked.minutes, deadline=asked.deadline)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._say_if_covered(self._flag())
        match cleaned.get("way"):
            case WayOut.MORE:
                self._clean_more(cleaned)
            case WayOut.SWAP:
                self._clean_swap(cleaned)
            case WayOut.HOLD if not cleaned.get("text"):
                self.add_error("text", NO_REASON)
        self._check_swap_deadline(cleaned.get("swap_deadline"))
        self._check_used(cleaned.get("way"))
        return cleaned

    def _check_used(self, way: str | None) -> None:
        """No new limit below what it has taken already."""
        given, prefix = (self.swapped(), "swap_") if way == WayOut.SWAP else (self.more(), "")
        # What is left empty stays as it is.
        given = {column: value for column, value in given.items() if value is not None}
        for name, column in COLUMNS.items():
            if way in {WayOut.MORE, WayOut.SWAP} and (text := too_low(self.task, given).get(column)):
                self.add_error(f"{prefix}{name}", text)

    def _say_if_covered(self, flag: FlagContent | None) -> None:
        """What another answer has given already needs nothing more: that is the first choice then."""
        if flag and is_covered(self.task, flag):
            self.is_covered = True
            way = self.fields["way"]
            assert isinstance(way, forms.ChoiceField)  # noqa: S101
            way.choices = [(value, COVERED if value == WayOut.MORE else label) for value, label in WayOut.choices]

    def _clean_more(self, cleaned: dict[str, Any]) -> None:
        flag = self._flag()
        for name, column in COLUMNS.items():
            if flag and cleaned.get(name) is not None and is_there(self.task, flag, column, cleaned[name]):
                cleaned[name] = None
        self.check_deadline()  # the other answers come with the flag's own date, which may have passed meanwhile
        for name in COLUMNS:
            given, limit = cleaned.get(name), self.limit(name)
            if given is not None and limit is not None and given < limit:
                self.add_error(name, str(LESS[name]) % {"limit": self.limit_in_words(name)})
        if not any(self.more().values()) and not self.is_covered and not self.errors:
            self.add_error("money", NOTHING_MORE)

    def _clean_swap(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("text") and not cleaned.get("drop"):
            # One press on Now takes over what the assistant suggested.
            flag = self._flag()
            cleaned["text"] = flag.alternatives if flag else ""
            if not cleaned["text"]:
                self.add_error("text", NOTHING_SWAPPED)

    def _check_swap_deadline(self, day: date | None) -> None:
        if day is None:
            return
        try:
            check_day(day, today=self.now.astimezone(self.task.deadline_zone).date())
        except forms.ValidationError as error:
            self.add_error("swap_deadline", error)

    def _flag(self) -> FlagContent | None:
        turns = self.task.turns.filter(kind=TurnKind.FLAG, state=TurnState.OPEN).order_by("created_at")
        wanted = self.cleaned_data.get("turn") if self.is_bound else self.initial.get("turn")
        turn = (turns.filter(pk=wanted) if isinstance(wanted, UUID) else turns).first()
        return turn.flag if turn else None

    def more(self) -> dict[str, Any]:
        """The new limits, by column of Task."""
        return {column: self.cleaned_data.get(name) for name, column in COLUMNS.items()}

    def swapped(self) -> dict[str, Any]:
        """The limits that come with a swap, likewise."""
        return {column: self.cleaned_data.get(f"swap_{name}") for name, column in COLUMNS.items()}
