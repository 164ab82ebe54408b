"""Answering a check-in straight from its mail: without logging in, once, and only while it makes sense."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Message
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.checkins import answer_checkin, pause_checkin_rule
from tasks.answer_links import LASTS, SALT, answer_path, read_token, token_for
from tasks.models import Checkin, CheckinState, Event
from tasks.sweeps import ask_due_checkins, chase_checkins
from tests.conftest import Cast
from tests.tasks.factories import task_in

ANSWER = {"mood": "at_risk", "percent": "60", "minutes_needed": "1,5", "finish_at": "2026-11-27", "note": "A quote"}


@pytest.fixture
def asked(cast: Cast, now: datetime, time_machine: Any) -> Checkin:
    """A check-in that Sam was asked a moment ago, of a task about which no stranger should learn anything."""
    rules = [Rule(trigger=Trigger.AFTER_START, hours=1)]
    secrets: dict[str, Any] = {"deliverable": "A secret lunch", "purpose": "To surprise Zoe", "guidelines": "No nuts"}
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, rules=rules, title="Lunch for ten", **secrets)
    ask_due_checkins(now=now + timedelta(hours=1))
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    return Checkin.objects.get(task=task, state=CheckinState.ASKED)


@pytest.fixture
def link(asked: Checkin) -> str:
    """As it stands in the message."""
    return str(Message.objects.get(template="checkin").params["answer_path"])


def closed(client: Client, link: str, status: int) -> str:
    """What the friendly page says that a link is no good; looking and pressing get the same."""
    pages = [client.get(link), client.post(link, ANSWER)]
    assert [page.status_code for page in pages] == [status, status]
    for page in pages:
        text = page.content.decode()
        assert reverse("account_login") in text or reverse("now") in text
        assert not re.search(r"\b(Lunch|Sam|Eva|secret lunch)\b", text)
    return pages[0].content.decode()


# --- answering ----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_title_and_the_question_and_nothing_else_of_the_task(client: Client, link: str) -> None:
    page = client.get(link)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Lunch for ten" in text
    assert "How is it going?" in text
    assert not re.search(r"\b(secret lunch|surprise|nuts|Eva|Sam|100\.00)\b", text)


def test_looking_changes_nothing_however_often(client: Client, asked: Checkin, link: str) -> None:
    before = Checkin.objects.filter(pk=asked.pk).values().get()
    for look in (client.get, client.head, client.get):
        assert look(link).status_code == 200
    assert Checkin.objects.filter(pk=asked.pk).values().get() == before


def test_pressing_answers(cast: Cast, client: Client, asked: Checkin, link: str) -> None:
    page = client.post(link, ANSWER)
    assert (page.status_code, "Thank you" in page.content.decode()) == (200, True)
    asked.refresh_from_db()
    assert (asked.state, asked.mood, asked.percent, asked.minutes_needed) == ("answered", "at_risk", 60, 90)
    assert (asked.finish_at, asked.note) == (date(2026, 11, 27), "A quote")
    assert Event.objects.filter(task=asked.task_id, kind="answer-checkin", actor=cast.assistant).count() == 1
    assert Message.objects.filter(recipient=cast.owner, template="checkin_trouble").count() == 1


def test_one_choice_is_enough(client: Client, asked: Checkin, link: str) -> None:
    assert client.post(link, {"mood": "on_track"}).status_code == 200
    asked.refresh_from_db()
    assert (asked.state, asked.percent) == (CheckinState.ANSWERED, None)


def test_it_needs_the_token_of_its_own_page(link: str, asked: Checkin) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, ANSWER).status_code == 403
    asked.refresh_from_db()
    assert asked.state == CheckinState.ASKED
    page = strict.get(link)
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert strict.post(link, {**ANSWER, "csrfmiddlewaretoken": token}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mood": ""}, "Choose one of the three."),
        ({"mood": "splendid"}, "Choose one of the three."),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"minutes_needed": "a lot"}, "2, 1.5 or 1:30"),
        ({"finish_at": "2026-11-20"}, "This moment has passed already."),
        ({"note": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(
    wrong: dict[str, str], said: str, client: Client, asked: Checkin, link: str
) -> None:
    page = client.post(link, ANSWER | wrong)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert wrong.get("note", "A quote") in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == CheckinState.ASKED


def test_it_speaks_the_language_of_who_was_asked(cast: Cast, client: Client, link: str) -> None:
    cast.assistant.language = "nl"
    cast.assistant.save(update_fields=["language"])
    for _ in range(2):  # the second time there is nothing to answer any more
        page = client.get(link, headers={"accept-language": "en"})
        assert '<html lang="nl">' in page.content.decode()
        client.post(link, ANSWER)


def test_it_works_after_a_reminder_and_an_alarm(client: Client, asked: Checkin, link: str, now: datetime) -> None:
    for hours in (3, 5):
        chase_checkins(now=now + timedelta(hours=hours))
    assert Message.objects.get(template="checkin_reminder").params["answer_path"] == link
    assert client.post(link, ANSWER).status_code == 200


def test_whoever_is_logged_in_answers_for_who_was_asked(
    cast: Cast, client_for: Callable[..., Client], asked: Checkin, link: str
) -> None:
    assert client_for(cast.outsider).post(link, ANSWER).status_code == 200
    assert Event.objects.get(task=asked.task_id, kind="answer-checkin").actor == cast.assistant


@pytest.mark.parametrize("state", ["good", "used", "altered"])
def test_no_page_of_it_is_kept_or_told_of_elsewhere(state: str, client: Client, link: str) -> None:
    if state == "used":
        client.post(link, ANSWER)
    page = client.get(link if state != "altered" else "/c/altered/")
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


# --- links that are no good ---------------------------------------------------------------------------------------


def test_it_works_once(client: Client, asked: Checkin, link: str) -> None:
    client.post(link, {"mood": "on_track"})
    assert "There is nothing to answer here any more" in closed(client, link, 410)
    asked.refresh_from_db()
    assert asked.mood == "on_track"


def test_it_expires(client: Client, link: str, now: datetime, time_machine: Any) -> None:
    expires = now + timedelta(hours=1) + LASTS
    time_machine.move_to(expires - timedelta(seconds=1), tick=False)
    assert client.get(link).status_code == 200
    time_machine.move_to(expires, tick=False)
    closed(client, link, 410)


def test_when_the_task_has_ended_or_the_rule_rests_there_is_nothing_to_answer(
    cast: Cast, client: Client, asked: Checkin, link: str, now: datetime
) -> None:
    assert asked.rule is not None
    pause_checkin_rule(task_id=asked.task_id, by=cast.owner, rule_id=asked.rule.pk, now=now)
    closed(client, link, 410)
    handing_over.stop(task_id=asked.task_id, by=cast.owner, now=now)
    closed(client, link, 410)


@pytest.mark.parametrize("left", [State.DELIVERED, State.STOPPED])
def test_a_check_in_that_was_left_behind_is_not_answered(
    left: State, client: Client, asked: Checkin, link: str
) -> None:
    type(asked.task).objects.filter(pk=asked.task_id).update(state=left)
    closed(client, link, 410)


def test_who_was_replaced_has_left_or_may_not_log_in_answers_nothing(
    cast: Cast, client: Client, asked: Checkin, link: str
) -> None:
    cast.assistant.is_active = False
    cast.assistant.save(update_fields=["is_active"])
    closed(client, link, 410)
    cast.assistant.is_active = True
    cast.assistant.save(update_fields=["is_active"])
    assert client.get(link).status_code == 200
    type(asked.task).objects.filter(pk=asked.task_id).update(assistant=cast.guest)
    closed(client, link, 410)
    type(asked.task).objects.filter(pk=asked.task_id).update(assistant=cast.assistant)
    Membership.objects.filter(user=cast.assistant).delete()
    closed(client, link, 410)


def test_an_action_that_comes_between_is_told_friendly(
    cast: Cast, client: Client, asked: Checkin, link: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def somebody_was_first(**answer: Any) -> None:
        answer_checkin(**answer | {"mood": "on_track"})
        answer_checkin(**answer)

    monkeypatch.setattr("tasks.views.answer_link.answer_checkin", somebody_was_first)
    assert client.post(link, ANSWER).status_code == 410


def test_an_altered_link_opens_nothing(client: Client, asked: Checkin, link: str) -> None:
    token = link.removeprefix("/c/").removesuffix("/")
    for number in range(0, len(token), 7):
        letter = "A" if token[number] != "A" else "B"
        closed(client, f"/c/{token[:number]}{letter}{token[number + 1 :]}/", 404)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "....",
        "%00",
        "é",
        "a" * 5_000,
        pytest.param(signing.Signer(salt=SALT, sep=".").sign(""), id="nothing, signed"),
        pytest.param(signing.Signer(salt=SALT, sep=".").sign("not base64!"), id="nonsense, signed"),
        pytest.param(signing.Signer(salt=SALT, sep=".").sign("AAAA"), id="too short, signed"),
        pytest.param(signing.Signer(salt="another", sep=".").sign("A" * 43), id="signed for something else"),
    ],
)
@pytest.mark.django_db
def test_nonsense_opens_nothing(token: str, client: Client) -> None:
    closed(client, f"/c/{token}/", 404)


@pytest.mark.django_db
def test_a_check_in_that_is_not_there_any_more_is_told_friendly(client: Client) -> None:
    closed(client, answer_path(uuid4(), uuid4()), 410)


def test_the_link_of_one_person_is_not_that_of_another(cast: Cast, client: Client, asked: Checkin) -> None:
    closed(client, answer_path(asked.pk, cast.guest.pk), 410)


def test_a_check_in_that_was_not_asked_yet_can_not_be_answered(client: Client, asked: Checkin, link: str) -> None:
    Checkin.objects.filter(pk=asked.pk).update(state=CheckinState.DUE)
    closed(client, link, 410)


def test_a_token_says_whose_and_what() -> None:
    checkin_id, person_id = uuid4(), uuid4()
    token = token_for(checkin_id, person_id)
    assert read_token(token) == (checkin_id, person_id)
    assert len(token) < 100
