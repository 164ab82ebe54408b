"""Agreements on the screen: the list, a pair, one version, proposing and answering."""

import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership, Role
from delegation.models import Agreement, AgreementState
from tasks.actions.agreements import accept_agreement, decline_agreement, withdraw_agreement
from tasks.agreed import PAGE, VERSIONS
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.agreed import TODAY, agreed, proposed, terms
from tests.tasks.files import pdf, pdf_bytes
from tests.tasks.forms.test_agreement_form import FILLED_IN
from tests.tasks.views.conftest import ClientFor, text_of


def pair(cast: Cast, name: str = "agreement_pair", *args: Any) -> str:
    return reverse(name, args=[cast.team.pk, cast.assistant.pk, *args])


def press(client: Client, cast: Cast, verb: str, version: Agreement, **sent: str) -> Any:
    return client.post(pair(cast, f"agreement_{verb}", version.pk), sent, follow=True)


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_tells_how_it_stands_with_each(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, now)
    page = text_of(client_for(cast.owner).get(reverse("agreements", args=[cast.team.pk])))
    for said in ("Sam Smit", "€\xa040 an hour", "Agreed", "Gus Groot", "Nothing agreed yet"):
        assert said in page
    proposed(cast, now, by=cast.assistant, valid_from=TODAY + timedelta(days=1))
    page = text_of(client_for(cast.owner).get(reverse("agreements", args=[cast.team.pk])))
    assert "Waits on you" in page


def test_who_has_left_stays_to_be_read(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, now)
    Membership.objects.filter(user=cast.assistant).delete()
    client = client_for(cast.owner)
    assert "no assistant here any more" in text_of(client.get(reverse("agreements", args=[cast.team.pk])))
    page = client.get(pair(cast))
    assert "What was agreed stays to be read." in text_of(page)
    assert "Propose a change" not in text_of(page)
    assert client.get(pair(cast, "agreement_propose")).status_code == 403


def test_a_team_without_assistants_is_told_what_to_do(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.outsider).get(reverse("agreements", args=[cast.other_team.pk]))
    assert "Nobody to agree with yet" in text_of(page)


def test_an_assistant_goes_to_their_own(cast: Cast, client_for: ClientFor) -> None:
    for person in (cast.assistant, cast.guest):
        answer = client_for(person).get(reverse("agreements", args=[cast.team.pk]))
        assert answer.headers["Location"] == reverse("agreement_pair", args=[cast.team.pk, person.pk])


