"""The forms for what the work takes: time and money; and for letting check-ins rest."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.actions.logging import NO_MONEY, NO_TIME, NOT_YET
from tasks.forms.actions import ActionForm
from tasks.forms.fields import HoursField, MoneyField, WordsField, text_area
from tasks.models.effort import MINUTES_A_DAY
from tasks.templatetags.handover import checkin_rule

# Longer ago is a typing error, or nothing that anybody still remembers.
MOST_DAYS_BACK = 366
TOO_LONG_AGO = _("That is more than a year ago. Is the date right?")


class LogForm(ActionForm):
    """`entry`: of the row that this form makes, however often it is sent."""

    entry = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("entry", uuid4())


class LogWorkForm(LogForm):
    minutes = HoursField(
        label=_("How long?"), required=True, help_text=_("1:30, 1.5 hours or 90 min. A bare number is hours.")
    )
    day = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = text_area(_("What did you do?"), rows=2, help_text=_("A few words are enough, or none."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", self._today())

    def _today(self) -> date:
        return self.now.astimezone(self.by.zone).date()

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not 1 <= minutes <= MINUTES_A_DAY:
            raise forms.ValidationError(NO_TIME)
        return minutes

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self._today():
            raise forms.ValidationError(NOT_YET)
        if (self._today() - day).days > MOST_DAYS_BACK:
            raise forms.ValidationError(TOO_LONG_AGO)
        return day


class LogExpenseForm(LogForm):
    amount = MoneyField(label=_("How much?"), required=True)
    what = WordsField(label=_("What for?"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("In %(currency)s.") % {"currency": self.task.team.currency}

    def clean_amount(self) -> Any:
        if not self.cleaned_data["amount"]:
            raise forms.ValidationError(NO_MONEY)
        return self.cleaned_data["amount"]


class RuleForm(ActionForm):
    """One of the task's check-in rules."""

    resting = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = self.task.checkin_rules.all()
        if not self.is_bound:  # a second press names one that rests by now: no wrong choice, but one that came too late
            rules = rules.filter(paused_at__isnull=not self.resting)
        self.choices = [(str(rule.pk), checkin_rule(rule)) for rule in rules]
        self.fields["rule"] = forms.ChoiceField(
            label=_("Which check-in?"), widget=forms.RadioSelect, choices=self.choices
        )


class RestingRuleForm(RuleForm):
    resting = True
