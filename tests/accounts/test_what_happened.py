"""What happened in a team, as its owner reads it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.audit import Happened, note
from accounts.models import AuditEntry, Departure, Membership, Team, User
from accounts.what_happened import Narrowing, Place, log_of, own_entries, page_of
from tests.accounts.conftest import ClientFor, queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory


@pytest.fixture
def read(cast: Cast, client_for: ClientFor) -> Callable[..., str]:
    """The page as Eva gets it."""

    def get(**query: Any) -> str:
        answer = client_for(cast.owner).get(reverse("what_happened", args=[cast.team.pk]), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def joined(cast: Cast, now: datetime) -> datetime:
    """When everybody in the team joined, long before all that is written down here."""
    Membership.objects.update(created_at=now - timedelta(days=100))
    return now - timedelta(days=100)


def signed_in(person: User, at: datetime, ip: str = "192.0.2.7") -> None:
    note(Happened.SIGNED_IN, now=at, actor=person, ip=ip, method="password")


def shown(person: User, team: Team, at: datetime, name: str = "Shop") -> None:
    note(Happened.SECRET_SHOWN, now=at, actor=person, team=team, resource=name, part="password")


def sentences(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<span[^>]*>.*?</span> )?(.*?)</th>', page)


def test_the_newest_comes_first_with_who_what_when_and_where(
    cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]
) -> None:
    signed_in(cast.assistant, now - timedelta(hours=2))
    shown(cast.assistant, cast.team, now - timedelta(hours=1))
    page = read()
    assert sentences(page) == ["Sam Smit looked at the password of “Shop”", "Sam Smit logged in with a password"]
    assert "192.0.2.7" in page


def test_nothing_of_another_team_or_of_strangers_is_shown(
    cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]
) -> None:
    shown(cast.assistant, cast.other_team, now)
    shown(cast.outsider, cast.other_team, now)
    signed_in(cast.outsider, now)
    note(Happened.ROLE_CHANGED, now=now, actor=cast.outsider, team=cast.other_team, about=cast.assistant, role="guest")
    assert sentences(read()) == []
    assert sentences(read(person=cast.assistant.pk)) == []


def test_the_own_account_of_a_member_counts_from_the_day_they_joined_until_they_leave(
    cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]
) -> None:
    signed_in(cast.assistant, joined - timedelta(minutes=1))
    assert sentences(read()) == []
    signed_in(cast.assistant, joined + timedelta(minutes=1))
    assert len(sentences(read())) == 1
    Membership.objects.filter(user=cast.assistant).delete()
    assert sentences(read()) == []


def test_what_somebody_did_in_the_team_stays_in_sight_after_they_left(
    cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]
) -> None:
    shown(cast.assistant, cast.team, now)
    Membership.objects.filter(user=cast.assistant).delete()
    Departure.objects.create(team=cast.team, person=cast.assistant, role="assistant", ended_by=cast.owner, at=now)
    assert len(sentences(read())) == 1
    assert len(sentences(read(person=cast.assistant.pk))) == 1


def test_it_is_narrowed_to_a_person(cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]) -> None:
    signed_in(cast.assistant, now)
    signed_in(cast.entrepreneur, now)
    shown(cast.assistant, cast.team, now)
    note(Happened.ROLE_CHANGED, now=now, actor=cast.owner, team=cast.team, about=cast.assistant, role="guest")
    note(Happened.SIGN_IN_FAILED, now=now, actor=None, about=cast.assistant)
    found = sentences(read(person=cast.assistant.pk))
    assert len(found) == 4
    assert all("Sam Smit" in sentence for sentence in found)


def test_it_is_narrowed_to_a_kind(cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]) -> None:
    signed_in(cast.assistant, now)
    shown(cast.assistant, cast.team, now)
    assert sentences(read(topic="sign-ins")) == ["Sam Smit logged in with a password"]
    assert "Nothing of this kind has happened." in read(topic="exports")


@pytest.mark.parametrize("query", [{"person": "outsider"}, {"person": "x"}, {"topic": "everything"}])
def test_what_is_not_offered_is_not_found(cast: Cast, client_for: ClientFor, query: dict[str, str]) -> None:
    sent = {"person": str(cast.outsider.pk)} if query.get("person") == "outsider" else query
    answer = client_for(cast.owner).get(reverse("what_happened", args=[cast.team.pk]), sent)
    assert answer.status_code == 404


def test_an_altered_place_is_the_first_page(
    cast: Cast, now: datetime, joined: datetime, read: Callable[..., str]
) -> None:
    signed_in(cast.assistant, now)
    for place in ("x", "_", f"{now.isoformat()}_x", "2026-11-23_3", f"{now.isoformat()}_²"):
        assert len(sentences(read(before=place))) == 1


def test_pages_follow_each_other_without_gaps_also_within_one_moment(
    cast: Cast, now: datetime, joined: datetime
) -> None:
    for number in range(30):
        shown(cast.assistant, cast.team, now - timedelta(hours=number // 7), name=f"r{number}")
        signed_in(cast.assistant, now - timedelta(hours=number // 7))
    log, place, seen = log_of(cast.team), None, []
    for _page in range(20):
        lines, place = page_of(log, Narrowing(), place, size=7)
        seen += [(line.at, line.sentence) for line in lines]
        assert place is None or Place.parse(str(place)) == place
        if place is None:
            break
    assert len(seen) == AuditEntry.objects.count() == 60
    assert [at for at, _sentence in seen] == sorted((at for at, _sentence in seen), reverse=True)


def test_a_page_takes_as_many_queries_for_more_members_and_entries(
    cast: Cast, now: datetime, joined: datetime, client_for: ClientFor
) -> None:
    client, path = client_for(cast.owner), reverse("what_happened", args=[cast.team.pk])

    def more() -> None:
        for _count in range(20):
            person = UserFactory.create()
            MembershipFactory.create(team=cast.team, user=person, created_at=joined)
            signed_in(person, now)
            shown(person, cast.team, now)

    more()
    client.get(path)  # the first request of a session also writes down that it is there
    few = queries_of(lambda: client.get(path))
    more()
    assert queries_of(lambda: client.get(path)) == few


@pytest.mark.parametrize("narrowed", [False, True])
def test_each_part_is_an_index_scan(cast: Cast, now: datetime, joined: datetime, narrowed: bool) -> None:
    """With many entries: none of its statements walks through the table, or sorts more than it shows."""
    many = [
        AuditEntry(kind="signed-in", actor=cast.outsider, about=cast.outsider, at=now - timedelta(seconds=number))
        for number in range(3000)
    ]
    AuditEntry.objects.bulk_create(many)
    signed_in(cast.assistant, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_auditentry")
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "accounts_auditentry" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    narrowing = Narrowing(person=cast.assistant.pk) if narrowed else Narrowing()
    log = log_of(cast.team)
    with connection.execute_wrapper(keep):
        page_of(log, narrowing, Place(now + timedelta(days=1), 10**9))
    [(sql, params)] = asked
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}", params)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "SCAN accounts_auditentry" not in plan
    assert "audit_" in plan


def test_each_person_reads_of_their_own_account_only(cast: Cast, now: datetime) -> None:
    signed_in(cast.assistant, now)
    signed_in(cast.owner, now)
    shown(cast.assistant, cast.team, now)
    note(Happened.SIGN_IN_FAILED, now=now, actor=None, about=cast.assistant, ip="192.0.2.9")
    lines = own_entries(cast.assistant)
    assert [line.sentence for line in lines] == [
        "Somebody tried to log in as Sam Smit, with a wrong password",
        "Sam Smit logged in with a password",
    ]
    assert [line.alarming for line in lines] == [True, False]


def test_a_team_without_entries_says_so(read: Callable[..., str]) -> None:
    assert "From now on you read here who logs in" in read()