def test_the_list_is_paged_and_takes_as_many_queries_for_more(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    address, client = reverse("agreements", args=[cast.team.pk]), client_for(cast.owner)

    def hire(count: int) -> None:
        for member in MembershipFactory.create_batch(count, team=cast.team, role=Role.ASSISTANT):
            version = {"team": cast.team, "assistant": member.user, "proposed_by": cast.owner, "proposed_at": now}
            Agreement.objects.create(version=1, **version, **terms())

    hire(PAGE // 2)
    few = queries_of(lambda: client.get(address))
    hire(PAGE)
    first = client.get(address)
    assert queries_of(lambda: client.get(address)) == few
    second = client.get(address, {"before": str(first.context["next_page"])})
    people = [row.person.pk for page in (first, second) for row in page.context["rows"]]
    assert len(people) == len(set(people)) == PAGE + PAGE // 2 + 2
    assert second.context["next_page"] is None


# --- a pair -------------------------------------------------------------------------------------------------------


def test_before_anything_is_agreed_it_says_what_that_means(cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.assistant).get(pair(cast)))
    assert "Your agreement with Eva's Events" in page
    assert "Until something is agreed, time is logged without a price" in page
    assert "Propose an agreement" in page


def test_what_counts_is_shown_in_words(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(
        cast,
        now,
        rate=Decimal("42.50"),
        increment=15,
        out_of_hours_multiplier=Decimal("1.25"),
        holiday_multiplier=Decimal(2),
        rush_multiplier=Decimal("1.5"),
        rush_hours=24,
        special_days=[{"month": 12, "day": 24, "multiplier": "2.00"}],
        response_hours_assistant=4,
        input_days=2,
        input_late="the deadline moves",
        escalation=[{"hours": 4, "to": "them"}, {"hours": 16, "to": "owner"}],
        risks=[{"risk": "Sam is ill", "then": "Gus takes over"}],
        signed_on=date(2026, 11, 20),
    )
    page = text_of(client_for(cast.assistant).get(pair(cast)))
    for said in (
        "€\xa042.50 an hour",
        "per 15 minutes, each entry rounded up",
        "Monday to Friday, 08:00 to 18:00",
        "× 1.25: €\xa053.13 an hour",
        "× 2: €\xa085 an hour (Netherlands)",
        "24 December × 2: €\xa085 an hour",
        "× 1.5: €\xa063.75 an hour, when handed over less than 24 hours before the deadline",
        "4 working hours",
        "within 2 working days; after that: the deadline moves",
        "after 4 working hours who must answer is reminded<br>after 16 working hours the owner of the team is told",
        "Sam is ill: Gus takes over",
        "Fri 20 Nov",
        "The highest one counts. They don't add up.",
    ):
        assert said in page, said
    assert "Liability" not in page, "what nothing was agreed about has no line"


def test_what_people_typed_stays_text(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    bad = "<script>alert(1)</script>"
    agreed(cast, now, liability=bad, channels=bad, risks=[{"risk": bad, "then": bad}])
    version = proposed(cast, now, liability=bad + "2", valid_from=TODAY + timedelta(days=1))
    client = client_for(cast.assistant)
    for address in (pair(cast), pair(cast, "agreement", version.pk), pair(cast, "agreement_propose")):
        assert bad.encode() not in client.get(address).content


def test_a_later_version_is_announced(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, now)
    agreed(cast, now, valid_from=date(2026, 12, 1), rate=Decimal(45))
    page = text_of(client_for(cast.owner).get(pair(cast)))
    assert "Version 2 counts from Tue 1 Dec" in page
    assert "€\xa040 an hour" in page


def test_the_history_is_paged(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for _ in range(VERSIONS + 2):
        withdraw_agreement(agreement_id=proposed(cast, now).pk, by=cast.owner, now=now)
    client = client_for(cast.owner)
    first = client.get(pair(cast))
    second = client.get(pair(cast), {"before": first.context["next_page"]})
    assert [version.version for version in second.context["versions"]] == [2, 1]
    assert client.get(pair(cast), {"before": "x"}).status_code == 200


def test_more_versions_take_no_more_queries(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.owner)
    agreed(cast, now)
    few = queries_of(lambda: client.get(pair(cast)))
    for days in range(1, 8):
        agreed(cast, now, valid_from=TODAY + timedelta(days=days))
    assert queries_of(lambda: client.get(pair(cast))) == few


# --- answering ----------------------------------------------------------------------------------------------------


def test_the_other_side_sees_what_would_differ_and_accepts(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, now, out_of_hours_multiplier=Decimal("1.25"))
    version = proposed(
        cast, now, rate=Decimal(45), out_of_hours_multiplier=Decimal("1.25"), valid_from=TODAY + timedelta(days=7)
    )
    client = client_for(cast.assistant)
    page = client.get(pair(cast))
    assert [(change.label, change.was, change.now) for change in page.context["differences"]] == [
        ("Rate", "€\xa040 an hour", "€\xa045 an hour"),
        ("Counts from", "Mon 23 Nov", "Mon 30 Nov"),
    ]
    assert "Eva proposes this, to count from Mon 30 Nov" in text_of(page)
    assert "Agreed." in text_of(press(client, cast, "accept", version))
    version.refresh_from_db()
    assert version.state == AgreementState.AGREED


def test_it_is_compared_with_what_would_count_on_its_first_day(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    agreed(cast, now)
    agreed(cast, now, valid_from=date(2026, 12, 1), rate=Decimal(50))
    proposed(cast, now, valid_from=date(2026, 12, 15), rate=Decimal(40))
    page = client_for(cast.assistant).get(pair(cast))
    assert ("Rate", "€\xa050 an hour", "€\xa040 an hour") in [
        (change.label, change.was, change.now) for change in page.context["differences"]
    ]


def test_who_proposed_it_waits_and_may_withdraw(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    version = proposed(cast, now)
    client = client_for(cast.owner)
    page = text_of(client.get(pair(cast)))
    assert "You proposed this" in page
    assert pair(cast, "agreement_accept", version.pk) not in page
    assert "Withdrawn." in text_of(press(client, cast, "withdraw", version))
    version.refresh_from_db()
    assert version.state == AgreementState.WITHDRAWN


def test_a_decline_needs_a_word(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    version = proposed(cast, now)
    client = client_for(cast.assistant)
    page = press(client, cast, "decline", version, text=" ")
    assert page.status_code == 422
    assert "This field is required." in text_of(page)
    page = press(client, cast, "decline", version, text="Make it 45")
    assert "Declined. They read what you wrote." in text_of(page)
    assert "Make it 45" in text_of(client_for(cast.owner).get(pair(cast)))


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_what_was_withdrawn_meanwhile_is_told_and_nothing_typed_is_lost(
    verb: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    version = proposed(cast, now)
    withdraw_agreement(agreement_id=version.pk, by=cast.owner, now=now)
    page = press(client_for(cast.assistant), cast, verb, version, text="Make it 45")
    assert page.status_code == 409
    assert "This version has been withdrawn." in text_of(page)
    assert ("Make it 45" in text_of(page)) == (verb == "decline")


def test_a_version_of_another_pair_is_not_found_here(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    version = proposed(cast, now)
    client = client_for(cast.owner)
    for address in (
        reverse("agreement", args=[cast.team.pk, cast.guest.pk, version.pk]),
        reverse("agreement_pair", args=[cast.team.pk, cast.outsider.pk]),
        reverse("agreement_pair", args=[cast.team.pk, uuid4()]),
    ):
        assert client.get(address).status_code == 404


def test_somebody_with_a_team_of_their_own_sees_nothing_of_another(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    """Sam works for Olga too, who must not see what Sam agreed on with Eva."""
    version = agreed(cast, now)
    MembershipFactory.create(team=cast.other_team, user=cast.assistant)
    client = client_for(cast.outsider)
    assert client.get(reverse("agreement_pair", args=[cast.other_team.pk, cast.assistant.pk])).status_code == 200
    wrong_team = reverse("agreement", args=[cast.other_team.pk, cast.assistant.pk, version.pk])
    assert client.get(wrong_team).status_code == 404
    assert client.get(pair(cast)).status_code == 404


# --- proposing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "other"), [("owner", "assistant"), ("assistant", "owner"), ("entrepreneur", "assistant")]
)
def test_either_side_proposes(by: str, other: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(getattr(cast, by))
    assert client.get(pair(cast, "agreement_propose")).status_code == 200
    page = client.post(pair(cast, "agreement_propose"), FILLED_IN, follow=True)
    assert "It counts once the other side accepts it." in text_of(page)
    version = Agreement.objects.get()
    assert (version.proposed_by, version.rate) == (getattr(cast, by), Decimal("42.50"))
    accept_agreement(agreement_id=version.pk, by=getattr(cast, other), now=timezone.now())


def test_a_change_starts_from_the_latest(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    latest = proposed(cast, now, rate=Decimal("44.50"), liability="None at all")
    decline_agreement(agreement_id=latest.pk, by=cast.assistant, now=now)
    page = text_of(client_for(cast.owner).get(pair(cast, "agreement_propose")))
    assert 'value="44.50"' in page
    assert "None at all" in page
    assert "This begins with version 1." in page


def test_while_one_waits_there_is_none_to_propose(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    proposed(cast, now)
    client = client_for(cast.owner)
    page = client.get(pair(cast, "agreement_propose"), follow=True)
    assert "A version is waiting for an answer already." in text_of(page)
    page = client.post(pair(cast, "agreement_propose"), {**FILLED_IN, "liability": "All of it"})
    assert page.status_code == 422
    assert "A version is waiting for an answer already." in text_of(page)
    assert "All of it" in text_of(page)


def test_mistakes_are_told_and_nothing_is_lost(cast: Cast, client_for: ClientFor) -> None:
    sent = {**FILLED_IN, "rate": "much", "special_days": "Christmas 2", "risk_4_risk": "Fire", "regular_days": ["6"]}
    page = client_for(cast.owner).post(pair(cast, "agreement_propose"), sent)
    assert page.status_code == 422
    for said in ('value="much"', "Christmas 2</textarea>", 'value="Fire"', "Gus takes over", 'value="6" checked'):
        assert said in text_of(page)
    assert not Agreement.objects.exists()


def test_a_day_that_is_taken_is_told_beside_it(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, now, valid_from=date(2026, 12, 1))
    page = client_for(cast.owner).post(pair(cast, "agreement_propose"), FILLED_IN)
    assert page.status_code == 422
    assert [str(error) for error in page.context["form"].errors["valid_from"]] == [
        "Another version counts from this day already. Choose a later day."
    ]


def test_attachments_are_for_the_pair_alone(
    cast: Cast, client_for: ClientFor, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    contract = pdf("contract.pdf")
    client_for(cast.owner).post(pair(cast, "agreement_propose"), {**FILLED_IN, "attachments": [contract]})
    version = Agreement.objects.get()
    address = reverse("file", args=[version.files.get().pk])
    for person in (cast.owner, cast.entrepreneur, cast.assistant):
        client = client_for(person)
        assert "contract.pdf" in text_of(client.get(pair(cast)))
        assert b"".join(client.get(address).streaming_content) == pdf_bytes()  # type: ignore[attr-defined]
    for person in (cast.guest, cast.outsider):
        assert client_for(person).get(address).status_code == 404


def test_attachments_stay_unless_they_are_taken_out(
    cast: Cast, client_for: ClientFor, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_for(cast.owner)
    files = [pdf("contract.pdf"), pdf("old.pdf")]
    client.post(pair(cast, "agreement_propose"), {**FILLED_IN, "attachments": files})
    first = Agreement.objects.get()
    withdraw_agreement(agreement_id=first.pk, by=cast.owner, now=timezone.now())
    kept = first.files.get(name="contract.pdf")
    client.post(pair(cast, "agreement_propose"), {**FILLED_IN, "keep": [str(kept.pk)]})
    second = Agreement.objects.get(version=2)
    assert [stored.name for stored in second.files.all()] == ["contract.pdf"]
    assert first.files.count() == 2


def test_chosen_files_are_kept_while_there_is_a_question(cast: Cast, client_for: ClientFor) -> None:
    sent = {**FILLED_IN, "rate": "", "attachments": [pdf("contract.pdf")]}
    page = client_for(cast.owner).post(pair(cast, "agreement_propose"), sent)
    assert "Here already" in text_of(page)


# --- one version --------------------------------------------------------------------------------------------------


def test_a_version_is_read_as_a_whole_with_what_it_changed(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, now)
    second = agreed(cast, now, rate=Decimal(45), valid_from=TODAY + timedelta(days=1), liability="None")
    page = client_for(cast.assistant).get(pair(cast, "agreement", second.pk))
    assert "Otherwise than version 1" in text_of(page)
    assert [change.label for change in page.context["differences"]] == ["Rate", "Liability", "Counts from"]


@pytest.mark.parametrize(("person", "said"), [("owner", "Agreements with the assistants"), ("guest", "Your agreement")])
def test_the_team_page_leads_here(person: str, said: str, cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(getattr(cast, person)).get(reverse("team"), {"team": str(cast.team.pk)}))
    assert reverse("agreements", args=[cast.team.pk]) in page
    assert said in page
    assert (reverse("team_money", args=[cast.team.pk]) in page) == (person == "owner")


@pytest.mark.parametrize("address", ["agreement_propose", "agreement_accept"])
def test_what_binds_asks_for_a_login_of_lately(address: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client, version = client_for(cast.assistant), proposed(cast, now)
    named = [version.pk] if address == "agreement_accept" else []
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3_600}]
    session.save()

    answer = client.post(pair(cast, address, *named))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not Agreement.objects.filter(state=AgreementState.AGREED).exists()
