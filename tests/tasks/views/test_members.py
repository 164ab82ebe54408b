"""What the owner decides about a member's work: up to which level, and a role that leaves no task behind."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import Role, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.roles import set_ceiling
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.leavings import place_of
from tests.tasks.views.conftest import ClientFor, field_of, text_of


def ceiling_page(cast: Cast, person: User) -> str:
    return reverse("member_ceiling", args=[place_of(cast, person).pk])


def test_the_owner_sets_it_and_the_team_page_shows_it(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    page = text_of(client.get(ceiling_page(cast, cast.assistant)))
    assert "Up to: You decide, I approve first" in page
    assert "Up to: Just do it" not in page  # that is any level
    answer = text_of(client.post(ceiling_page(cast, cast.assistant), {"ceiling": "propose"}, follow=True))
    assert "Sam works in this team up to “You decide, I approve first”. What is under way goes on" in answer
    assert "up to:" in answer
    assert place_of(cast, cast.assistant).ceiling == "propose"
    answer = text_of(client.post(ceiling_page(cast, cast.assistant), {"ceiling": ""}, follow=True))
    assert "Sam may have work at any level." in answer
    assert place_of(cast, cast.assistant).ceiling == ""


@pytest.mark.parametrize("wrong", ["just_do_it", "king", "3"])
def test_another_level_is_refused(wrong: str, cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.owner).post(ceiling_page(cast, cast.assistant), {"ceiling": wrong})
    assert answer.status_code == 422
    assert "Select a valid choice" in text_of(answer)
    assert place_of(cast, cast.assistant).ceiling == ""


def test_who_hands_over_has_none(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).get(ceiling_page(cast, cast.entrepreneur)).status_code == 403


def test_the_brief_says_it_beforehand_and_beside_the_field(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    set_ceiling(membership=place_of(cast, cast.assistant), ceiling=LevelKey.PROPOSE, by=cast.owner, now=now)
    client = client_for(cast.owner)
    said = "Sam works in this team up to “You decide, I approve first”."
    assert said in text_of(client.get(reverse("task_new")))
    typed = {"title": "File it", "level": "just_do_it", "deliverable": "A copy", "assistant": str(cast.assistant.pk)}
    answer = client.post(reverse("task_new"), {**typed, "do": "delegate"})
    assert answer.status_code == 422
    assert field_of(answer, "assistant").errors == [f"{said} Choose a level that is less free, or somebody else."]
    assert field_of(answer, "title").value() == "File it"
    assert client.post(reverse("task_new"), {**typed, "do": "draft"}).status_code == 302
    task = Task.objects.get()
    pressed = client.post(reverse("task_action", args=[task.pk, "delegate"]))
    assert pressed.status_code == 409
    assert said in text_of(pressed)


def test_giving_it_to_somebody_else_says_it_beside_the_field(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    set_ceiling(membership=place_of(cast, cast.guest), ceiling=LevelKey.PROPOSE, by=cast.owner, now=now)
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    sent = {"assistant": str(cast.guest.pk), "revision": str(task.revision), "text": "Please"}
    answer = client_for(cast.owner).post(reverse("task_action", args=[task.pk, "reassign"]), sent)
    assert answer.status_code == 422
    assert "Gus works in this team up to" in field_of(answer, "assistant").errors[0]


def test_a_role_that_would_leave_work_behind_shows_the_way_out(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    place = place_of(cast, cast.assistant)
    client = client_for(cast.owner)
    answer = client.post(reverse("member_role", args=[place.pk]), {"role": "entrepreneur"}, follow=True)
    text = text_of(answer)
    assert "Sam still has tasks to carry out" in text
    assert f'<a href="{reverse("member_leaving", args=[place.pk])}">See what is open</a>' in text
    assert place_of(cast, cast.assistant).role == Role.ASSISTANT


def test_a_name_in_that_message_is_only_a_name(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    User.objects.filter(pk=cast.assistant.pk).update(name="<b>Sam</b>")
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    place = place_of(cast, cast.assistant)
    client = client_for(cast.owner)
    answer = client.post(reverse("member_role", args=[place.pk]), {"role": "entrepreneur"}, follow=True)
    assert "<b>Sam</b>" not in answer.content.decode()


def test_a_task_is_passed_on_through_its_form(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    client, address = client_for(cast.owner), reverse("task_action", args=[task.pk, "pass-on"])
    assert "Finn Faber" in text_of(client.get(address))
    wrong = client.post(address, {"to": str(cast.assistant.pk), "revision": str(task.revision)})
    assert wrong.status_code == 422
    sent = {"to": str(cast.entrepreneur.pk), "revision": str(task.revision)}
    assert "Passed on." in text_of(client.post(address, sent, follow=True))
    assert client.post(address, sent).status_code == 409
    assert Task.objects.get().entrepreneur == cast.entrepreneur


def test_with_nobody_to_pass_it_on_to_the_form_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    place_of(cast, cast.entrepreneur).delete()
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    answer = client_for(cast.owner).get(reverse("task_action", args=[task.pk, "pass-on"]))
    assert "Nobody else hands over in this team." in text_of(answer)
