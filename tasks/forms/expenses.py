"""The forms for what is spent: logging or asking for it, and answering."""

from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.locales import CURRENCIES, currencies
from delegation.amounts import MOST_MONEY, parse_rate
from tasks.actions.expenses import NO_MONEY, TOO_MUCH, day_complaint, in_team_currency
from tasks.forms.actions import ActionForm
from tasks.forms.fields import AmountField, MoneyField, WordsField, text_area
from tasks.receipts import check_receipt

OTHER_CURRENCY = _("This says another currency than the one chosen. Choose the currency that you paid in.")


class RateField(AmountField):
    """What one of a currency was in another -> Decimal, or None."""

    unreadable = _("This can't be read as a rate. Write it like 0.92.")
    negative = unreadable
    too_much = unreadable
    read = staticmethod(parse_rate)
    most = Decimal(1_000_000)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class ReceiptForm(forms.Form):
    """A receipt, by its content, under a name that says what that is."""

    receipt = forms.FileField(label=_("Receipt"))

    def clean_receipt(self) -> Any:
        upload = self.cleaned_data["receipt"]
        if upload:
            ending = check_receipt(upload)
            name = PurePath(upload.name)
            if name.suffix.lower().replace(".jpeg", ".jpg") != ending:
                upload.name = f"{name.stem}{ending}"
        return upload


class LogExpenseForm(ReceiptForm, ActionForm):
    """`entry`: of the row that this form makes, however often it is sent."""

    entry = forms.UUIDField(required=False, widget=forms.HiddenInput)
    amount = MoneyField(label=_("How much?"), required=True)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    rate = RateField(label=_("Exchange rate"))
    what = WordsField(label=_("What for?"), max_length=200)
    day = forms.DateField(
        label=_("On"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    receipt = forms.FileField(
        label=_("Receipt"), required=False, help_text=_("A photo or a PDF, at most 10 MB. You can also leave it out.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ours = self.task.team.currency
        self.initial.setdefault("entry", uuid4())
        self.initial.setdefault("currency", self.ours)
        self.initial.setdefault("day", self.now.astimezone(self.by.zone).date())
        currency, amount = self.fields["currency"], self.fields["amount"]
        assert isinstance(currency, forms.ChoiceField)  # noqa: S101
        assert isinstance(amount, MoneyField)  # noqa: S101
        currency.choices = currencies()
        amount.currency = self._currency()
        amount.other_currency = OTHER_CURRENCY
        amount.help_text = _("In %(currency)s.") % {"currency": self.ours}
        self.fields["rate"].help_text = _(
            "Only for a currency other than %(ours)s: what one of it was in %(ours)s, as on your bank statement."
        ) % {"ours": self.ours}

    @property
    def is_foreign(self) -> bool:
        """Whether another currency is chosen, or something is wrong with it: then its fields stand open."""
        return self._currency() != self.ours or bool({"currency", "rate", "amount"} & set(self.errors))

    def _currency(self) -> str:
        chosen = self.data.get("currency") or self.initial["currency"]
        return chosen if chosen in CURRENCIES else self.ours

    def clean_day(self) -> date:
        """The day on which it was spent; today when it is left empty."""
        day: date = self.cleaned_data["day"] or self.now.astimezone(self.by.zone).date()
        if complaint := day_complaint(self.task, day, by=self.by, now=self.now):
            raise forms.ValidationError(str(complaint))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        amount, rate, currency = cleaned.get("amount"), cleaned.get("rate"), cleaned.get("currency") or self.ours
        if currency == self.ours:
            rate = cleaned["rate"] = None
        elif rate is None and "rate" not in self.errors:
            values = {"theirs": currency, "ours": self.ours}
            self.add_error("rate", _("1 %(theirs)s = … %(ours)s? Fill in the rate.") % values)
        if amount is not None:
            counts = in_team_currency(amount, rate)
            if not amount or not counts:
                self.add_error("amount", NO_MONEY)
            elif counts > MOST_MONEY:
                self.add_error("amount", TOO_MUCH)
        return cleaned


class ApproveExpenseForm(ActionForm):
    text = text_area(_("A few words (optional)"), rows=2)


class RefuseExpenseForm(ActionForm):
    text = text_area(_("Why not?"), required=True, help_text=_("Your assistant reads this."))
