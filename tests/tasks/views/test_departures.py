"""Who has left, and which secrets of what they saw still need a new value."""

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit import Happened
from accounts.models import AuditEntry, Departure, Role
from tasks.actions import resources
from tasks.departures import PAGE_SIZE
from tasks.models import SecretToRotate
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.tasks.leavings import gone, seen
from tests.tasks.secrets import login_of
from tests.tasks.views.conftest import ClientFor, text_of


def page(cast: Cast) -> str:
    return reverse("departures", args=[cast.team.pk])


def tick(cast: Cast, secret: SecretToRotate) -> str:
    return reverse("departure_secret_done", args=[cast.team.pk, secret.pk])


def left(cast: Cast, count: int, now: datetime) -> None:
    """So many people who left, each with two passwords that they saw."""
    for number in range(count):
        person, at = UserFactory.create(), now + timedelta(minutes=number)
        Departure.objects.create(team=cast.team, person=person, role=Role.GUEST, ended_by=cast.owner, at=at)
        for name in ("Shop", "Mail"):
            SecretToRotate.objects.create(
                team=cast.team, person=person, resource_name=name, part="password", seen_at=now, listed_at=at
            )


def test_what_somebody_saw_is_listed_until_it_is_ticked_off(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    seen(cast, login_of(cast, now), now)
    gone(cast, cast.assistant, now)
    client = client_for(cast.entrepreneur)
    text = text_of(client.get(page(cast)))
    assert "Sam Smit" in text
    assert "1 to change" in text
    answer = client.post(tick(cast, SecretToRotate.objects.get()), follow=True)
    assert "Ticked off: Shop." in text_of(answer)
    assert "all changed" in text_of(answer)
    row = SecretToRotate.objects.get()
    assert (row.done_by, row.done_at) == (cast.entrepreneur, now)
    entry = AuditEntry.objects.get(kind=Happened.SECRET_ROTATED)
    assert (entry.about, entry.data) == (cast.assistant, {"resource": "Shop", "part": "password"})


def test_a_second_tick_says_that_it_was_done(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    left(cast, 1, now)
    client, address = client_for(cast.owner), tick(cast, SecretToRotate.objects.all()[0])
    client.post(address)
    assert "That was ticked off already." in text_of(client.post(address, follow=True))
    assert AuditEntry.objects.filter(kind=Happened.SECRET_ROTATED).count() == 1


def test_a_changed_password_is_ticked_off_by_itself(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    shop = login_of(cast, now)
    seen(cast, shop, now)
    gone(cast, cast.assistant, now)
    resources.change_resource(
        resource=shop,
        by=cast.owner,
        kind=shop.kind,
        name=shop.name,
        content="",
        stored_file=None,
        secrets={"password": "a-new-one"},
        now=now,
    )
    assert "all changed" in text_of(client_for(cast.owner).get(page(cast)))


def test_another_team_s_secret_is_not_there(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    left(cast, 1, now)
    secret = SecretToRotate.objects.all()[0]
    foreign = reverse("departure_secret_done", args=[cast.other_team.pk, secret.pk])
    assert client_for(cast.outsider).post(foreign).status_code == 404
    assert client_for(cast.outsider).post(tick(cast, secret)).status_code == 404


def test_pages_follow_each_other_and_cost_the_same(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page(cast)).status_code == 200
        return len(caught)

    left(cast, 10, now)
    few = queries()
    left(cast, 10, now + timedelta(days=1))
    assert queries() == few
    left(cast, PAGE_SIZE, now + timedelta(days=2))
    first = client.get(page(cast))
    rest = client.get(page(cast), {"before": str(first.context["following"])})
    shown = [one.departure.pk for one in (*first.context["left"], *rest.context["left"])]
    assert len(shown) == len(set(shown)) == PAGE_SIZE + 20
    assert rest.context["following"] is None


def test_without_departures_the_page_says_so(cast: Cast, client_for: ClientFor) -> None:
    assert "Nobody has left this team." in text_of(client_for(cast.owner).get(page(cast)))
