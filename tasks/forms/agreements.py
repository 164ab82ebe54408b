"""The form for a version of an agreement, and those for answering one and for what a team finds worth discussing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.models import Team, User
from accounts.reach_forms import date_field, time_field
from delegation.escalation import MOST_HOURS, MOST_STEPS, To
from delegation.models import Agreement, AgreementKind, AgreementState, TeamMoney
from tasks.forms.fields import MoneyField, WordsField, text_area
from tasks.forms.files import ManyFilesField
from tasks.forms.terms import SpecialDaysField, TimesField
from tasks.models import StoredFile
from tasks.templatetags.handover import money

# An hour, or a small overrun, that costs more is a slip of the pen.
MOST_AMOUNT = Decimal(10_000)
MOST_RISKS = 5
INCREMENTS = (1, 5, 6, 10, 15, 20, 30, 60)
OLDEST = date(1990, 1, 1)
# The columns that the form has a field for, by the same name.
FIELDS = (
    *("kind", "signed_on", "valid_from", "rate", "currency", "increment", "rush_multiplier", "rush_hours"),
    *("regular_from", "regular_until", "out_of_hours_multiplier", "holiday_multiplier", "special_days"),
    *("time_zone", "country", "response_hours_assistant", "response_hours_entrepreneur", "channels"),
    *("responsibilities", "input_days", "input_late", "liability"),
)
# Those that are gathered from several fields.
ROWS = ("regular_days", "escalation", "risks")

HEARS = [
    ("", "---------"),
    (To.THEM, _("Remind who must answer")),
    (To.OWNER, _("Tell the owner of the team")),
    (To.OTHER, _("Tell who waits for the answer")),
]


def _count(label: Any, most: int, **options: Any) -> forms.IntegerField:
    """A whole number from 1; empty is none."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    errors = {"invalid": _("Write a whole number.")}
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=most, widget=widget, error_messages=errors, **options
    )


@dataclass(frozen=True)
class Pair:
    """Two fields that belong together, and what they are called for who can't see where they stand."""

    number: int
    first: BoundField
    second: BoundField


