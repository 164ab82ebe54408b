"""The settings of what is worth discussing."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Team
from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState, TeamMoney
from delegation.workflow import State
from tasks.actions import team_money
from tasks.actions.team_money import CurrencyStays, change_currency
from tasks.models import UsualLimits, Wish
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of


def page_for(cast: Cast) -> str:
    return reverse("team_money", args=[cast.team.pk])


def test_the_owner_says_what_is_worth_discussing(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    page = client.post(
        page_for(cast), {"own_rate": "75,50", "tolerance_amount": "20", "tolerance_percent": "10"}, follow=True
    )
    assert "Saved." in text_of(page)
    for value in ("75.50", "20", "10"):
        assert f'value="{value}"' in text_of(page)
    saved = TeamMoney.objects.get()
    assert (saved.own_rate, saved.tolerance_amount, saved.tolerance_percent) == (Decimal("75.50"), Decimal(20), 10)


def test_a_field_is_emptied(cast: Cast, client_for: ClientFor) -> None:
    TeamMoney.objects.create(team=cast.team, own_rate=75, tolerance_amount=20, tolerance_percent=10)
    client_for(cast.owner).post(page_for(cast), {"own_rate": "75"})
    saved = TeamMoney.objects.get()
    assert (saved.own_rate, saved.tolerance_amount, saved.tolerance_percent) == (Decimal(75), None, None)


def test_it_is_explained_with_an_example(cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.owner).get(page_for(cast)))
    assert (
        "For example €\xa020 and 10 %: with a budget of €\xa0100 that is €\xa010, with one of €\xa0500 it is €\xa020."
        in page
    )


def test_it_says_by_which_rate_time_counts(cast: Cast, client_for: ClientFor) -> None:
    assert "They count at the plain rate" in text_of(client_for(cast.owner).get(page_for(cast)))


def test_a_mistake_is_told_and_kept(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(page_for(cast), {"own_rate": "seventy", "tolerance_percent": "10"})
    assert page.status_code == 422
    assert 'value="seventy"' in text_of(page)
    assert not TeamMoney.objects.exists()


# --- the currency -------------------------------------------------------------------------------------------------


STAYS = "This team has tasks, wishes, agreements or usual limits already, so it stays EUR."


def _a_task(cast: Cast, now: datetime) -> None:
    task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)


def _an_agreement(cast: Cast, now: datetime) -> None:
    Agreement.objects.create(
        team=cast.team, assistant=cast.assistant, version=1, state=AgreementState.PROPOSED,
        valid_from=date(2026, 12, 1), proposed_by=cast.owner, proposed_at=now, rate=Decimal(30), currency="EUR",
        time_zone="Europe/Amsterdam",
    )  # fmt: skip


def _usual_limits(cast: Cast, now: datetime) -> None:
    UsualLimits.objects.create(team=cast.team, money_limit=100)


def _a_wish(cast: Cast, now: datetime) -> None:
    Wish.objects.create(team=cast.team, by=cast.owner, text="A logo", created_at=now)


ANYTHING = pytest.mark.parametrize("happens", [_a_task, _an_agreement, _usual_limits, _a_wish])
Happens = Callable[[Cast, datetime], None]


def currency_of(cast: Cast) -> str:
    return Team.objects.get(pk=cast.team.pk).currency


def test_it_can_be_changed_while_there_are_no_amounts(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    assert '<option value="EUR" selected>' in text_of(client.get(page_for(cast)))
    page = text_of(client.post(page_for(cast), {"currency": "GBP", "own_rate": "45"}, follow=True))
    assert (currency_of(cast), TeamMoney.objects.get().own_rate) == ("GBP", Decimal(45))
    assert "In GBP." in page


def test_one_that_there_is_not_is_refused(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).post(page_for(cast), {"currency": "BTC"}).status_code == 422
    assert currency_of(cast) == "EUR"


@ANYTHING
def test_with_amounts_it_stays_and_that_is_said(
    happens: Happens, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    happens(cast, now)
    client = client_for(cast.owner)
    page = text_of(client.get(page_for(cast)))
    assert f"Amounts are in EUR. {STAYS}" in page
    assert 'name="currency"' not in page
    answer = client.post(page_for(cast), {"currency": "GBP", "own_rate": "45"})  # from a page of before
    assert answer.status_code == 422
    assert STAYS in text_of(answer)
    assert 'value="45"' in text_of(answer)
    assert currency_of(cast) == "EUR"
    assert not TeamMoney.objects.exists()
    client.post(page_for(cast), {"own_rate": "45"})
    assert TeamMoney.objects.get().own_rate == Decimal(45)


@ANYTHING
def test_the_action_looks_again(
    happens: Happens, cast: Cast, client_for: ClientFor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    happens(cast, now)
    with pytest.raises(CurrencyStays):
        change_currency(team=cast.team, currency="GBP")
    monkeypatch.setattr("tasks.views.team_money.currency_stays", lambda team: False)  # there was nothing just before
    answer = client_for(cast.owner).post(page_for(cast), {"currency": "GBP", "own_rate": "45"})
    assert (answer.status_code, currency_of(cast)) == (422, "EUR")
    assert STAYS in text_of(answer)
    assert not TeamMoney.objects.exists()


def test_amounts_of_another_team_are_nothing_to_this_one(cast: Cast, now: datetime) -> None:
    UsualLimits.objects.create(team=cast.other_team, money_limit=100)
    change_currency(team=cast.team, currency="GBP")
    assert currency_of(cast) == "GBP"


def test_asking_whether_it_stays_is_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert not team_money.currency_stays(cast.team)
