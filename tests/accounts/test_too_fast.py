"""Trying over and over: slowed per account and per address, and nobody is kept out for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from allauth.core.internal import ratelimit
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from django.utils import timezone, translation
from pytest_django import Settings

from accounts import cleaning, too_fast
from accounts.adapter import AccountAdapter
from accounts.models import AuditEntry, OutgoingMail, User
from tests.accounts.logging_in import PASSWORD, able_to_log_in, code_now, log_in, with_app
from tests.conftest import Cast
from tests.house.addresses import names

ClientFor = Callable[[User], Client]
Say = Callable[[str], None]


class Clock:
    """The clock by which attempts are counted."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still until it is moved."""
    clock = Clock()
    fake = SimpleNamespace(time=clock.time, monotonic=ratelimit.time.monotonic, sleep=ratelimit.time.sleep)
    monkeypatch.setattr(ratelimit, "time", fake)
    monkeypatch.setattr(too_fast, "time", fake)
    return clock


@pytest.fixture
def eva(cast: Cast) -> User:
    return able_to_log_in(cast.owner)


def addresses() -> Iterator[str]:
    """As many as somebody with a network of hired machines has."""
    for number in range(256 * 256):
        yield f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"


def guess(user: User, address: str, client: Client | None = None) -> str:
    """A wrong password; what the page says."""
    answer = log_in(client or Client(), user, password="wrong", REMOTE_ADDR=address)
    return str(answer.content.decode()) if answer.status_code == 200 else str(answer.status_code)


@pytest.mark.django_db
def test_who_asks_for_a_new_password_too_often_is_told_when_to_try_again(client: Client) -> None:
    address, form = reverse("account_reset_password"), {"email": "hasty@example.com"}
    tries = [client.post(address, form) for _ in range(11)]
    assert [answer.status_code for answer in tries] == [302] * 10 + [429]
    assert "That went too fast" in tries[-1].content.decode()
    assert "Try again in 60 seconds" in tries[-1].content.decode()
    assert 55 <= int(tries[-1].headers["Retry-After"]) <= 60


def test_who_keeps_asking_for_somebody_elses_new_password_does_not_keep_them_from_it(eva: User, clock: Clock) -> None:
    machines, form = addresses(), {"email": eva.email}
    with time_machine.travel("2026-11-23 09:01Z", tick=False):
        for _ in range(40):
            answer = Client().post(reverse("account_reset_password"), form, REMOTE_ADDR=next(machines))
            assert answer.status_code == 302
        assert OutgoingMail.objects.filter(to_address=eva.email).count() == 1
    with time_machine.travel("2026-11-23 09:06Z", tick=False):
        Client().post(reverse("account_reset_password"), form, REMOTE_ADDR=next(machines))
        assert OutgoingMail.objects.filter(to_address=eva.email).count() == 2


def test_one_address_is_slowed_whatever_the_account(cast: Cast, clock: Clock) -> None:
    people = [User(email=f"nobody{number}@example.com") for number in range(20)]
    said = [guess(person, "203.0.113.7") for person in people]
    assert ["Too many attempts" in words for words in said] == [False] * 10 + [True] * 10
    clock.now += 61
    assert "Too many attempts" not in guess(people[0], "203.0.113.7")


def test_a_network_of_ipv6_counts_as_one_address(cast: Cast, clock: Clock) -> None:
    said = [guess(User(email=f"nobody{number}@example.com"), f"2001:db8:1:2::{number:x}") for number in range(12)]
    assert ["Too many attempts" in words for words in said] == [False] * 10 + [True] * 2
    assert "Too many attempts" not in guess(User(email="x@example.com"), "2001:db8:1:3::1"), "a neighbour"


def test_an_account_is_slowed_from_however_many_addresses(eva: User, clock: Clock, say: Say) -> None:
    """Two hundred guesses in an hour, each from another address: twenty are looked at."""
    said, machines = [], addresses()
    for _ in range(200):
        said.append(guess(eva, next(machines)))
        clock.now += 18
    looked_at = sum("don&#x27;t go together" in words for words in said)
    say(f"200 guesses from 200 addresses in an hour: {looked_at} were looked at, so {looked_at * 24} in a whole day")
    assert looked_at == 20
    assert sum("Try again in" in words for words in said) == 180
    # The failures are noted for the owner to see, and don't fill the log.
    assert AuditEntry.objects.filter(kind="sign-in-failed", about=eva).count() <= looked_at


def test_the_owner_gets_in_where_they_were_before_whatever_others_try(eva: User, clock: Clock) -> None:
    own, machines = Client(), addresses()
    log_in(own, eva, REMOTE_ADDR="203.0.113.9")
    own.post(reverse("account_logout"))
    for _ in range(8):
        guess(eva, next(machines))
    assert "Too many attempts" in str(log_in(Client(), eva, REMOTE_ADDR=next(machines)).content)
    assert log_in(own, eva, REMOTE_ADDR="203.0.113.9").status_code == 302
    own.post(reverse("account_logout"))
    own.cookies["handover_known"] = own.cookies["handover_known"].value[:-2] + "xx"
    assert log_in(own, eva, REMOTE_ADDR="203.0.113.9").status_code == 200, "a cookie made by hand"


