"""The inbox: what it shows, in what order, page after page."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Message
from tests.accounts.conftest import ClientFor, queries_of
from tests.conftest import Cast
from tests.factories import MessageFactory


def tell_many(cast: Cast, now: datetime, number: int, **fields: object) -> None:
    for place in range(number):
        MessageFactory.create(
            recipient=cast.owner,
            created_at=now - timedelta(minutes=place // 2),  # two in each minute: a tie that a page must survive
            params={"person": f"Nr{place:03}", "team": "T"},
            **fields,
        )


def pages(client: Client) -> Iterator[str]:
    url: str | None = reverse("inbox")
    while url:
        page = client.get(url).content.decode()
        yield page
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = older[1] if older else None


def test_pages_of_25_show_each_message_once(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    tell_many(cast, now, 60)
    shown = [re.findall(r"(Nr\d+) has joined", page) for page in pages(client_for(cast.owner))]
    assert [len(names) for names in shown] == [25, 25, 10]
    assert sorted(chain.from_iterable(shown)) == [f"Nr{place:03}" for place in range(60)]


def test_what_must_be_done_stands_apart_until_it_is_read(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    tell_many(cast, now, 1)
    MessageFactory.create(recipient=cast.owner, must_do=True, created_at=now - timedelta(days=1))
    client = client_for(cast.owner)
    page = client.get(reverse("inbox")).content.decode()
    assert page.index("Waits on you") < page.index("Sam has joined") < page.index("Good to know") < page.index("Nr000")
    Message.objects.filter(must_do=True).update(read_at=now)
    page = client.get(reverse("inbox")).content.decode()
    assert "Waits on you" not in page
    assert page.index("Nr000") < page.index("Sam has joined")


def test_nobody_reads_what_someone_else_was_told(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    tell_many(cast, now, 3)
    page = client_for(cast.outsider).get(reverse("inbox")).content.decode()
    assert "has joined" not in page
    assert "Nothing yet." in page


@pytest.mark.parametrize(
    "before",
    [
        "x",
        "_",
        "2026-01-01T00:00:00_x",
        "2026-13-45T00:00:00+00:00_" + "0" * 32,
        "9999-12-31T23:59:59-14:00_" + "0" * 32,
        "\x00",
    ],
)
def test_an_altered_place_is_the_first_page(cast: Cast, client_for: ClientFor, now: datetime, before: str) -> None:
    tell_many(cast, now, 1)
    assert "Nr000" in client_for(cast.owner).get(reverse("inbox"), {"before": before}).content.decode()


def test_what_people_typed_is_shown_as_text(cast: Cast, client_for: ClientFor) -> None:
    MessageFactory.create(recipient=cast.owner, params={"person": "<script>alert(1)</script>", "team": "O'Brien"})
    page = client_for(cast.owner).get(reverse("inbox")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; has joined O&#x27;Brien" in page


def test_one_broken_message_does_not_take_the_others_along(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    tell_many(cast, now, 1)
    MessageFactory.create(recipient=cast.owner, template="gone")
    page = client_for(cast.owner).get(reverse("inbox")).content.decode()
    assert "can no longer be shown" in page
    assert "Nr000" in page


def test_it_says_when_mail_goes_to_files(cast: Cast, client_for: ClientFor, settings: Settings) -> None:
    client = client_for(cast.owner)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "var/mail/" in client.get(reverse("inbox")).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "var/mail/" not in client.get(reverse("inbox")).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_inbox(
    cast: Cast, client_for: ClientFor, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(cast.owner)
    tell_many(cast, now, 12)
    tell_many(cast, now, 12, must_do=True)
    before = queries_of(lambda: client.get(reverse("inbox")))
    tell_many(cast, now, 12)
    tell_many(cast, now, 12, must_do=True)
    with django_assert_num_queries(before):
        client.get(reverse("inbox"))
