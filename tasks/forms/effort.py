"""What the forms for time and money share; and the forms for letting check-ins rest."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.actions.base import CHANGED
from tasks.forms.actions import ActionForm
from tasks.templatetags.handover import checkin_rule


class LogForm(ActionForm):
    """`entry`: of the row that this form makes, however often it is sent."""

    entry = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("entry", uuid4())


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

    def refusal(self) -> Promise | str | None:
        """There is no rule of this kind any more."""
        return None if self.choices else CHANGED


class RestingRuleForm(RuleForm):
    resting = True
