"""The forms for saying that it can't be done like this, and for the ways out."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.forms.actions import ActionForm
from tasks.forms.fields import HoursField, MoneyField, text_area
from tasks.models import TurnKind, TurnState
from tasks.payloads import FlagCause, FlagContent, FlagKind


class FlagForm(ActionForm):
    kind = forms.ChoiceField(label=_("What can't be done?"), choices=FlagKind.choices, widget=forms.RadioSelect)
    text = text_area(
        _("Explain"), required=True, help_text=_("For thirty people a lunch for € 100 won't work. From € 240 it does.")
    )
    cause = forms.ChoiceField(label=_("How come?"), choices=FlagCause.choices, initial=FlagCause.CIRCUMSTANCES)
    money = MoneyField(label=_("What it would take: money in all"))
    minutes = HoursField(label=_("Hours in all"))
    deadline = forms.DateField(
        label=_("Ready by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    alternatives = text_area(
        _("Or change the task"),
        rows=2,
        help_text=_("What could be dropped or done otherwise to stay inside the limits?"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_deadline()
        return cleaned

    def content(self) -> FlagContent:
        names = ("kind", "cause", "alternatives", "money", "minutes", "deadline")
        return FlagContent(**{name: self.cleaned_data[name] for name in names})


class WayOut(models.TextChoices):
    """The answers to a flag."""

    MORE = "more", _("Pay more or give more time")
    SWAP = "swap", _("Swap: change or drop something")
    HOLD = "hold", _("Hold to the limit")
    STOP = "stop", _("Stop the task")


class AnswerFlagForm(ActionForm):
    way = forms.ChoiceField(label=_("What do you choose?"), choices=WayOut.choices, widget=forms.RadioSelect)
    money = MoneyField(label=_("New limit: money"))
    minutes = HoursField(label=_("New limit: hours"))
    deadline = forms.DateField(
        label=_("New deadline"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = text_area(_("Explain"), rows=2, help_text=_("What is swapped, or why you hold to the limit."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if flag := self._flag():
            self.initial.update(money=flag.money, minutes=flag.minutes, deadline=flag.deadline)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        way = cleaned.get("way")
        if way == WayOut.MORE:  # the other answers come with the flag's own date, which may have passed meanwhile
            self.check_deadline()
        if way == WayOut.MORE and not any(self.more().values()) and not self.errors:
            self.add_error("money", _("Say what you give: more money, more time or a later date."))
        if way == WayOut.SWAP and not cleaned.get("text"):
            # One press on Now takes over what the assistant suggested.
            flag = self._flag()
            cleaned["text"] = flag.alternatives if flag else ""
        if way == WayOut.SWAP and not cleaned.get("text"):
            self.add_error("text", _("Say what is dropped or changed instead."))
        if way == WayOut.HOLD and not cleaned.get("text"):
            self.add_error("text", _("Say why; your assistant has to make do with it."))
        return cleaned

    def _flag(self) -> FlagContent | None:
        turn = self.task.turns.filter(kind=TurnKind.FLAG, state=TurnState.OPEN).first()
        return turn.flag if turn else None

    def more(self) -> dict[str, Any]:
        """The new limits, by column of Task."""
        data = self.cleaned_data
        return {
            "money_limit": data.get("money"),
            "time_limit": data.get("minutes"),
            "deadline_date": data.get("deadline"),
        }
