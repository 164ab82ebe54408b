"""The form for a version of an agreement: what is read, what is refused, and from what it starts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from delegation.models import Agreement, AgreementState, TeamMoney
from tasks.actions.agreements import decline_agreement
from tasks.forms.agreements import FIELDS, ROWS, AgreementForm, TeamMoneyForm
from tests.conftest import Cast
from tests.tasks.agreed import TODAY, agreed, proposed

FILLED_IN = {
    "rate": "42,50",
    "currency": "EUR",
    "increment": "15",
    "rush_multiplier": "1.5",
    "rush_hours": "24",
    "regular_days": ["0", "1", "2", "3", "4"],
    "regular_from": "08:00",
    "regular_until": "18:00",
    "out_of_hours_multiplier": "1,25",
    "holiday_multiplier": "150%",
    "country": "NL",
    "time_zone": "Europe/Amsterdam",
    "special_days": "24-12 × 2",
    "response_hours_assistant": "4",
    "response_hours_entrepreneur": "8",
    "channels": "Mail; a call when it is urgent",
    "responsibilities": "Eva pays, Sam books",
    "input_days": "2",
    "input_late": "The deadline moves by as many days",
    "step_0_hours": "4",
    "step_0_to": "them",
    "step_1_hours": "16",
    "step_1_to": "owner",
    "risk_0_risk": "Sam is ill",
    "risk_0_then": "Gus takes over",
    "liability": "Up to the amount of the bill",
    "kind": "freelance",
    "signed_on": "2026-11-20",
    "valid_from": "2026-12-01",
}


def form_for(cast: Cast, sent: dict[str, Any] | None = None, latest: Agreement | None = None) -> AgreementForm:
    return AgreementForm(sent, team=cast.team, assistant=cast.assistant, today=TODAY, latest=latest)


def errors_of(cast: Cast, **changes: Any) -> dict[str, list[str]]:
    form = form_for(cast, {**FILLED_IN, **changes})
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_all_that_a_version_says_has_a_field() -> None:
    ours = {"id", "team", "assistant", "version", "state"}
    answer = {"proposed_by", "proposed_at", "answered_by", "answered_at", "answer_text"}
    columns = {field.name for field in Agreement._meta.fields}
    assert {*FIELDS, *ROWS} == columns - ours - answer


def test_what_was_filled_in_is_read(cast: Cast, now: datetime) -> None:
    form = form_for(cast, FILLED_IN)
    assert form.is_valid(), form.errors
    version = agreed(cast, now, **form.terms)
    version.refresh_from_db()
    assert (version.rate, version.increment, version.regular_days) == (Decimal("42.50"), 15, "01234")
    assert (version.rush_multiplier, version.rush_hours) == (Decimal("1.50"), 24)
    assert (version.out_of_hours_multiplier, version.holiday_multiplier) == (Decimal("1.25"), Decimal("1.50"))
    assert (version.regular_from, version.regular_until) == (time(8), time(18))
    assert version.special_days == [{"month": 12, "day": 24, "multiplier": "2.00"}]
    assert version.escalation == [{"hours": 4, "to": "them"}, {"hours": 16, "to": "owner"}]
    assert version.risks == [{"risk": "Sam is ill", "then": "Gus takes over"}]
    assert (version.signed_on, version.valid_from) == (date(2026, 11, 20), date(2026, 12, 1))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_version_that_is_not_changed_says_the_same_again(language: str, cast: Cast, now: datetime) -> None:
    """What the form shows of a version can be sent back as it is."""
    filled_in = form_for(cast, FILLED_IN)
    assert filled_in.is_valid()
    latest = agreed(cast, now, **filled_in.terms)
    latest.refresh_from_db()
    with translation.override(language):
        form = form_for(cast, latest=latest)
        sent = {bound.html_name: shown for bound in form if (shown := bound.value()) is not None}
        again = form_for(cast, sent, latest)
        assert again.is_valid(), again.errors
    same = {name: getattr(latest, name) for name in (*FIELDS, *ROWS)}
    # The day after the version that counts already, and no signature of that other paper.
    assert again.terms == same | {"valid_from": latest.valid_from + timedelta(days=1), "signed_on": None}


def test_a_first_version_begins_with_what_is_known(cast: Cast) -> None:
    User.objects.filter(pk=cast.assistant.pk).update(time_zone="Asia/Manila", country="PH")
    cast.assistant.refresh_from_db()
    form = form_for(cast)
    assert {name: form[name].value() for name in ("currency", "time_zone", "country", "valid_from")} == {
        "currency": "EUR",
        "time_zone": "Asia/Manila",
        "country": "PH",
        "valid_from": TODAY,
    }
    assert [ticked for _value, _short, _long, ticked in form.days] == [True] * 5 + [False] * 2


def test_after_a_decline_it_begins_with_what_was_declined(cast: Cast, now: datetime) -> None:
    latest = decline_agreement(agreement_id=proposed(cast, now, rate=Decimal(44)).pk, by=cast.assistant, now=now)
    assert latest.state == AgreementState.DECLINED
    form = form_for(cast, latest=latest)
    assert (form["rate"].value(), form["valid_from"].value()) == ("44", TODAY)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"rate": ""}, "rate", "This field is required."),
        ({"rate": "a lot"}, "rate", "This can't be read as an amount."),
        ({"rate": "-40"}, "rate", "An amount can't be below zero."),
        ({"rate": "0"}, "rate", "This reads as nothing at all. What does an hour cost?"),
        ({"rate": "42.500"}, "rate", "This reads as €\xa042,500. The most is €\xa010,000."),
        ({"rush_hours": ""}, "rush_hours", "Fewer than how many hours before the deadline is it rush?"),
        ({"rush_hours": "x"}, "rush_hours", "Write a whole number."),
        ({"country": ""}, "country", "Whose public holidays? Choose a country."),
        ({"regular_days": []}, "regular_days", "Choose at least one day."),
        ({"regular_until": "08:00"}, "regular_until", "This is not later than the beginning."),
        ({"regular_until": "late"}, "regular_until", "This is no time."),
        ({"special_days": "Christmas"}, "special_days", "“Christmas” can't be read."),
        ({"out_of_hours_multiplier": "0.5"}, "out_of_hours_multiplier", "less than the rate"),
        ({"input_days": ""}, "input_days", "After how many working days?"),
        ({"step_0_to": ""}, "step_0_to", "What happens then?"),
        ({"step_0_hours": ""}, "step_0_hours", "After how many working hours?"),
        ({"step_1_hours": "4"}, "step_1_hours", "This is not later than the step before."),
        ({"risk_0_then": ""}, "risk_0_then", "What do you do then?"),
        ({"risk_0_risk": ""}, "risk_0_risk", "When does that happen?"),
        ({"signed_on": "1826-11-20"}, "signed_on", "Is the year right?"),
        ({"valid_from": "soon"}, "valid_from", "This is no date."),
        ({"currency": "XXX"}, "currency", "Select a valid choice."),
        ({"time_zone": "Nowhere/Land"}, "time_zone", "Select a valid choice."),
        ({"increment": "0"}, "increment", "Select a valid choice."),
        ({"response_hours_assistant": "0"}, "response_hours_assistant", "greater than or equal to 1"),
    ],
)
def test_what_can_not_be_is_told_beside_its_field(changes: dict[str, Any], field: str, said: str, cast: Cast) -> None:
    errors = errors_of(cast, **changes)
    assert list(errors) == [field], errors
    assert said in errors[field][0]


def test_somebody_who_is_employed_may_cost_nothing_here(cast: Cast) -> None:
    assert errors_of(cast, rate="0", kind="employed") == {}


def test_one_step_is_enough_and_none_is_too(cast: Cast) -> None:
    form = form_for(cast, {**FILLED_IN, "step_0_hours": "", "step_0_to": ""})
    assert form.is_valid()
    assert form.terms["escalation"] == [{"hours": 16, "to": "owner"}]


# --- what is worth discussing -------------------------------------------------------------------------------------


def money_form(cast: Cast, **sent: str) -> TeamMoneyForm:
    return TeamMoneyForm(sent, known=TeamMoney(team=cast.team), currency="EUR")


def test_all_three_are_read_and_each_may_be_empty(cast: Cast) -> None:
    form = money_form(cast, own_rate="75,50", tolerance_amount="20", tolerance_percent="10")
    assert form.is_valid()
    assert form.cleaned_data == {
        "own_rate": Decimal("75.50"),
        "tolerance_amount": Decimal("20.00"),
        "tolerance_percent": 10,
        "currency": "EUR",
    }
    assert money_form(cast).is_valid()
    assert money_form(cast, tolerance_amount="20").is_valid()


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"own_rate": "0"}, "own_rate", "This reads as nothing. Leave it empty for none."),
        ({"own_rate": "-5"}, "own_rate", "An amount can't be below zero."),
        ({"own_rate": "1.000.000"}, "own_rate", "This reads as €\xa01,000,000. The most is €\xa010,000."),
        ({"tolerance_percent": "10"}, "tolerance_amount", "Up to which amount? The percentage only makes it less."),
        ({"tolerance_amount": "20", "tolerance_percent": "0"}, "tolerance_percent", "greater than or equal to 1"),
        ({"tolerance_amount": "20", "tolerance_percent": "101"}, "tolerance_percent", "less than or equal to 100"),
        ({"tolerance_amount": "20", "tolerance_percent": "ten"}, "tolerance_percent", "Write a whole number."),
        ({"tolerance_amount": "x", "tolerance_percent": "10"}, "tolerance_amount", "This can't be read as an amount."),
    ],
)
def test_what_makes_no_tolerance_is_told(sent: dict[str, str], field: str, said: str, cast: Cast) -> None:
    form = money_form(cast, **sent)
    assert list(form.errors) == [field], form.errors
    assert said in form.errors[field][0]
