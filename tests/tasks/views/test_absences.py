"""The page on which one says that one is away, and who answers."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Absence, Membership, Role
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.views.conftest import ClientFor, text_of

GOOD = {"first": "2026-11-24", "last": "2026-11-26"}


def page_of(cast: Cast) -> str:
    return reverse("absences", args=[cast.team.pk])


def absence_of(cast: Cast, now: datetime, days: int = 3) -> Absence:
    return Absence.objects.create(
        team=cast.team,
        person=cast.entrepreneur,
        deputy=cast.owner,
        first=now.date(),
        last=now.date() + timedelta(days=days - 1),
        created_at=now,
    )


def test_it_is_arranged(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.owner).post(page_of(cast), GOOD | {"deputy": cast.entrepreneur.pk}, follow=True)
    assert "Finn Faber answers for you then, and has been told." in text_of(answer)
    absence = Absence.objects.get()
    assert (absence.person, absence.deputy, absence.last) == (cast.owner, cast.entrepreneur, date(2026, 11, 26))


def test_one_day_needs_no_last_one(cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.owner).post(page_of(cast), {"first": "2026-11-24", "deputy": cast.entrepreneur.pk})
    assert Absence.objects.get().last == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"last": "2026-11-20"}, "The last day comes before the first one."),
        ({"first": "2026-11-20"}, "This day is over."),
        ({"first": ""}, "This field is required."),
        ({"first": "soon"}, "id_first_error"),
        ({"deputy": ""}, "This field is required."),
        ({"deputy": "x"}, "Choose somebody from the list."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    cast: Cast, client_for: ClientFor, sent: dict[str, str], said: str
) -> None:
    answer = client_for(cast.owner).post(page_of(cast), GOOD | {"deputy": str(cast.entrepreneur.pk)} | sent)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "last" in sent or 'value="2026-11-26"' in text_of(answer)
    assert not Absence.objects.exists()


@pytest.mark.parametrize("who", ["owner", "assistant", "outsider"])
def test_nobody_else_can_be_chosen(cast: Cast, client_for: ClientFor, who: str) -> None:
    answer = client_for(cast.owner).post(page_of(cast), GOOD | {"deputy": getattr(cast, who).pk})
    assert "Choose somebody from the list." in text_of(answer)


def test_what_is_against_the_rules_is_said_at_its_field(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    absence_of(cast, now)
    answer = client_for(cast.owner).post(page_of(cast), GOOD | {"deputy": cast.entrepreneur.pk})
    assert answer.status_code == 422
    assert "Finn is away too, from" in text_of(answer)


def test_the_list_says_who_is_away_and_who_answers(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    absence_of(cast, now)
    page = text_of(client_for(cast.owner).get(page_of(cast)))
    for said in ("Finn Faber", "away now", "Eva Evers answers"):
        assert said in page
    Absence.objects.update(person=cast.owner, deputy=cast.entrepreneur)
    Membership.objects.filter(user=cast.entrepreneur).update(role=Role.ASSISTANT)
    assert "nobody answers: Finn Faber no longer hands over" in text_of(client_for(cast.owner).get(page_of(cast)))


def test_without_another_entrepreneur_it_says_what_to_do(cast: Cast, client_for: ClientFor) -> None:
    Membership.objects.filter(user=cast.entrepreneur).delete()
    page = text_of(client_for(cast.owner).get(page_of(cast)))
    assert "Only another entrepreneur of the team can answer for you" in page


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("entrepreneur", 302), ("assistant", 403), ("guest", 403), ("outsider", 404)]
)
def test_it_is_ended_by_who_is_away_or_by_the_owner(
    cast: Cast, client_for: ClientFor, now: datetime, who: str, status: int
) -> None:
    absence = absence_of(cast, now)
    answer = client_for(getattr(cast, who)).post(reverse("absence_end", args=[absence.pk]))
    assert answer.status_code == status
    assert Absence.objects.exists() == (status != 302)


def test_another_entrepreneur_can_not_end_it(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    absence, other = absence_of(cast, now), UserFactory.create()
    MembershipFactory.create(team=cast.team, user=other, role=Role.ENTREPRENEUR)
    assert client_for(other).post(reverse("absence_end", args=[absence.pk])).status_code == 403


def test_a_second_press_is_told_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    absence, client = absence_of(cast, now), client_for(cast.entrepreneur)
    with time_machine.travel(now + timedelta(days=1), tick=False):
        path = reverse("absence_end", args=[absence.pk])
        assert "Ended. Eva Evers has been told." in text_of(client.post(path, follow=True))
        assert "That was over or ended already." in text_of(client.post(path, follow=True))


def test_more_absences_take_no_more_queries(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.owner)
    client.get(page_of(cast))
    absence_of(cast, now)
    few = queries_of(lambda: client.get(page_of(cast)))
    for number in range(9):
        first = now.date() + timedelta(days=10 + number)
        fields = {"team": cast.team, "person": cast.entrepreneur, "deputy": cast.owner, "created_at": now}
        Absence.objects.create(first=first, last=first, **fields)
    assert queries_of(lambda: client.get(page_of(cast))) == few
