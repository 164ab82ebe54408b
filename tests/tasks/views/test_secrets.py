"""The addresses that give a secret away: by POST only, to who may, recorded, and kept nowhere."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, MailState, Message, OutgoingMail, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.secrets import reveal
from tasks.models import Event, Resource, Reveal, RevealWay, Secret, SecretPart, Task
from tasks.one_time_codes import code_at, normal_form
from tasks.secrets import ASKED_WHY, NO_LONGER, NOT_YET
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.secrets import KEY, PASSWORD, login_of
from tests.tasks.views.conftest import ClientFor, text_of

ADDRESSES = {"secret_show": PASSWORD, "secret_copy": PASSWORD, "secret_code": None}
JSON = {"Accept": "application/json"}


@pytest.fixture
def shop(cast: Cast, now: datetime) -> Resource:
    return login_of(cast, now, one_time_code=KEY)


@pytest.fixture
def task(cast: Cast, shop: Resource, now: datetime) -> Task:
    """Sam works on it, and needs the login."""
    return task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now, resources=[shop])


def press(client: Client, name: str, resource: Resource, headers: Any = None, **sent: str) -> Any:
    return client.post(reverse(name, args=[resource.pk]), sent, headers=headers)


@pytest.mark.parametrize("name", ADDRESSES)
def test_looking_at_the_address_gives_nothing(name: str, cast: Cast, client_for: ClientFor, shop: Resource) -> None:
    assert client_for(cast.owner).get(reverse(name, args=[shop.pk])).status_code == 405
    assert not Reveal.objects.exists()


def test_without_a_script_the_secret_has_a_page_that_goes_away_by_itself(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task
) -> None:
    answer = press(client_for(cast.assistant), "secret_show", shop, next=f"/tasks/{task.pk}/", task=str(task.pk))
    assert answer.status_code == 200
    assert text_of(answer).count(PASSWORD) == 1
    assert answer.headers["Refresh"] == f"30; url=/tasks/{task.pk}/"
    assert "no-store" in answer.headers["Cache-Control"]
    assert Reveal.objects.get().way == RevealWay.SHOWN
    assert Reveal.objects.get().task == task


def test_a_foreign_address_is_nothing_to_go_back_to(cast: Cast, client_for: ClientFor, shop: Resource) -> None:
    answer = press(client_for(cast.owner), "secret_show", shop, next="https://elsewhere.example.com/")
    assert answer.headers["Refresh"] == "30; url=/resources/"


@pytest.mark.parametrize(
    ("name", "sent", "way"),
    [
        ("secret_show", {"way": "copied"}, RevealWay.SHOWN),
        ("secret_copy", {}, RevealWay.COPIED),
        ("secret_code", {"way": "shown"}, RevealWay.SHOWN),
        ("secret_code", {"way": "copied"}, RevealWay.COPIED),
        ("secret_code", {"way": "stolen"}, RevealWay.SHOWN),
    ],
)
def test_a_script_gets_it_as_json_which_nothing_keeps(
    name: str, sent: dict[str, str], way: str, cast: Cast, client_for: ClientFor, shop: Resource, now: datetime
) -> None:
    answer = press(client_for(cast.owner), name, shop, headers=JSON, **sent)
    code, seconds = code_at(normal_form(KEY), now)
    expected = {"value": PASSWORD, "seconds": 30} if name != "secret_code" else {"value": code, "seconds": seconds}
    assert answer.json() == expected
    assert "no-store" in answer.headers["Cache-Control"]
    assert Reveal.objects.get().way == way


def test_without_a_script_there_is_no_copying_without_showing(
    cast: Cast, client_for: ClientFor, shop: Resource
) -> None:
    press(client_for(cast.owner), "secret_copy", shop)
    press(client_for(cast.owner), "secret_code", shop, way="copied")
    assert set(Reveal.objects.values_list("way", flat=True)) == {RevealWay.SHOWN}


def test_what_codes_are_made_from_is_given_to_nobody(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task
) -> None:
    for person in (cast.owner, cast.entrepreneur, cast.assistant):
        client = client_for(person)
        for headers in ({}, JSON):
            for name in ADDRESSES:
                assert KEY not in text_of(press(client, name, shop, headers=headers))


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    ("state", "found"),
    [
        (State.OFFERED, {"assistant": 409}),
        (State.IN_PROGRESS, {"assistant": 200}),
        (State.DELIVERED, {"assistant": 200}),
        (State.DONE, {"assistant": 409}),
        (State.STOPPED, {"assistant": 409}),
        (State.DRAFT, {"assistant": 404}),
    ],
)
def test_each_person_in_each_state(
    state: State, found: dict[str, int], name: str, cast: Cast, client_for: ClientFor, shop: Resource, now: datetime
) -> None:
    task_in(state, LevelKey.PROPOSE, cast, now, resources=[shop])
    expected = {"owner": 200, "entrepreneur": 200, "guest": 404, "outsider": 404, **found}
    answers = {person: press(client_for(getattr(cast, person)), name, shop) for person in expected}
    assert {person: answer.status_code for person, answer in answers.items()} == expected
    given = {person for person, status in expected.items() if status == 200}
    assert {row.person for row in Reveal.objects.all()} == {getattr(cast, person) for person in given}
    for person, answer in answers.items():
        assert (PASSWORD in text_of(answer)) == (person in given and name != "secret_code")


def test_a_guest_gets_what_is_lent_to_their_task(
    cast: Cast, client_for: ClientFor, shop: Resource, now: datetime
) -> None:
    task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now, resources=[shop], assistant=cast.guest)
    assert press(client_for(cast.guest), "secret_show", shop).status_code == 200
    assert press(client_for(cast.assistant), "secret_show", shop).status_code == 404


def test_whose_task_went_elsewhere_finds_nothing(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task, now: datetime
) -> None:
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert press(client_for(cast.assistant), "secret_show", shop).status_code == 404
    assert press(client_for(cast.guest), "secret_show", shop).status_code == 409


@pytest.mark.parametrize(("state", "why"), [(State.OFFERED, NOT_YET), (State.DONE, NO_LONGER)])
def test_why_nothing_is_given_is_told_in_words(
    state: State, why: str, cast: Cast, client_for: ClientFor, shop: Resource, now: datetime
) -> None:
    task_in(state, LevelKey.PROPOSE, cast, now, resources=[shop])
    client = client_for(cast.assistant)
    assert str(why) in text_of(press(client, "secret_show", shop))
    assert press(client, "secret_show", shop, headers=JSON).json() == {"error": str(why)}


def test_what_is_no_login_has_no_secret(cast: Cast, client_for: ClientFor, shop: Resource) -> None:
    Resource.objects.update(kind="note")
    assert press(client_for(cast.owner), "secret_show", shop).status_code == 404


# --- a reason, and a login that was long ago ------------------------------------------------------------------------


def test_a_reason_is_asked_first_and_what_was_typed_stays(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task
) -> None:
    Resource.objects.update(asks_reason=True)
    client = client_for(cast.assistant)
    asked = press(client, "secret_show", shop, next="/now/", task=str(task.pk))
    assert asked.status_code == 422
    assert str(ASKED_WHY) in text_of(asked)
    assert PASSWORD not in text_of(asked)
    assert press(client, "secret_show", shop, headers=JSON).json() == {"reason": str(ASKED_WHY)}
    long = "because " * 50
    assert long in text_of(press(client, "secret_show", shop, reason=long))
    assert not Reveal.objects.exists()
    assert PASSWORD in text_of(press(client, "secret_show", shop, reason="To order", next="/now/"))
    assert Reveal.objects.get().reason == "To order"


@pytest.mark.parametrize("name", ADDRESSES)
def test_with_a_login_of_long_ago_it_asks_again_and_leads_back(
    name: str, cast: Cast, client_for: ClientFor, shop: Resource, now: datetime
) -> None:
    client = client_for(cast.owner)
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        answer = press(client, name, shop, next=f"/resources/{shop.pk}/")
        script = press(client, name, shop, headers=JSON, next=f"/resources/{shop.pk}/")
    login = f"{reverse('account_reauthenticate')}?next="
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(login)
    assert PASSWORD not in text_of(answer)
    assert (script.status_code, script.json()) == (401, {"location": f"{login}%2Fresources%2F{shop.pk}%2F"})
    assert not Reveal.objects.exists()


def test_a_form_of_another_site_gets_nothing(cast: Cast, shop: Resource) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    assert press(client, "secret_show", shop).status_code == 403
    assert not Reveal.objects.exists()


# --- where it must not be -------------------------------------------------------------------------------------------


def test_it_is_in_no_page_before_it_is_asked_for_and_nowhere_else_afterwards(
    cast: Cast,
    client_for: ClientFor,
    shop: Resource,
    task: Task,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sealed = list(Secret.objects.values_list("sealed", flat=True))
    clients = [client_for(person) for person in (cast.owner, cast.assistant)]
    for client in clients:
        for name in ADDRESSES:
            press(client, name, shop)
            press(client, name, shop, headers=JSON)
    code = code_at(normal_form(KEY), Reveal.objects.latest("at").at)[0]
    pages = ["/now/", "/resources/", f"/tasks/{task.pk}/", f"/tasks/{task.pk}/edit/", "/tasks/"]
    pages += [f"/resources/{shop.pk}/", f"/resources/{shop.pk}/change/", "/tasks/new/", f"/resources/?q={PASSWORD[:7]}"]
    shown = "".join(text_of(client.get(page)) for client in clients for page in pages)
    kept = str([*Event.objects.values(), *AuditEntry.objects.values(), *Message.objects.values()])
    kept += str([*OutgoingMail.objects.values(), *Reveal.objects.values()])
    kept += str([session.get_decoded() for session in Session.objects.all()])
    for secret in (PASSWORD, KEY, code, *sealed):
        assert secret not in shown
        assert secret not in kept
        assert secret not in caplog.text
    assert MailState.QUEUED  # mails are among what was looked through


def test_the_card_shows_user_name_and_address_and_the_buttons(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task
) -> None:
    page = text_of(client_for(cast.assistant).get(f"/tasks/{task.pk}/"))
    assert ">eva<" in page
    assert 'href="https://shop.example.com"' in page
    for name in ADDRESSES:
        assert reverse(name, args=[shop.pk]) in page


def test_while_the_task_is_only_offered_the_card_says_when(
    cast: Cast, client_for: ClientFor, shop: Resource, now: datetime
) -> None:
    task = task_in(State.OFFERED, LevelKey.PROPOSE, cast, now, resources=[shop])
    page = text_of(client_for(cast.assistant).get(f"/tasks/{task.pk}/"))
    assert str(NOT_YET) in page
    assert reverse("secret_show", args=[shop.pk]) not in page
    assert reverse("secret_show", args=[shop.pk]) in text_of(client_for(cast.owner).get(f"/tasks/{task.pk}/"))


def test_a_form_with_a_mistake_keeps_what_was_typed_without_showing_it(
    cast: Cast, client_for: ClientFor, shop: Resource
) -> None:
    client = client_for(cast.owner)
    sent = {"kind": "login", "name": "", "password": "new-hunter-3", "one_time_code": KEY}
    for path in ("/resources/", f"/resources/{shop.pk}/change/"):
        answer = client.post(path, sent)
        assert answer.status_code == 422
        assert "new-hunter-3" not in text_of(answer)
        assert KEY not in text_of(answer)
        assert 'name="password_kept"' in text_of(answer)


# --- who saw it -----------------------------------------------------------------------------------------------------


def _seen(by: User, resource: Resource, count: int, now: datetime) -> None:
    for number in range(count):
        moment = now - timedelta(minutes=number)
        reveal(resource=resource, part=SecretPart.PASSWORD, way=RevealWay.COPIED, by=by, now=moment, reason="To order")


def test_who_hands_over_reads_who_saw_it_when_how_why_and_for_what(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task, now: datetime
) -> None:
    _seen(cast.assistant, shop, 1, now)
    page = text_of(client_for(cast.entrepreneur).get(reverse("resource", args=[shop.pk])))
    for words in ("Sam Smit", "copied the password", "“To order”", task.title):
        assert words in page


def test_a_page_of_it_takes_as_many_queries_however_often_it_was_seen(
    cast: Cast, client_for: ClientFor, shop: Resource, task: Task, now: datetime
) -> None:
    client, address = client_for(cast.owner), reverse("resource", args=[shop.pk])
    _seen(cast.assistant, shop, 30, now)
    few = queries_of(lambda: client.get(address))
    _seen(cast.assistant, shop, 30, now - timedelta(days=1))
    assert queries_of(lambda: client.get(address)) == few
    page = client.get(address)
    seen = [row.pk for row in page.context["seen"]]
    while page.context["older"]:
        page = client.get(address, {"before": str(page.context["older"])})
        seen += [row.pk for row in page.context["seen"]]
    assert len(seen) == len(set(seen)) == 60
