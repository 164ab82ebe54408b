"""Agreements in the admin: to look at, and nothing else."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from delegation.models import Agreement, TeamMoney
from tests.accounts.conftest import queries_of
from tests.conftest import Cast, logged_in
from tests.factories import UserFactory
from tests.tasks.agreed import agreed, proposed


@pytest.fixture
def admin(db: None) -> Client:
    """Someone with all rights, logged in just now."""
    return logged_in(UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com", language="en"))


def page_of(agreement: Agreement) -> str:
    return reverse("admin:delegation_agreement_change", args=[agreement.pk])


def test_an_agreement_can_be_read_in_words(admin: Client, cast: Cast, now: datetime) -> None:
    version = agreed(cast, now, liability="<b>None</b>", special_days=[{"month": 12, "day": 24, "multiplier": "2.00"}])
    page = admin.get(page_of(version)).content.decode()
    for said in ("€\xa040 an hour", "24 December × 2: €\xa080 an hour", "&lt;b&gt;None&lt;/b&gt;", "Sam Smit"):
        assert said in page
    for button in ("_save", "_continue", "_addanother", "deletelink"):
        assert button not in page


def test_it_is_found_by_its_people(admin: Client, cast: Cast, now: datetime) -> None:
    version = agreed(cast, now)
    address = reverse("admin:delegation_agreement_changelist")
    assert page_of(version) in admin.get(address, {"q": "sam@example.com"}).content.decode()
    assert page_of(version) not in admin.get(address, {"q": "gus@example.com"}).content.decode()


@pytest.mark.parametrize("act", ["change", "delete"])
def test_it_cannot_be_changed(act: str, admin: Client, cast: Cast, now: datetime) -> None:
    version = agreed(cast, now)
    address = reverse(f"admin:delegation_agreement_{act}", args=[version.pk])
    assert admin.post(address, {"rate": "1", "post": "yes"}).status_code == 403
    version.refresh_from_db()
    assert version.rate == 40


def test_nothing_is_added_here(admin: Client) -> None:
    for model in ("agreement", "teammoney"):
        assert admin.get(reverse(f"admin:delegation_{model}_add")).status_code == 403


def test_what_a_team_finds_worth_discussing_can_be_read(admin: Client, cast: Cast) -> None:
    TeamMoney.objects.create(team=cast.team, own_rate=Decimal(75))
    assert "75.00" in admin.get(reverse("admin:delegation_teammoney_changelist")).content.decode()
    assert admin.get(reverse("admin:delegation_teammoney_change", args=[cast.team.pk])).status_code == 200


def test_a_list_takes_as_many_queries_for_more_rows(admin: Client, cast: Cast, now: datetime) -> None:
    address = reverse("admin:delegation_agreement_changelist")
    agreed(cast, now)
    admin.get(address)
    few = queries_of(lambda: admin.get(address))
    proposed(cast, now, valid_from=now.date() + timedelta(days=1))
    assert queries_of(lambda: admin.get(address)) == few
