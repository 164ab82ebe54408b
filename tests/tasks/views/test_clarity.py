"""The clarity check: what is missing and what is vague, as one types. It writes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.views.conftest import ClientFor, text_of

CLARITY = reverse("clarity")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Say when it has succeeded: at least one success criterion.", "It is clear what you get back."]),
        ("nl", ["“snel”"]),
    ],
)
def test_it_speaks_the_language_of_who_writes(
    language: str, expected: list[str], cast: Cast, client_for: ClientFor
) -> None:
    cast.owner.language = language
    cast.owner.save()
    page = text_of(client_for(cast.owner).post(CLARITY, {"level": "propose", "deliverable": "Een lijst, snel"}))
    assert all(text in page for text in expected)
    assert ("Say when" in page) == (language == "en")


def test_it_writes_nothing(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    with CaptureQueriesContext(connection) as queries:
        client.post(CLARITY, {"title": "x", "level": "just_do_it", "deliverable": "y", "do": "delegate"})
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"level": "boss"},
        {"level": "propose", "deliverable": "p" * 2_000_000},
        {"level": "within_limits", "money_limit": "9" * 5_000, "deadline_date": "9999-12-31"},
        {"level": "research", "purpose_open": "on", "title": "\x00"},
        {"deliverable": "<script>alert(1)</script> nice"},
    ],
)
def test_whatever_is_typed_it_has_an_answer(sent: dict[str, str], cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(CLARITY, sent)
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_an_open_purpose_is_allowed_with_a_warning(cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.owner).post(CLARITY, {"level": "research", "purpose_open": "on"}))
    assert "The findings will be poorer for it." in page
    assert "Say what the findings will be used for" not in page
