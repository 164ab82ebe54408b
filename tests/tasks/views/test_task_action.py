"""Every action, as it is pressed: done once, refused in words when it comes too late, and never an error."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Message
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over, talking
from tasks.models import Event, Task, Turn, TurnState
from tasks.screens import SCREENS
from tests.conftest import Cast
from tests.tasks.factories import EVERYWHERE, task_in
from tests.tasks.views.conftest import ClientFor, text_of
from tests.tasks.views.presses import OUTLASTING, PRESSES, Press, asked_checkin, ready

LONG_TEXT = "A text that took me a quarter of an hour to write"


def happened(task: Task) -> int:
    return Event.objects.filter(task=task).count()


def test_every_action_is_pressed_here() -> None:
    assert [press.slug for press in PRESSES] == list(SCREENS)


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_a_press_is_done_and_says_so(press: Press, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    given = ready(press, cast, now)
    events, client = happened(given.task), client_for(given.by)
    assert client.get(given.path).status_code == 200
    page = client.post(given.path, given.sent, follow=True)
    assert page.status_code == 200
    screen = SCREENS[press.slug]
    assert screen.said or str(screen.done) in text_of(page)  # what is said of what was filled in has tests of its own
    assert happened(given.task) == events + 1
    assert page.redirect_chain[0][0] in {given.task.get_absolute_url(), reverse("now")}


@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_the_second_of_two_presses_is_told_what_happened(
    press: Press, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    given = ready(press, cast, now)
    client = client_for(given.by)
    client.post(given.path, given.sent)
    events, messages = happened(given.task), Message.objects.count()
    second = client.post(given.path, given.sent)
    if press.slug == "ask":  # a second question is a second question
        assert second.status_code == 302
        return
    assert (happened(given.task), Message.objects.count()) == (events, messages)
    if press.by == "guest":  # out of sight: back to Now, with a message
        assert second.headers["Location"] == reverse("now")
        assert "This task is no longer with you." in text_of(client.get(reverse("now")))
    else:
        assert second.status_code == 409
        assert "That did not happen" in text_of(second)
        assert given.task.get_absolute_url() in text_of(second)


@pytest.mark.parametrize("press", [press for press in PRESSES if press.needs_revision], ids=str)
def test_a_press_in_an_old_tab_is_refused(press: Press, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    given = ready(press, cast, now)
    events = happened(given.task)
    page = client_for(given.by).post(given.path, {**given.sent, "revision": given.task.revision - 1})
    assert page.status_code == 409
    assert "Something changed since you opened this page." in text_of(page)
    assert happened(given.task) == events


@pytest.mark.walk
@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_an_action_in_any_state_is_done_or_refused_in_words(
    state: State, level: LevelKey, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(state, level, cast, now)
    clients = {"owner": client_for(cast.owner), "assistant": client_for(cast.assistant)}
    for press in PRESSES:
        if state == State.DRAFT and press.by != "owner":
            continue
        path = reverse("task_action", args=[task.pk, press.slug])
        assert clients["owner" if press.by == "owner" else "assistant"].get(path).status_code in {200, 409}


ENDS_WITH_THE_TASK = [press for press in PRESSES if press.state != State.DONE and press.slug not in OUTLASTING]


@pytest.mark.parametrize("press", ENDS_WITH_THE_TASK, ids=str)
def test_what_was_done_meanwhile_is_told_with_what_was_typed(
    press: Press, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    given = ready(press, cast, now)
    handing_over.stop(task_id=given.task.pk, by=cast.entrepreneur, text="We closed.", now=now)
    texts = {name: LONG_TEXT for name in ("text", "read_back") if name in given.sent}
    page = client_for(given.by).post(given.path, {**given.sent, **texts})
    assert page.status_code == 409
    assert "Finn stopped the task" in text_of(page)
    assert not texts or LONG_TEXT in text_of(page)


def test_a_task_that_went_to_somebody_else_is_told_to_who_had_it(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    page = client_for(cast.assistant).post(reverse("task_action", args=[task.pk, "deliver"]), {"text": LONG_TEXT})
    assert page.status_code == 409
    assert "Eva offered it to Gus" in text_of(page)
    assert LONG_TEXT in text_of(page)


@pytest.mark.parametrize("slug", ["acknowledge", "answer", "answer-checkin"])
def test_there_is_no_form_for_what_was_not_asked(slug: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    page = client_for(cast.assistant).get(reverse("task_action", args=[task.pk, slug]))
    assert page.status_code == 409
    assert "This has been answered already." in text_of(page)


def test_nobody_answers_their_own_question(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    talking.ask(task_id=task.pk, by=cast.assistant, text="Which year?", now=now)
    client, path = client_for(cast.assistant), reverse("task_action", args=[task.pk, "answer"])
    assert client.get(path).status_code == 409
    assert client.post(path, {"text": "This one", "turn": Turn.objects.get(state=TurnState.OPEN).pk}).status_code == 409


def test_a_check_in_can_be_answered_from_its_own_page(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    checkin = asked_checkin(task, now)
    page = client_for(cast.assistant).get(reverse("task_action", args=[task.pk, "answer-checkin"]))
    assert f'name="checkin" value="{checkin.pk}"' in text_of(page)


@pytest.mark.parametrize("slug", ["juggle", "edit-all", "DELEGATE", "give-more", "--", "constructor"])
def test_an_action_that_there_is_not_is_not_found(slug: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    for response in (client_for(cast.owner).get, client_for(cast.owner).post):
        assert response(f"/tasks/{task.pk}/{slug}/").status_code == 404


@pytest.mark.walk
@pytest.mark.parametrize("press", PRESSES, ids=str)
def test_a_press_from_another_site_does_nothing(press: Press, cast: Cast, now: datetime) -> None:
    given = ready(press, cast, now)
    events, client = happened(given.task), Client(enforce_csrf_checks=True)
    client.force_login(given.by)
    assert client.post(given.path, given.sent).status_code == 403
    assert happened(given.task) == events


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("/now/", "/now/"),
        ("/tasks/?show=all", "/tasks/?show=all"),
        ("http://testserver/now/", None),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example/", None),
        ("///evil.example", None),
        ("javascript:alert(1)", None),
        ("now", None),
        ("evil", None),
        ("\x00/now/", None),
        (" /now/", None),
        ("", None),
    ],
)
def test_after_a_press_one_stays_in_the_house(
    wanted: str, found: str | None, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    path = reverse("task_action", args=[task.pk, "ask"])
    page = client_for(cast.assistant).post(path, {"text": "Which?", "next": wanted})
    assert page.status_code == 302
    assert page.headers["Location"] == (found or task.get_absolute_url())


def test_an_address_to_go_to_cannot_smuggle_a_header_in(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    path = reverse("task_action", args=[task.pk, "ask"])
    page = client_for(cast.assistant).post(path, {"text": "Which?", "next": "/now/\r\nSet-Cookie: a=b"})
    assert page.status_code == 302
    assert not any(mark in page.headers["Location"] for mark in "\r\n")


def test_where_the_press_came_from_survives_a_form_with_an_error(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.OFFERED, LevelKey.WITHIN_LIMITS, cast, now)
    page = client_for(cast.assistant).post(
        reverse("task_action", args=[task.pk, "decline"]), {"text": "Ask Gus", "next": "/now/"}
    )
    assert page.status_code == 422
    assert '<input type="hidden" name="next" value="/now/">' in text_of(page)


@pytest.fixture
def removed_member(cast: Cast, now: datetime) -> Iterator[Task]:
    """A task of Gus's, who has left the team since."""
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, assistant=cast.guest)
    Membership.objects.filter(user=cast.guest).delete()
    return task  # type: ignore[return-value]


@pytest.mark.parametrize("slug", SCREENS)
def test_who_left_the_team_can_do_nothing_any_more(
    slug: str, removed_member: Task, cast: Cast, client_for: ClientFor
) -> None:
    client, path = client_for(cast.guest), reverse("task_action", args=[removed_member.pk, slug])
    assert {client.get(path).status_code, client.post(path, {"text": "x"}).status_code} == {404}


def test_a_task_that_does_not_exist_is_not_found(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).post(reverse("task_action", args=[uuid4(), "stop"])).status_code == 404