class AgreementForm(forms.Form):
    """All that a version says. `latest`: the version that it starts from; `kept`: the attachments of that one."""

    rate = MoneyField(label=_("Rate per hour"), required=True)
    currency = forms.ChoiceField(label=_("Currency"), choices=locales.currencies)
    increment = forms.TypedChoiceField(label=_("Billed"), coerce=int)
    rush_multiplier = TimesField(label=_("Rush, times the rate"))
    rush_hours = _count(
        _("Rush is fewer hours ahead than"),
        720,
        help_text=_("From handing over to the deadline, on the clock; 24 is a day."),
    )
    regular_days = forms.MultipleChoiceField(
        label=_("Regular days"), choices=[(str(day), name) for day, name in WEEKDAYS.items()], required=False
    )
    regular_from = time_field(label=_("Regular hours from"))
    regular_until = time_field(label=_("Regular hours until"), help_text=_("23:59 lasts until midnight."))
    out_of_hours_multiplier = TimesField(label=_("Outside those, times the rate"))
    holiday_multiplier = TimesField(label=_("On public holidays, times the rate"))
    country = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        choices=lambda: [("", _("No country")), *locales.countries()],
    )
    time_zone = forms.ChoiceField(label=_("On the clock of"), choices=locales.time_zones)
    special_days = SpecialDaysField(
        label=_("Special days, times the rate"),
        help_text=_("One a line, the day first: 24-12 × 2 is double on Christmas Eve, each year."),
    )

    response_hours_assistant = _count(_("The assistant answers within"), MOST_HOURS, help_text=_("Working hours."))
    response_hours_entrepreneur = _count(
        _("The entrepreneur answers within"), MOST_HOURS, help_text=_("Working hours.")
    )
    channels = text_area(_("Channels"), rows=2, help_text=_("What goes where: mail, phone, a chat for what is urgent."))
    responsibilities = text_area(_("Who is responsible for what"))
    input_days = _count(_("Input may take (working days)"), 60)
    input_late = text_area(
        _("And what happens after that"), rows=2, help_text=_("For example: the deadline moves by as many days.")
    )
    liability = text_area(_("Liability"))

    kind = forms.ChoiceField(label=_("Type of agreement"), choices=AgreementKind.choices)
    signed_on = date_field(
        label=_("Signed on"), required=False, help_text=_("If there is a paper with signatures; attach it below.")
    )
    valid_from = date_field(label=_("Counts from"), help_text=_("Time worked from this day on is priced by it."))
    attachments = ManyFilesField(label=_("Attachments"))

    def __init__(
        self,
        *args: Any,
        team: Team,
        assistant: User,
        today: date,
        latest: Agreement | None,
        kept: Sequence[StoredFile] = (),
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _initial(team, assistant, today, latest)
        super().__init__(*args, **kwargs)
        self.today, self.kept = today, kept
        increments = sorted({*INCREMENTS, latest.increment if latest else 1})
        increment = self.fields["increment"]
        assert isinstance(increment, forms.TypedChoiceField)  # noqa: S101
        increment.choices = [(minutes, increment_name(minutes)) for minutes in increments]
        self._add_rows(latest)

    def begin_files(self, *, by: User, team: Team) -> None:
        """Who sends them, so that they are kept while there is a question about the rest."""
        attachments = self.fields["attachments"]
        assert isinstance(attachments, ManyFilesField)  # noqa: S101
        attachments.begin(by=by, team=team)

    def _add_rows(self, latest: Agreement | None) -> None:
        steps = latest.escalation if latest else []
        for number in range(MOST_STEPS):
            step: Mapping[str, Any] = steps[number] if number < len(steps) else {}
            self.fields[f"step_{number}_hours"] = _count(_("Working hours"), MOST_HOURS, initial=step.get("hours"))
            self.fields[f"step_{number}_to"] = forms.ChoiceField(
                label=_("What happens"), choices=HEARS, required=False, initial=step.get("to", "")
            )
        risks = latest.risks if latest else []
        for number in range(MOST_RISKS):
            risk: Mapping[str, Any] = risks[number] if number < len(risks) else {}
            for name, label in (("risk", _("What could go wrong")), ("then", _("What we do then"))):
                self.fields[f"risk_{number}_{name}"] = WordsField(
                    label=label, required=False, max_length=500, initial=risk.get(name, "")
                )
        names = [(str(stored.pk), stored.name) for stored in self.kept]
        self.fields["keep"] = forms.MultipleChoiceField(
            label=_("These stay with it"), choices=names, required=False, initial=[key for key, _name in names]
        )

    # --- what was filled in ---------------------------------------------------------------------------------------

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day and not OLDEST <= day <= self.today + timedelta(days=366):
            raise forms.ValidationError(_("Is the year right?"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._check_money(cleaned)
        if cleaned.get("input_late") and "input_days" not in self.errors and not cleaned.get("input_days"):
            self.add_error("input_days", _("After how many working days?"))
        cleaned["escalation"] = self._steps(cleaned)
        cleaned["risks"] = self._risks(cleaned)
        return cleaned

    def _check_money(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("rate") == 0 and cleaned.get("kind") != AgreementKind.EMPLOYED:
            self.add_error("rate", _("This reads as nothing at all. What does an hour cost?"))
        check_most(self, "rate", cleaned.get("currency", ""))
        if cleaned.get("rush_multiplier", 1) > 1 and "rush_hours" not in self.errors and not cleaned.get("rush_hours"):
            self.add_error("rush_hours", _("Fewer than how many hours before the deadline is it rush?"))
        if cleaned.get("holiday_multiplier", 1) > 1 and not cleaned.get("country"):
            self.add_error("country", _("Whose public holidays? Choose a country."))
        if not cleaned.get("regular_days") and "regular_days" not in self.errors:
            self.add_error("regular_days", _("Choose at least one day."))
        start, end = cleaned.get("regular_from"), cleaned.get("regular_until")
        if start and end and end <= start:
            self.add_error("regular_until", _("This is not later than the beginning."))

    def _steps(self, cleaned: dict[str, Any]) -> list[dict[str, Any]]:
        """The steps that are filled in. Half a step, or one that comes no later than the last, is told beside it."""
        steps: list[dict[str, Any]] = []
        for pair in self.steps:
            if pair.first.name in self.errors or pair.second.name in self.errors:
                continue
            hours, to = cleaned.get(pair.first.name), cleaned.get(pair.second.name)
            if hours and to:
                if steps and hours <= steps[-1]["hours"]:
                    self.add_error(pair.first.name, _("This is not later than the step before."))
                steps.append({"hours": hours, "to": to})
            elif hours:
                self.add_error(pair.second.name, _("What happens then?"))
            elif to:
                self.add_error(pair.first.name, _("After how many working hours?"))
        return steps

    def _risks(self, cleaned: dict[str, Any]) -> list[dict[str, str]]:
        risks: list[dict[str, str]] = []
        for pair in self.risks:
            risk, then = cleaned.get(pair.first.name, ""), cleaned.get(pair.second.name, "")
            if risk and then:
                risks.append({"risk": risk, "then": then})
            elif risk and pair.second.name not in self.errors:
                self.add_error(pair.second.name, _("What do you do then?"))
            elif then and pair.first.name not in self.errors:
                self.add_error(pair.first.name, _("When does that happen?"))
        return risks

    @property
    def terms(self) -> dict[str, Any]:
        """The columns of the version, once the form is valid."""
        values = {name: self.cleaned_data[name] for name in (*FIELDS, "escalation", "risks")}
        return values | {"regular_days": "".join(sorted(self.cleaned_data["regular_days"]))}

    @property
    def kept_files(self) -> list[StoredFile]:
        return [stored for stored in self.kept if str(stored.pk) in self.cleaned_data["keep"]]

    # --- what the page shows --------------------------------------------------------------------------------------

    @property
    def steps(self) -> Iterator[Pair]:
        for number in range(MOST_STEPS):
            yield Pair(number + 1, self[f"step_{number}_hours"], self[f"step_{number}_to"])

    @property
    def risks(self) -> Iterator[Pair]:
        for number in range(MOST_RISKS):
            yield Pair(number + 1, self[f"risk_{number}_risk"], self[f"risk_{number}_then"])

    @property
    def more_risks(self) -> bool:
        """Whether one of those that are folded away is filled in."""
        return any(pair.first.value() or pair.second.value() for pair in list(self.risks)[2:])

    @property
    def days(self) -> list[tuple[str, Any, Any, bool]]:
        """The days of the week: value, short name, name, whether it is ticked."""
        ticked = {str(day) for day in self["regular_days"].value() or []}
        return [(str(day), WEEKDAYS_ABBR[day], name, str(day) in ticked) for day, name in WEEKDAYS.items()]


def check_most(form: forms.Form, name: str, currency: str) -> None:
    """Refuse an amount that nobody means, and show how it was read: "1.000" may have been meant as one."""
    amount = form.cleaned_data.get(name)
    if amount is not None and amount > MOST_AMOUNT:
        values = {"amount": money(amount, currency), "most": money(MOST_AMOUNT, currency)}
        form.add_error(name, gettext("This reads as %(amount)s. The most is %(most)s.") % values)


def increment_name(minutes: int) -> str:
    """Per how many minutes an entry is billed."""
    return gettext("to the minute") if minutes == 1 else gettext("per %(count)d minutes") % {"count": minutes}


def _initial(team: Team, assistant: User, today: date, latest: Agreement | None) -> dict[str, Any]:
    if latest is None:
        return {
            "currency": team.currency,
            "increment": 1,
            "regular_days": list("01234"),
            "regular_from": time(8),
            "regular_until": time(18),
            **dict.fromkeys(("rush_multiplier", "out_of_hours_multiplier", "holiday_multiplier"), Decimal(1)),
            "time_zone": assistant.time_zone,
            "country": assistant.country,
            "kind": AgreementKind.FREELANCE,
            "valid_from": today,
        }
    values = {name: getattr(latest, name) for name in FIELDS}
    first = max(today, latest.valid_from)
    if latest.state == AgreementState.AGREED:
        values["signed_on"] = None  # that was the other paper
        first = max(today, latest.valid_from + timedelta(days=1))
    return values | {"regular_days": list(latest.regular_days), "valid_from": first}


class DeclineForm(forms.Form):
    """Why not; a word is enough."""

    text = text_area(
        _("What should be different?"), rows=2, required=True, help_text=_("They read this, and can propose again.")
    )


def stays(currency: str) -> str:
    """Why there is no other currency to choose."""
    text = gettext("This team has tasks, wishes, agreements or usual limits already, so it stays %(currency)s.")
    return text % {"currency": currency}


class TeamMoneyForm(forms.Form):
    """An hour of the entrepreneur's own, and up to what a small overrun is approved at once. Empty is none.

    And the currency, until there are amounts in it; not sent, it stays what it is.
    """

    currency = forms.ChoiceField(label=_("Currency"), choices=locales.currencies, required=False)
    own_rate = MoneyField(label=_("What is an hour of yours worth?"))
    tolerance_amount = MoneyField(label=_("Up to this amount"))
    tolerance_percent = forms.IntegerField(
        label=_("And at most this percentage of the limit"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a whole number.")},
    )

    def __init__(
        self, *args: Any, known: TeamMoney, currency: str, currency_stays: bool = False, **kwargs: Any
    ) -> None:
        names = ("own_rate", "tolerance_amount", "tolerance_percent")
        kwargs["initial"] = {name: getattr(known, name) for name in names} | {"currency": currency}
        super().__init__(*args, **kwargs)
        self.counts_in, self.currency_stays = currency, currency_stays

    def clean_currency(self) -> str:
        chosen: str = self.cleaned_data["currency"] or self.counts_in
        if self.currency_stays and chosen != self.counts_in:
            raise forms.ValidationError(stays(self.counts_in))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        currency = cleaned.get("currency", self.counts_in)
        for name in ("own_rate", "tolerance_amount"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("This reads as nothing. Leave it empty for none."))
            check_most(self, name, currency)
        needs_amount = cleaned.get("tolerance_percent") and cleaned.get("tolerance_amount") is None
        if needs_amount and "tolerance_amount" not in self.errors:
            self.add_error("tolerance_amount", _("Up to which amount? The percentage only makes it less."))
        return cleaned
