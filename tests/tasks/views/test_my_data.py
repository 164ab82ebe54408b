"""My data: asking for an export, how far it is, fetching it; and for whom it is not."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEntry, Membership, Role
from tasks.actions.exporting import ask_for_export
from tasks.models import DataExport, ExportState
from tasks.sweeps import make_exports
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.views.conftest import ClientFor, text_of

PAGE = reverse("profile_data")
ASK = reverse("profile_export_ask")


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def ready(cast: Cast, **values: Any) -> DataExport:
    export = ask_for_export(person=cast.owner, now=timezone.now(), **values)
    make_exports(now=timezone.now())
    export.refresh_from_db()
    return export


def test_asking_shows_how_far_it_is_and_then_the_download(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    asked = client.post(ASK, {"team": cast.team.pk}, follow=True)
    assert "It is being put together" in text_of(asked)
    assert 'hx-trigger="every 3s"' in text_of(asked), "the part asks for itself again"
    assert "waits for its turn" in text_of(asked)
    make_exports(now=timezone.now())
    page = text_of(client.get(PAGE))
    export = DataExport.objects.get()
    assert reverse("profile_export", args=[export.pk]) in page
    assert "every 3s" not in page


def test_the_download_is_a_zip_that_is_kept_nowhere_and_written_down(cast: Cast, client_for: ClientFor) -> None:
    export = ready(cast, team=cast.team)
    response = client_for(cast.owner).get(reverse("profile_export", args=[export.pk]))
    content = b"".join(response)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="handover-data-evas-events-')
    entry = AuditEntry.objects.get(kind="export-downloaded")
    assert (entry.actor, entry.team, entry.data) == (cast.owner, cast.team, {"what": "team"})


def test_an_export_is_for_nobody_else(cast: Cast, client_for: ClientFor) -> None:
    export = ready(cast, team=cast.team)
    path = reverse("profile_export", args=[export.pk])
    for person in (cast.entrepreneur, cast.assistant, cast.outsider):
        assert client_for(person).get(path).status_code == 404
        assert path not in text_of(client_for(person).get(PAGE))


def test_who_gave_the_team_away_can_no_longer_fetch_it(cast: Cast, client_for: ClientFor) -> None:
    export = ready(cast, team=cast.team)
    Membership.objects.filter(user=cast.owner).update(role=Role.ENTREPRENEUR)
    assert client_for(cast.owner).get(reverse("profile_export", args=[export.pk])).status_code == 404
    assert str(export.pk) not in text_of(client_for(cast.owner).get(PAGE))


@pytest.mark.parametrize("values", [{"expires_at": timezone.now() - timedelta(days=1)}, {"state": ExportState.GONE}])
def test_what_is_no_longer_there_says_so(values: dict[str, Any], cast: Cast, client_for: ClientFor) -> None:
    export = ready(cast)
    DataExport.objects.filter(pk=export.pk).update(**values)
    response = client_for(cast.owner).get(reverse("profile_export", args=[export.pk]))
    assert response.status_code == 409
    assert "no longer there" in text_of(response)
    assert not AuditEntry.objects.filter(kind="export-downloaded").exists()


def test_asking_twice_is_answered_in_words(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    client.post(ASK)
    again = client.post(ASK)
    assert again.status_code == 409
    assert "One is being made already" in text_of(again)


@pytest.mark.parametrize("team", ["nonsense", "0" * 32])
def test_a_team_that_is_not_theirs_is_not_found(team: str, cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).post(ASK, {"team": team}).status_code == 404
    assert client_for(cast.owner).post(ASK, {"team": cast.other_team.pk}).status_code == 404
    assert client_for(cast.assistant).post(ASK, {"team": cast.team.pk}).status_code == 403
    assert not DataExport.objects.exists()


def test_who_logged_in_long_ago_is_asked_again(cast: Cast, client_for: ClientFor) -> None:
    export = ready(cast)
    client = client_for(cast.owner)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    for response in (client.post(ASK), client.get(reverse("profile_export", args=[export.pk]))):
        assert response.status_code == 302
        assert "reauthenticate" in response["Location"]


def test_the_page_makes_as_many_queries_for_many_exports_as_for_few(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    counts = []
    for number in (2, 4):
        for _each in range(number):
            DataExport.objects.create(
                person=cast.owner, team=cast.team, state=ExportState.GONE, asked_at=timezone.now()
            )
        counts.append(queries_of(lambda: client.get(PAGE)))
    assert counts[0] == counts[1]
