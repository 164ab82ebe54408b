"""Ids that somebody else's address bar or form would hold: the answer is that of an id that doesn't exist."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import talking
from tasks.models import CheckinState, Task, Turn, TurnState
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import ResourceFactory, task_in
from tests.tasks.views.conftest import ClientFor, crowd, field_of, text_of
from tests.tasks.views.presses import asked_checkin


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


@pytest.mark.parametrize("where", ["another task", "another team", "nowhere"])
def test_a_turn_of_something_else_is_not_answered(
    where: str, task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    talking.ask(task_id=task.pk, by=cast.assistant, text="Mine", now=now)
    team = cast.other_team if where == "another team" else cast.team
    foreign = Turn.objects.filter(task=crowd(cast, 1, now, team=team)[0], waits_on=cast.owner).get()
    turn_id = uuid4() if where == "nowhere" else foreign.pk
    page = client_for(cast.owner).post(reverse("task_action", args=[task.pk, "answer"]), {"text": "x", "turn": turn_id})
    assert page.status_code == 409
    assert not Turn.objects.filter(task=task, answer="answered").exists()
    foreign.refresh_from_db()
    assert foreign.state == TurnState.OPEN


@pytest.mark.parametrize("turn", ["garbage", "\x00", "1", "x" * 5_000])
def test_a_turn_that_is_no_id_is_refused_in_words(
    turn: str, task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    talking.ask(task_id=task.pk, by=cast.assistant, text="Mine", now=now)
    page = client_for(cast.owner).post(reverse("task_action", args=[task.pk, "answer"]), {"text": "x", "turn": turn})
    assert page.status_code == 422
    assert "invalid-feedback" in text_of(page)


def test_a_check_in_of_another_task_or_person_is_not_answered(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    theirs = asked_checkin(task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, assistant=cast.guest), now)
    mine_elsewhere = asked_checkin(task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now), now)
    client, path = client_for(cast.assistant), reverse("task_action", args=[task.pk, "answer-checkin"])
    for checkin_id in (theirs.pk, mine_elsewhere.pk, uuid4()):
        assert client.post(path, {"checkin": checkin_id, "mood": "stuck"}).status_code == 409
    for checkin in (theirs, mine_elsewhere):
        checkin.refresh_from_db()
        assert checkin.state == CheckinState.ASKED


def strangers(cast: Cast) -> dict[str, UUID]:
    """People to whom nothing in Eva's team can be handed over."""
    former = MembershipFactory.create(team=cast.team)
    Membership.objects.filter(pk=former.pk).delete()
    inactive = UserFactory.create(is_active=False)
    MembershipFactory.create(team=cast.team, user=inactive)
    return {
        "outsider": cast.outsider.pk,
        "former member": former.user_id,
        "inactive": inactive.pk,
        "entrepreneur": cast.entrepreneur.pk,
        "oneself": cast.owner.pk,
        "nobody": uuid4(),
    }


def test_work_is_handed_to_assistants_of_the_team_only(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    for person in strangers(cast).values():
        sent = {"title": "x", "level": "just_do_it", "deliverable": "y", "assistant": person, "do": "delegate"}
        page = client.post(reverse("task_new"), sent)
        assert page.status_code == 422
        assert field_of(page, "assistant").errors
    assert not Task.objects.exists()


def test_work_is_reassigned_to_assistants_of_the_team_only(task: Task, cast: Cast, client_for: ClientFor) -> None:
    client, path = client_for(cast.owner), reverse("task_action", args=[task.pk, "reassign"])
    for person in strangers(cast).values():
        assert client.post(path, {"assistant": person, "revision": task.revision}).status_code == 422
    task.refresh_from_db()
    assert task.assistant == cast.assistant


def test_resources_of_another_team_are_not_lent(cast: Cast, client_for: ClientFor) -> None:
    foreign = ResourceFactory.create(team=cast.other_team, name="Olga's secret")
    for resource_id in (foreign.pk, uuid4(), "garbage", "\x00"):
        sent = {"title": "x", "level": "advise", "do": "draft", "resources": [resource_id]}
        page = client_for(cast.owner).post(reverse("task_new"), sent)
        assert page.status_code == 422
        assert field_of(page, "resources").errors
        assert "Olga's secret" not in text_of(page)


@pytest.mark.parametrize("name", ["task_new", "resources", "clarity"])
def test_a_team_of_others_is_not_there(name: str, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    for team in (cast.other_team.pk, uuid4(), "garbage", "\x00"):
        assert client.post(f"{reverse(name)}?team={team}", {"title": "x"}).status_code == 404


def test_a_team_in_which_one_only_assists_is_not_handed_over_in(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ASSISTANT)
    assert client_for(cast.owner).get(reverse("task_new"), {"team": str(cast.other_team.pk)}).status_code in {403, 404}
