"""Invitations after something went before: withdrawn, left, or by somebody who may no longer."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import InviteError, accept, invite, withdraw
from accounts.actions.leaving import end_membership
from accounts.audit import Happened
from accounts.models import AuditEntry, Invitation, Membership, Role
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast
from tests.factories import UserFactory


def place(cast: Cast, person: str) -> Membership:
    return Membership.objects.select_related("team", "user").get(team=cast.team, user=getattr(cast, person))


def test_after_withdrawing_the_address_can_be_invited_again_and_the_old_link_stays_shut(
    cast: Cast, client_for: ClientFor
) -> None:
    ina, now = UserFactory.create(email="ina@example.com"), timezone.now()
    common: dict[str, Any] = {"team": cast.team, "by": cast.owner, "email": ina.email, "role": Role.GUEST, "now": now}
    old = invite(**common)
    withdraw(invitation=old, by=cast.owner, now=now)
    new = invite(**common)
    page = client_for(ina).post(reverse("invitation", args=[old.token]), follow=True).content.decode()
    assert "This invitation was withdrawn" in page
    client_for(ina).post(reverse("invitation", args=[new.token]))
    assert Membership.objects.get(user=ina).role == Role.GUEST
    kinds = list(AuditEntry.objects.filter(team=cast.team).order_by("id").values_list("kind", flat=True))
    assert kinds == [Happened.INVITED, Happened.INVITATION_WITHDRAWN, Happened.INVITED, Happened.JOINED]


def test_somebody_else_who_holds_the_link_reads_for_whom_it_is(cast: Cast, client_for: ClientFor) -> None:
    made = invite(team=cast.team, by=cast.owner, email="ina@example.com", role=Role.GUEST, now=timezone.now())
    page = client_for(cast.outsider).post(reverse("invitation", args=[made.token]), follow=True).content.decode()
    assert "The invitation is for ina@example.com, and you are logged in as olga@example.com." in page
    assert not Membership.objects.filter(team=cast.team, user=cast.outsider).exists()


def test_whoever_has_left_comes_in_again_by_an_invitation_only(cast: Cast, now: datetime) -> None:
    end_membership(membership=place(cast, "assistant"), by=cast.owner, now=now)
    made = invite(team=cast.team, by=cast.owner, email="sam@example.com", role=Role.GUEST, now=now)
    accept(invitation=made, user=cast.assistant, now=now)
    assert place(cast, "assistant").role == Role.GUEST


def test_what_somebody_sent_who_left_lets_nobody_in(cast: Cast, client_for: ClientFor) -> None:
    ina, now = UserFactory.create(email="ina@example.com"), timezone.now()
    made = invite(team=cast.team, by=cast.entrepreneur, email=ina.email, role=Role.ENTREPRENEUR, now=now)
    end_membership(membership=place(cast, "entrepreneur"), by=cast.owner, now=now)
    page = client_for(ina).post(reverse("invitation", args=[made.token]), follow=True).content.decode()
    assert "This invitation was withdrawn" in page
    assert not Membership.objects.filter(user=ina).exists()


@pytest.mark.parametrize("person", ["entrepreneur", "assistant"])
def test_who_no_longer_hands_over_invites_nobody(person: str, cast: Cast, now: datetime) -> None:
    if person == "entrepreneur":
        end_membership(membership=place(cast, person), by=cast.owner, now=now)
    with pytest.raises(InviteError, match="You don't hand over in this team any more"):
        invite(team=cast.team, by=getattr(cast, person), email="ina@example.com", role=Role.GUEST, now=now)
    assert not Invitation.objects.exists()
