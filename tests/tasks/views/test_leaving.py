"""The page on which somebody leaves a team: what is left to do, answered right there, and the end."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Departure, Membership, Role, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.roles import set_ceiling
from tasks.actions.timing import start_timer
from tasks.leaving import MOST_TASKS
from tasks.models import SecretToRotate, Task, TimeEntry
from tests.conftest import Cast
from tests.factories import InvitationFactory, MembershipFactory
from tests.tasks.agreed import proposed
from tests.tasks.factories import task_in
from tests.tasks.leavings import place_of, seen
from tests.tasks.secrets import login_of
from tests.tasks.views.conftest import ClientFor, crowd, text_of

Querying = Any


def page(cast: Cast, person: User, what: str = "member_leaving") -> str:
    return reverse(what, args=[place_of(cast, person).pk])


def work(client: Client, cast: Cast, person: User, do: str = "all", **chosen: str) -> Any:
    """Choose for tasks (by the letter in their title) and press."""
    tasks = {task.title: task for task in Task.objects.all()}
    fields = {f"choice_{tasks[title].pk}": value for title, value in chosen.items() if title in tasks}
    fields |= {name: value for name, value in chosen.items() if name not in tasks}
    if do in tasks:
        do = str(tasks[do].pk)
    return client.post(page(cast, person, "member_leaving_work"), {"do": do, **fields}, follow=True)


def test_everything_that_is_left_to_do_stands_on_one_page(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    TimeEntry.objects.create(task=task, user=cast.assistant, minutes=90, day=now.date(), created_at=now)
    proposed(cast, now)
    InvitationFactory.create(team=cast.team, invited_by=cast.assistant, email="ina@example.com")
    seen(cast, login_of(cast, now), now)
    text = text_of(client_for(cast.owner).get(page(cast, cast.assistant)))
    for said in (
        "Sam Smit leaves the team",
        "Find a caterer",
        "Offer it to Gus",
        "Take it back, as a draft",
        "A timer is running",
        reverse("timesheet", args=[cast.team.pk, cast.assistant.pk, now.date().replace(day=1)]),
        "A proposed agreement",
        "ina@example.com",
        "What Sam has seen",
        "This becomes possible when no open work is left.",
    ):
        assert said in text
    assert "End the access of Sam" not in text


def test_each_task_goes_where_it_was_chosen_to_go(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for title, state in (("A", State.OFFERED), ("B", State.IN_PROGRESS), ("C", State.FLAGGED), ("D", State.OFFERED)):
        task_in(state, LevelKey.WITHIN_LIMITS, cast, now, title=title)
    answer = work(
        client_for(cast.owner), cast, cast.assistant,
        A=f"to:{cast.guest.pk}", B="take-back", for_all="stop", C="", text="Sam leaves.",
    )  # fmt: skip
    assert "Done for 4 tasks." in text_of(answer)
    found = dict(Task.objects.values_list("title", "state"))
    assert found == {"A": "offered", "B": "draft", "C": "stopped", "D": "stopped"}
    assert Task.objects.get(title="A").assistant == cast.guest
    assert "Nothing is open." in text_of(answer)


def test_one_task_is_done_by_itself(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for title in "AB":
        task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, title=title)
    work(client_for(cast.owner), cast, cast.assistant, do="A", A="stop", B="stop")
    assert dict(Task.objects.values_list("title", "state")) == {"A": "stopped", "B": "in_progress"}


def test_what_is_refused_stays_with_why_beside_it_and_the_rest_is_done(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    set_ceiling(membership=place_of(cast, cast.guest), ceiling=LevelKey.ADVISE, by=cast.owner, now=now)
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, title="A")
    task_in(State.IN_PROGRESS, LevelKey.ADVISE, cast, now, title="B")
    answer = work(client_for(cast.owner), cast, cast.assistant, for_all=f"to:{cast.guest.pk}", text="Please")
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Gus works in this team up to “Advise me, I decide”. Choose a level that is less free" in text
    assert "Offer it to Gus (up to “Advise me, I decide”)" in text
    assert "Please" in text
    assert {task.title: task.assistant for task in Task.objects.all()} == {"A": cast.assistant, "B": cast.guest}


def test_a_stale_choice_is_refused_beside_its_task(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, title="A")
    answer = work(client_for(cast.owner), cast, cast.assistant, A="stop", **{f"revision_{task.pk}": "0"})
    assert answer.status_code == 409
    assert "Something changed since you opened this page." in text_of(answer)


def test_nothing_goes_to_somebody_outside_the_team(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, title="A")
    answer = work(client_for(cast.owner), cast, cast.assistant, A=f"to:{cast.outsider.pk}")
    assert answer.status_code == 422
    assert "Nothing was done yet." in text_of(answer)
    assert Task.objects.get().assistant == cast.assistant


def test_without_a_choice_nothing_happens(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, title="A")
    assert "Nothing was chosen yet." in text_of(work(client_for(cast.owner), cast, cast.assistant))


def test_what_is_delivered_is_answered_first(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.DELIVERED, LevelKey.WITHIN_LIMITS, cast, now, title="A")
    text = text_of(client_for(cast.owner).get(page(cast, cast.assistant)))
    assert "Delivered. Accept it or send it back first, on its own page" in text


def test_an_entrepreneur_s_tasks_and_drafts_are_passed_on(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    for title, state in (("A", State.DRAFT), ("B", State.DELIVERED), ("C", State.IN_PROGRESS)):
        task_in(state, LevelKey.WITHIN_LIMITS, cast, now, entrepreneur=cast.entrepreneur, title=title)
    client = client_for(cast.owner)
    assert "Pass it on to Eva" in text_of(client.get(page(cast, cast.entrepreneur)))
    work(client, cast, cast.entrepreneur, for_all=f"pass:{cast.owner.pk}", C="stop")
    assert set(Task.objects.exclude(title="C").values_list("entrepreneur", flat=True)) == {cast.owner.pk}
    assert Task.objects.get(title="C").state == State.STOPPED


def test_who_leaves_hands_back_what_is_theirs(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.OFFERED, LevelKey.WITHIN_LIMITS, cast, now, title="A")
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, title="B")
    client = client_for(cast.assistant)
    text = text_of(client.get(page(cast, cast.assistant)))
    assert "Leave this team" in text
    assert "Take it back" not in text
    assert work(client, cast, cast.assistant, A="decline", B="hand-back").status_code == 422
    work(client, cast, cast.assistant, A="decline", B="hand-back", text="I leave; half is done.")
    assert not Task.objects.exclude(state=State.DRAFT, assistant=None).exists()


def test_the_access_ends_with_one_press(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    theirs = client_for(cast.assistant)
    seen(cast, login_of(cast, now), now)
    client, place = client_for(cast.owner), page(cast, cast.assistant)
    assert "End the access of Sam" in text_of(client.get(place))
    answer = client.post(page(cast, cast.assistant, "member_leaving_end"), follow=True)
    assert "Sam Smit has no access to Eva's Events any more, and is logged out everywhere." in text_of(answer)
    assert answer.redirect_chain[-1][0] == reverse("departures", args=[cast.team.pk])
    assert SecretToRotate.objects.get().person == cast.assistant
    assert client.get(place).status_code == 404
    assert theirs.get(reverse("team")).headers["Location"].startswith(reverse("account_login"))


def test_while_work_is_open_the_press_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    answer = client_for(cast.owner).post(page(cast, cast.assistant, "member_leaving_end"))
    assert answer.status_code == 409
    assert "There is still open work." in text_of(answer)
    assert not Departure.objects.exists()


def test_a_login_of_long_ago_is_asked_for_the_password_first(cast: Cast, now: datetime) -> None:
    client, here = Client(), page(cast, cast.assistant)
    client.force_login(cast.owner)
    answer = client.post(page(cast, cast.assistant, "member_leaving_end"), {"next": here})
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert place_of(cast, cast.assistant)


def test_who_leaves_stays_logged_in_here_and_nowhere_else(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    here, phone = client_for(cast.assistant), client_for(cast.assistant)
    answer = here.post(page(cast, cast.assistant, "member_leaving_end"), follow=True)
    assert "You have left Eva's Events." in text_of(answer)
    assert answer.redirect_chain[-1][0] == reverse("now")
    assert here.get(reverse("team") + f"?team={cast.team.pk}").status_code == 404
    assert phone.get(reverse("now")).status_code == 302


def test_the_timer_is_stopped_on_the_page(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    client, address = client_for(cast.owner), page(cast, cast.assistant, "member_leaving_timer")
    assert "Stopped and logged." in text_of(client.post(address, follow=True))
    assert client.post(address).status_code == 409


def test_an_entrepreneur_lets_no_entrepreneur_go(cast: Cast, client_for: ClientFor) -> None:
    other = MembershipFactory.create(team=cast.team, role=Role.ENTREPRENEUR)
    client = client_for(cast.entrepreneur)
    for name in ("member_leaving", "member_leaving_end"):
        address = reverse(name, args=[other.pk])
        assert (client.get(address) if name == "member_leaving" else client.post(address)).status_code == 403
    assert Membership.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("who", ["owner", "entrepreneur"])
def test_nobody_ends_the_place_of_the_owner(who: str, cast: Cast, client_for: ClientFor) -> None:
    assert client_for(getattr(cast, who)).get(page(cast, cast.owner)).status_code == 403


def test_the_page_asks_as_much_of_many_tasks_as_of_few(
    cast: Cast, client_for: ClientFor, now: datetime, django_assert_num_queries: Querying
) -> None:
    client = client_for(cast.owner)

    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            assert client.get(page(cast, cast.assistant)).status_code == 200
        return len(caught)

    crowd(cast, 5, now)
    few = queries()
    crowd(cast, 5, now)
    assert queries() == few


def test_very_many_tasks_come_in_parts(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    crowd(cast, MOST_TASKS + 2, now)
    text = text_of(client_for(cast.owner).get(page(cast, cast.assistant)))
    assert text.count("Do this") == MOST_TASKS
    assert "2 tasks more. They come here when these are done." in text