def test_a_device_that_was_here_before_can_not_guess_on_either(eva: User, clock: Clock) -> None:
    own = Client()
    log_in(own, eva)
    own.post(reverse("account_logout"))
    said = [guess(eva, f"203.0.113.{number}", own) for number in range(8)]
    assert ["Too many attempts" in words for words in said] == [False] * 5 + [True] * 3


def test_on_a_new_device_the_owner_gets_in_after_a_while(eva: User, clock: Clock) -> None:
    machines = addresses()
    for _ in range(10):
        guess(eva, next(machines))
    clock.now += 301
    assert log_in(Client(), eva, REMOTE_ADDR=next(machines)).status_code == 302


def test_or_at_once_with_a_new_password_by_mail(eva: User, clock: Clock) -> None:
    machines, own = addresses(), Client()
    for _ in range(10):
        guess(eva, next(machines))
    own.post(reverse("account_reset_password"), {"email": eva.email})
    link = next(word for word in OutgoingMail.objects.latest("created_at").text.split() if "/reset/key/" in word)
    chooses = own.get(link.removeprefix("http://testserver")).headers["Location"]
    own.post(chooses, {"password1": "another horse battery"})
    for _ in range(10):
        guess(eva, next(machines))
    assert log_in(own, eva, password="another horse battery").status_code == 302, "known by the mail"


def test_codes_of_the_second_step_are_guessed_as_slowly(eva: User, clock: Clock) -> None:
    with_app(eva)
    client, step = Client(), reverse("mfa_authenticate")
    log_in(client, eva)
    said = [client.post(step, {"code": f"{number:06}"}).content.decode() for number in range(8)]
    assert ["Too many attempts" in words for words in said] == [False] * 5 + [True] * 3
    clock.now += 301
    assert client.post(step, {"code": code_now()}).status_code == 302


def test_an_address_that_is_unknown_is_slowed_alike(eva: User, clock: Clock) -> None:
    """So that being slowed is no hint either."""
    machines = addresses()
    known = [guess(eva, next(machines)).replace(eva.email, "") for _ in range(8)]
    stranger = User(email="nobody@example.com")
    unknown = [guess(stranger, next(machines)).replace(stranger.email, "") for _ in range(8)]
    assert [_bare(page) for page in known] == [_bare(page) for page in unknown]


def _bare(page: str) -> str:
    return "".join(part for part in page.split('"') if len(part) != 64)


def test_invitations_are_sent_at_a_bearable_pace(cast: Cast, client_for: ClientFor) -> None:
    client, where = client_for(cast.owner), reverse("invite", args=[cast.team.pk])
    sent = [client.post(where, {"email": f"x{number}@example.com", "role": "guest"}) for number in range(21)]
    assert [answer.status_code for answer in sent] == [302] * 20 + [429]
    assert "Try again in" in sent[-1].content.decode()
    assert client_for(cast.entrepreneur).post(where, {"email": "y@example.com", "role": "guest"}).status_code == 302


@pytest.mark.parametrize("name", ["invitation", "answer_link"])
def test_links_are_tried_at_a_bearable_pace(name: str, client: Client, db: None, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "open_link": "3/m/ip"}
    tries = [client.get(reverse(name, args=[f"made-up:{number}"])) for number in range(4)]
    assert [answer.status_code for answer in tries[-2:]] == [tries[0].status_code, 429]


def test_exports_are_asked_at_a_bearable_pace(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    asked = [client.post(reverse("profile_export_ask")).status_code for _ in range(6)]
    assert asked[-1] == 429
    assert 429 not in asked[:-1]


def test_each_limit_is_for_an_address_that_exists_and_each_address_has_a_number() -> None:
    known = set(names(get_resolver().url_patterns))
    assert set(django_settings.RATE_LIMITED) <= known
    assert set(too_fast.COUNTED) <= known
    actions = {action for action, _looking in django_settings.RATE_LIMITED.values()}
    assert actions <= set(django_settings.ACCOUNT_RATE_LIMITS)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second"), (59, "59 seconds"), (91, "2 minutes"), (300, "5 minutes"), (5401, "2 hours")],
)
def test_when_in_words(seconds: int, words: str) -> None:
    with translation.override("en"):
        assert too_fast.in_words(seconds) == words


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "1.1.1.1", "9.9.9.9"),  # nobody before us: what a visitor says of themselves is not believed
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),  # the visitor wrote the first one
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "9.9.9.9"),  # it did not come through both
        (1, "", "9.9.9.9"),
    ],
)
def test_the_address_is_the_one_that_a_trusted_proxy_saw(
    proxies: int, forwarded: str, found: str, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", headers=headers)
    assert AccountAdapter(request).get_client_ip(request) == found


def test_attempts_are_counted_where_all_processes_see_them_and_names_say_nothing(eva: User) -> None:
    assert isinstance(caches["default"], DatabaseCache)
    guess(eva, "203.0.113.7")
    cache.set("a-name", "x", 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM handover_cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert len(keys) > 2
    assert all(len(key) == 64 for key in keys)


def test_what_has_run_out_is_removed(eva: User) -> None:
    guess(eva, "203.0.113.7")
    assert cleaning.remove_old(now=timezone.now()) == 0
    assert cleaning.remove_old(now=timezone.now() + timedelta(hours=2)) >= 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM handover_cache")
        assert cursor.fetchone() == (0,)


def test_the_right_password_opens_at_once(client: Client, eva: User) -> None:
    assert log_in(client, eva, password=PASSWORD).status_code == 302
