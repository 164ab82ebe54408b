"""What happened as a table to take along."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit import Happened, note
from accounts.models import AuditEntry, Membership
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def joined(cast: Cast, now: datetime) -> None:
    Membership.objects.update(created_at=now - timedelta(days=9))


def rows(cast: Cast, client: Client, query: str = "") -> list[list[str]]:
    path = reverse("what_happened_download", args=[cast.team.pk]) + query
    answer = client.post(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_it_holds_every_line_and_that_it_was_taken_along(cast: Cast, now: datetime, client_for: ClientFor) -> None:
    for minute in range(60):
        note(Happened.SIGNED_IN, now=now + timedelta(minutes=minute), actor=cast.assistant, ip="192.0.2.7", method="x")
    found = rows(cast, client_for(cast.owner))
    assert found[0] == ["Day", "Time", "Who", "What happened", "Network address of the device"]
    assert len(found) == 1 + 60 + 1
    assert ["2026-11-23", "10:59:00", "Sam Smit", "Sam Smit logged in ", "192.0.2.7"] in found
    entry = AuditEntry.objects.get(kind="export-asked")
    assert (entry.actor, entry.team, entry.data) == (cast.owner, cast.team, {"what": "what-happened"})


def test_it_is_narrowed_as_the_page_was(cast: Cast, now: datetime, client_for: ClientFor) -> None:
    note(Happened.SIGNED_IN, now=now, actor=cast.assistant, method="password")
    note(Happened.JOINED, now=now, actor=cast.guest, team=cast.team, role="guest")
    client = client_for(cast.owner)
    assert [row[3] for row in rows(cast, client, "?topic=people")[1:]] == [
        "Gus Groot joined the team as guest assistant"
    ]
    assert [row[2] for row in rows(cast, client, f"?person={cast.assistant.pk}")[1:]] == ["Sam Smit"]


def test_a_spreadsheet_runs_nothing_of_it(cast: Cast, now: datetime, client_for: ClientFor) -> None:
    cast.assistant.name = "=cmd()"
    cast.assistant.save(update_fields=["name"])
    note(Happened.RESOURCE_ADDED, now=now, actor=cast.assistant, team=cast.team, resource="x")
    [row] = [row for row in rows(cast, client_for(cast.owner)) if "resources" in row[3]]
    assert row[2] == "'=cmd()"
    assert row[3].startswith("'=")


def test_it_asks_who_one_is_after_a_while(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    answer = client.post(reverse("what_happened_download", args=[cast.team.pk]))
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer.headers["Location"]
    assert not AuditEntry.objects.filter(kind="export-asked").exists()


@pytest.mark.parametrize(
    ("who", "status"), [("entrepreneur", 403), ("assistant", 403), ("guest", 403), ("outsider", 404)]
)
def test_only_the_owner_gets_it(cast: Cast, client_for: ClientFor, who: str, status: int) -> None:
    answer = client_for(getattr(cast, who)).post(reverse("what_happened_download", args=[cast.team.pk]))
    assert answer.status_code == status
    assert not AuditEntry.objects.filter(kind="export-asked").exists()
