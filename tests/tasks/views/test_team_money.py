"""The settings of what is worth discussing."""

from decimal import Decimal

from django.urls import reverse

from delegation.models import TeamMoney
from tests.conftest import Cast
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


def test_a_mistake_is_told_and_kept(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(page_for(cast), {"own_rate": "seventy", "tolerance_percent": "10"})
    assert page.status_code == 422
    assert 'value="seventy"' in text_of(page)
    assert not TeamMoney.objects.exists()
