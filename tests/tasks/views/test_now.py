"""Now: what waits on me, what runs, what waits on others."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Membership, Role
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.talking import ask
from tasks.models import Turn
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.tasks.factories import EVERYWHERE, TaskFactory, task_in
from tests.tasks.views.conftest import ClientFor, crowd, text_of

NOW = reverse("now")
MOST_QUERIES = 10


@pytest.mark.parametrize("person", ["owner", "assistant"])
@pytest.mark.parametrize("teams", [1, 3])
def test_a_thousand_tasks_take_no_more_queries_than_a_few(
    person: str, teams: int, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    user = getattr(cast, person)
    for _number in range(teams - 1):  # on the other side than in Eva's team
        role = Role.ASSISTANT if person == "owner" else Role.OWNER
        MembershipFactory.create(team=TeamFactory.create(), user=user, role=role)
    client = client_for(user)
    crowd(cast, 25, now)
    few = queries_of(lambda: client.get(NOW))
    crowd(cast, 975, now)
    assert queries_of(lambda: client.get(NOW)) == few <= MOST_QUERIES


@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_it_shows_every_kind_of_task_to_both_sides(
    state: State, level: LevelKey, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(state, level, cast, now)
    for person in (cast.owner, cast.assistant):
        page = client_for(person).get(NOW)
        assert page.status_code == 200
        involved = task.is_open and not (person == cast.assistant and state == State.DRAFT)
        assert (task.title in text_of(page)) == involved


def test_what_waits_longest_comes_first(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for hours in (1, 3, 2):
        asked_at = now - timedelta(hours=hours)
        task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, asked_at, title=f"{hours} hours ago")
        ask(task_id=task.pk, by=cast.assistant, text="Which one?", now=asked_at)
    turns: list[Turn] = client_for(cast.owner).get(NOW).context["now"].turns
    assert [turn.task.title for turn in turns] == ["3 hours ago", "2 hours ago", "1 hours ago"]


def test_everything_has_one_place(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for state in (State.DRAFT, State.OFFERED, State.IN_PROGRESS, State.FLAGGED, State.DONE):
        task_in(state, LevelKey.WITHIN_LIMITS, cast, now, title=state.value)
    mine = client_for(cast.owner).get(NOW).context["now"]
    assert [turn.task.title for turn in mine.turns] == ["flagged"]
    assert [task.title for task in mine.drafts] == ["draft"]
    assert [task.title for task in mine.under_way] == ["in_progress"]
    assert [task.title for task in mine.waiting] == ["offered"]
    theirs = client_for(cast.assistant).get(NOW).context["now"]
    assert [turn.task.title for turn in theirs.turns] == ["offered"]
    assert [task.title for task in theirs.waiting] == ["flagged"]


def test_an_assistant_sees_all_teams_at_once(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant)
    crowd(cast, 1, now, title="For Eva")
    crowd(cast, 1, now, title="For Olga", team=cast.other_team, entrepreneur=cast.outsider)
    page = text_of(client_for(cast.assistant).get(NOW))
    for text in ("For Eva", "For Olga", "Eva's Events", "Olga's Office"):
        assert text in page


def test_the_number_beside_now_is_what_is_shown(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant)
    crowd(cast, 2, now)
    crowd(cast, 3, now, team=cast.other_team, entrepreneur=cast.outsider)
    client = client_for(cast.assistant)
    assert client.get(NOW).context["nav"].waits == 10
    Membership.objects.filter(team=cast.other_team, user=cast.assistant).delete()
    page = client.get(NOW)
    assert page.context["nav"].waits == len(page.context["now"].turns) + len(page.context["now"].checkins) == 4


@pytest.mark.parametrize("role", [Role.OWNER, Role.ASSISTANT, None])
def test_an_empty_now_says_what_comes(role: Role | None, client_for: ClientFor, db: None) -> None:
    user = UserFactory.create()
    if role:
        MembershipFactory.create(user=user, role=role)
    page = text_of(client_for(user).get(NOW))
    hint = {
        Role.OWNER: "What would you like off your plate?",
        Role.ASSISTANT: "No work for you yet",
        None: "You are not in a team yet",
    }
    assert hint[role] in page


@pytest.mark.parametrize(("hour", "greeting"), [(5, "evening"), (6, "morning"), (12, "afternoon"), (18, "evening")])
def test_the_greeting_goes_with_the_hour_of_the_reader(
    hour: int, greeting: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    cast.owner.time_zone = "Pacific/Honolulu"  # ten hours behind UTC
    cast.owner.save()
    with time_machine.travel(now.replace(hour=(hour + 10) % 24), tick=False):
        assert f"Good {greeting}, Eva." in text_of(client_for(cast.owner).get(NOW))


def test_a_draft_that_was_declined_stands_there_once(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now)
    client_for(cast.assistant).post(
        reverse("task_action", args=[task.pk, "decline"]), {"reason": "time", "revision": task.revision}
    )
    found = client_for(cast.owner).get(NOW).context["now"]
    assert [turn.task_id for turn in found.turns] == [task.pk]
    assert found.drafts == []


def test_a_task_of_another_entrepreneur_is_theirs_to_wait_for(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    TaskFactory.create(team=cast.team, entrepreneur=cast.entrepreneur, title="Finn's own")
    assert "Finn's own" not in text_of(client_for(cast.owner).get(NOW))
