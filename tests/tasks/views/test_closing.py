"""The pages on which an account or a team is deleted, and what is kept for the books."""

import csv
import io
from datetime import datetime, timedelta
from functools import partial

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Team, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.closing import ask_to_delete_team, delete_account
from tasks.actions.handing_over import stop
from tasks.models import MoneyRecord, TimeEntry
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of

ACCOUNT = reverse("profile_delete")


def worked(cast: Cast, now: datetime, minutes: int = 90, note: str = "") -> TimeEntry:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    entry = TimeEntry.objects.create(
        task=task, user=cast.assistant, minutes=minutes, day=now.date(), created_at=now, note=note
    )
    stop(task_id=task.pk, by=cast.owner, now=now)
    return entry


# --- the account --------------------------------------------------------------------------------------------------


def test_what_is_open_is_listed_with_the_way_to_it(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    page = text_of(client_for(cast.assistant).get(ACCOUNT))
    assert task.get_absolute_url() in page
    assert "/leaving/" in page
    assert 'name="typed"' not in page
    page = text_of(client_for(cast.owner).get(ACCOUNT))
    assert reverse("team_owner", args=[cast.team.pk]) in page
    assert reverse("team_delete", args=[cast.team.pk]) in page


def test_without_the_address_typed_over_nothing_happens(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    response = client.post(ACCOUNT, {"typed": "sam@example"})
    assert response.status_code == 422
    assert "That is not the same" in text_of(response)
    assert 'value="sam@example"' in text_of(response)
    assert not User.objects.get(pk=cast.assistant.pk).closed_at


def test_then_the_account_is_gone_and_nobody_gets_in_with_it(cast: Cast, client_for: ClientFor) -> None:
    client, other_device = client_for(cast.assistant), client_for(cast.assistant)
    response = client.post(ACCOUNT, {"typed": " SAM@example.com "}, follow=True)
    assert "Your account is deleted" in text_of(response)
    assert other_device.get(reverse("now")).status_code == 302
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": "sam@example.com", "password": PASSWORD})
    assert fresh.get(reverse("now")).status_code == 302


def test_open_work_that_came_meanwhile_is_said(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.assistant)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    response = client.post(ACCOUNT, {"typed": cast.assistant.email})
    assert response.status_code == 409
    assert task.title in text_of(response)


# --- the team -----------------------------------------------------------------------------------------------------


def test_the_name_is_typed_over_and_everybody_sees_it_coming(cast: Cast, client_for: ClientFor) -> None:
    client, path = client_for(cast.owner), reverse("team_delete", args=[cast.team.pk])
    assert client.post(path, {"typed": "Eva"}).status_code == 422
    response = client.post(path, {"typed": cast.team.name}, follow=True)
    assert "The team will be deleted" in text_of(response)
    for person in (cast.owner, cast.entrepreneur, cast.assistant, cast.guest):
        assert "is going to be deleted" in text_of(client_for(person).get(reverse("now")))
    assert "is going to be deleted" not in text_of(client_for(cast.outsider).get(reverse("now")))


def test_the_owner_calls_it_off_there(cast: Cast, client_for: ClientFor) -> None:
    ask_to_delete_team(team=cast.team, by=cast.owner, now=timezone.now())
    client, path = client_for(cast.owner), reverse("team_delete_call_off", args=[cast.team.pk])
    assert "Called off" in text_of(client.post(path, follow=True))
    assert Team.objects.get(pk=cast.team.pk).delete_at is None
    assert client.post(path).status_code == 409
    assert "is going to be deleted" not in text_of(client.get(reverse("now")))


def test_nobody_new_is_invited_meanwhile(cast: Cast, client_for: ClientFor) -> None:
    ask_to_delete_team(team=cast.team, by=cast.owner, now=timezone.now())
    path = reverse("invite", args=[cast.team.pk])
    response = client_for(cast.owner).post(path, {"email": "new@example.com", "role": "assistant"})
    assert "is going to be deleted" in text_of(response)


def test_the_banner_costs_no_query(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    before = queries_of(lambda: client.get(reverse("now")))
    ask_to_delete_team(team=cast.team, by=cast.owner, now=timezone.now())
    assert queries_of(lambda: client.get(reverse("now"))) == before


# --- what is kept -------------------------------------------------------------------------------------------------


def test_the_timesheet_of_somebody_who_left_still_has_their_name(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    worked(cast, now)
    delete_account(person=cast.assistant, now=now)
    client = client_for(cast.owner)
    path = reverse("timesheet", args=[cast.team.pk, cast.assistant.pk, now.date().replace(day=1)])
    assert "Sam Smit" in text_of(client.get(path))
    listed = text_of(client.get(reverse("timesheets"), {"until": f"{now:%Y-%m}"}))
    assert "Sam Smit" in listed
    assert reverse("money_records", args=[cast.team.pk]) in listed
    MoneyRecord.objects.all().delete()
    assert "Somebody who left" in text_of(client.get(path))


def test_the_owner_reads_what_is_kept_and_takes_it_along(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    worked(cast, now, note="=SUM(A1)")
    delete_account(person=cast.assistant, now=now)
    client = client_for(cast.owner)
    page = text_of(client.get(reverse("money_records", args=[cast.team.pk])))
    assert "Sam Smit" in page
    response = client.get(reverse("money_records_csv", args=[cast.team.pk]))
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert (row["Name"], row["E-mail address"], row["Minutes worked"]) == ("Sam Smit", "sam@example.com", "90")
    assert row["Note"] == "'=SUM(A1)"
    assert row["Kept until"] == "2033-12-31"
    entry = AuditEntry.objects.get(kind="export-downloaded")
    assert (entry.actor, entry.team, entry.ip, entry.data) == (
        cast.owner,
        cast.team,
        "127.0.0.1",
        {"what": "money-records"},
    )


def test_what_is_kept_comes_a_page_at_a_time(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    entry = worked(cast, now)
    TimeEntry.objects.bulk_create(
        TimeEntry(task=entry.task, user=cast.assistant, minutes=1, day=now.date() - timedelta(days=number % 3),
                  created_at=now)
        for number in range(119)
    )  # fmt: skip
    delete_account(person=cast.assistant, now=now)
    client, path = client_for(cast.owner), reverse("money_records", args=[cast.team.pk])
    seen, query, counts = [], "", set()
    for _page in range(3):
        counts.add(queries_of(partial(client.get, path + query)))
        page = client.get(path + query).context["page"]
        seen += [record.pk for record in page.records]
        query = f"?before={page.next}"
    assert len(seen) == len(set(seen)) == 120
    assert not page.next
    assert len(counts) == 1
