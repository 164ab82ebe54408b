"""Everybody reads their own language: by profile, else by browser; on pages, in messages and on errors."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.factories import EVERYWHERE, task_in

ClientFor = Callable[[User], Client]

PAGES = [
    *("now", "task_list", "task_new", "resources", "timesheets", "inbox", "team", "team_new", "profile"),
    "account_email",
]
OPEN_PAGES = ["account_login", "account_signup", "account_reset_password"]
LANGUAGE = re.compile(r'<html lang="(\w+)">')
SHORTEST = 12  # characters; shorter English texts are often Dutch words too


def speak(language: str, *people: User) -> None:
    for person in people:
        person.language = language
        person.save(update_fields=["language"])


@pytest.fixture(scope="session")
def english_only() -> set[str]:
    """Texts of the interface that read differently in Dutch."""
    path = Path(settings.BASE_DIR) / "locale/nl/LC_MESSAGES/django.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    singles = [message for message in catalogue if isinstance(message.id, str) and "%(" not in message.id]
    return {str(message.id) for message in singles if message.string != message.id and len(message.id) >= SHORTEST}


def texts_of(page: str) -> set[str]:
    """What stands between the tags, and in the attributes that are read out."""
    between = re.findall(r">([^<>]+)<", page)
    read_out = re.findall(r'(?:placeholder|aria-label|data-label|title)="([^"]+)"', page)
    return {html.unescape(text).strip() for text in (*between, *read_out)}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_in_the_language_of_the_profile(
    name: str, language: str, cast: Cast, client_for: ClientFor, english_only: set[str]
) -> None:
    speak(language, cast.owner)
    response = client_for(cast.owner).get(reverse(name), headers={"accept-language": "de, fr"})
    page = response.content.decode()
    assert LANGUAGE.findall(page) == [language]
    assert response.headers["Content-Language"] == language
    assert bool(texts_of(page) & english_only) == (language == "en")


@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_a_task_is_all_dutch_for_who_reads_dutch(
    state: State, level: LevelKey, cast: Cast, client_for: ClientFor, now: datetime, english_only: set[str]
) -> None:
    speak("nl", cast.owner, cast.assistant)
    with time_machine.travel(now, tick=False):
        task = task_in(state, level, cast, now)
        for person in (cast.owner, cast.assistant):
            client = client_for(person)
            for path in (task.get_absolute_url(), reverse("now"), reverse("inbox")):
                assert texts_of(client.get(path).content.decode()) & english_only == set()


def test_two_people_read_the_same_task_each_in_their_own_language(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    speak("nl", cast.assistant)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    pages = {person: client_for(person).get(task.get_absolute_url()) for person in (cast.owner, cast.assistant)}
    assert "Eva handed over to Sam" in pages[cast.owner].content.decode()
    assert "Eva handed over to Sam" not in pages[cast.assistant].content.decode()
    assert "Just do it" in pages[cast.owner].content.decode()
    assert "Gewoon doen" in pages[cast.assistant].content.decode()


@pytest.mark.parametrize(
    ("accepted", "language"), [("nl", "nl"), ("nl-BE, en", "nl"), ("en", "en"), ("de, nl;q=0.5", "nl"), ("fr", "en")]
)
@pytest.mark.parametrize("name", OPEN_PAGES)
def test_a_stranger_reads_the_language_of_the_browser(
    name: str, accepted: str, language: str, client: Client, db: None
) -> None:
    page = client.get(reverse(name), headers={"accept-language": accepted}).content.decode()
    assert LANGUAGE.findall(page) == [language]


def test_a_stranger_can_choose(client: Client, db: None) -> None:
    client.post(reverse("set_language"), {"language": "nl", "next": "/accounts/login/"})
    page = client.get(reverse("account_login"), headers={"accept-language": "en"}).content.decode()
    assert LANGUAGE.findall(page) == ["nl"]


def test_choosing_a_language_does_not_lead_elsewhere(client: Client, db: None) -> None:
    response = client.post(reverse("set_language"), {"language": "nl", "next": "https://evil.example/"})
    assert "evil" not in response.headers["Location"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_errors_are_told_in_ones_own_language(
    language: str, cast: Cast, client_for: ClientFor, now: datetime, english_only: set[str]
) -> None:
    speak(language, cast.owner, cast.assistant)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.owner)
    answers = {
        404: client_for(cast.owner).get("/nowhere/"),
        403: client_for(cast.assistant).get(reverse("task_edit", args=[task.pk])),
        409: client_for(cast.owner).get(reverse("task_action", args=[task.pk, "reopen"])),
        422: client_for(cast.owner).post(reverse("task_new"), {"do": "draft"}),
    }
    for status, response in answers.items():
        page = response.content.decode()
        assert response.status_code == status
        assert LANGUAGE.findall(page) == [language]
        assert bool(texts_of(page) & english_only) == (language == "en")
    refused = strict.post(reverse("task_new"), {})
    assert refused.status_code == 403
    assert LANGUAGE.findall(refused.content.decode()) == [language]


def test_what_is_said_after_a_press_is_in_ones_own_language(
    cast: Cast, client_for: ClientFor, now: datetime, english_only: set[str]
) -> None:
    speak("nl", cast.owner)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    path = reverse("task_action", args=[task.pk, "stop"])
    page = client_for(cast.owner).post(path, {"revision": task.revision}, follow=True)
    assert Task.objects.get().state == State.STOPPED
    assert "Gestopt" in page.content.decode()
    assert texts_of(page.content.decode()) & english_only == set()
