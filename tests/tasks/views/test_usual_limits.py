"""The limits that are usual in a team: its page, and what the hand-over form makes of them."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.usual import set_usual_limits
from tasks.models import Task, UsualLimits
from tasks.usual_limits import Limits, limits_of
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, field_of, text_of
from tests.threads import at_once

TICK = "The usual limits where I leave them empty"


def page_for(cast: Cast) -> str:
    return reverse("team_limits", args=[cast.team.pk])


def usual(cast: Cast, level: str = "", assistant: Any = None, **limits: Any) -> UsualLimits:
    return set_usual_limits(team=cast.team, level=level, assistant=assistant, limits=Limits(**limits))


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "entrepreneur"])
def test_limits_are_set_for_all_a_level_or_a_person(person: str, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(getattr(cast, person))
    for whom in ("", "level:propose", f"person:{cast.assistant.pk}"):
        sent = {"whom": whom, "money_limit": "€ 100", "time_limit": "1:30", "ask_above": "", "guidelines": "By train"}
        page = client.post(page_for(cast), sent, follow=True)
        assert "From now on a new brief begins with it." in text_of(page)
    rows = UsualLimits.objects.order_by("level", "assistant")
    assert {(row.level, row.assistant) for row in rows} == {("", None), ("propose", None), ("", cast.assistant)}
    assert all(
        limits_of(row).given() == {"money_limit": 100, "time_limit": 90, "guidelines": "By train"} for row in rows
    )
    assert "at most €\xa0100; at most 1\xa0hour\xa030\xa0min; By train" in text_of(client.get(page_for(cast)))


def test_sent_again_it_takes_the_place_of_what_was_there(cast: Cast, client_for: ClientFor) -> None:
    usual(cast, level="propose", money_limit=Decimal(100), guidelines="By train")
    client = client_for(cast.owner)
    form = client.get(page_for(cast), {"whom": "level:propose"})
    assert (field_of(form, "money_limit").value(), field_of(form, "guidelines").value()) == ("100", "By train")
    client.post(page_for(cast), {"whom": "level:propose", "money_limit": "50"})
    row = UsualLimits.objects.get()
    assert limits_of(row).given() == {"money_limit": 50}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Fill in at least one of them."),
        ({"money_limit": "a lot"}, "This can't be read as an amount."),
        ({"money_limit": "$ 12"}, "This says another currency than EUR."),
        ({"whom": "level:boss", "money_limit": "1"}, "Select a valid choice."),
        ({"whom": f"person:{uuid4()}", "money_limit": "1"}, "Select a valid choice."),
    ],
)
def test_what_can_not_be_is_refused(sent: dict[str, str], said: str, cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(page_for(cast), sent)
    assert page.status_code == 422
    assert said in text_of(page)
    assert not UsualLimits.objects.exists()


def test_nobody_of_another_team_can_be_chosen(cast: Cast, client_for: ClientFor) -> None:
    sent = {"whom": f"person:{cast.outsider.pk}", "money_limit": "1"}
    assert client_for(cast.owner).post(page_for(cast), sent).status_code == 422


def test_limits_are_taken_out_and_that_twice_is_no_error(cast: Cast, client_for: ClientFor) -> None:
    row = usual(cast, money_limit=Decimal(100))
    theirs = set_usual_limits(team=cast.other_team, limits=Limits(time_limit=60))
    client = client_for(cast.owner)
    for limits_id in (row.pk, row.pk, theirs.pk):
        path = reverse("team_limits_remove", args=[cast.team.pk, limits_id])
        assert client.post(path).headers["Location"] == page_for(cast)
    assert list(UsualLimits.objects.all()) == [theirs]


def test_the_page_of_the_team_leads_there(cast: Cast, client_for: ClientFor) -> None:
    team = reverse("team") + f"?team={cast.team.pk}"
    assert page_for(cast) in text_of(client_for(cast.owner).get(team))
    assert page_for(cast) not in text_of(client_for(cast.assistant).get(team))


@pytest.mark.django_db(transaction=True)
def test_two_who_set_the_same_at_once_make_one(cast: Cast) -> None:
    found = at_once(*[lambda amount=amount: usual(cast, money_limit=Decimal(amount)) for amount in (10, 20)])
    assert [type(row) for row in found] == [UsualLimits] * 2
    assert UsualLimits.objects.count() == 1


def test_many_people_take_no_more_queries(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    usual(cast, assistant=cast.assistant, time_limit=60)
    paths = (page_for(cast), reverse("task_new"))
    few = [queries_of(partial(client.get, path)) for path in paths]
    for _number in range(5):
        user = UserFactory.create()
        MembershipFactory.create(team=cast.team, user=user)
        usual(cast, assistant=user, time_limit=60)
    assert [queries_of(partial(client.get, path)) for path in paths] == few


# --- handing over -------------------------------------------------------------------------------------------------

BRIEF = {"title": "Find a caterer", "level": "within_limits", "do": "delegate", "usual_limits": "on"}


def hand_over(cast: Cast, client_for: ClientFor, **sent: Any) -> Any:
    """Send the form for a new brief; the answer."""
    values = {**BRIEF, "assistant": cast.assistant.pk, **sent}
    return client_for(cast.owner).post(reverse("task_new"), {name: v for name, v in values.items() if v is not None})


def test_without_anything_usual_nothing_is_asked(cast: Cast, client_for: ClientFor) -> None:
    assert TICK not in text_of(client_for(cast.owner).get(reverse("task_new")))


def test_the_form_says_what_is_usual_for_the_level_and_the_person(cast: Cast, client_for: ClientFor) -> None:
    usual(cast, level="propose", money_limit=Decimal(100))
    usual(cast, assistant=cast.assistant, time_limit=60)
    page = client_for(cast.owner).get(reverse("task_new"))
    for words in (TICK, "at most €\xa0100", "at most 1\xa0hour", "Change what is usual"):
        assert words in text_of(page)
    assert field_of(page, "usual_limits").value() is True


def test_what_is_left_empty_is_filled_in_and_counts_as_a_limit(cast: Cast, client_for: ClientFor) -> None:
    usual(cast, money_limit=Decimal(100), ask_above=Decimal(50))
    usual(cast, assistant=cast.assistant, time_limit=60)
    assert hand_over(cast, client_for, money_limit="80").status_code == 302
    task = Task.objects.get()
    assert task.state == State.OFFERED
    assert (str(task.money_limit), task.time_limit, str(task.ask_above)) == ("80.00", 60, "50.00")


def test_without_the_tick_nothing_is_filled_in(cast: Cast, client_for: ClientFor) -> None:
    usual(cast, money_limit=Decimal(100))
    page = hand_over(cast, client_for, usual_limits=None)
    assert page.status_code == 422  # this level needs a limit
    assert "limit" in field_of(page, "money_limit").errors[0]
    assert hand_over(cast, client_for, usual_limits=None, time_limit="2").status_code == 302
    assert Task.objects.get().money_limit is None


def test_what_can_not_be_read_is_not_filled_in_over(cast: Cast, client_for: ClientFor) -> None:
    usual(cast, money_limit=Decimal(100))
    page = hand_over(cast, client_for, money_limit="a lot")
    assert page.status_code == 422
    assert field_of(page, "money_limit").value() == "a lot"


def test_a_check_in_by_the_money_can_go_by_the_usual_limit(cast: Cast, client_for: ClientFor) -> None:
    usual(cast, money_limit=Decimal(100))
    rule = {"checkin_0_trigger": "money_used", "checkin_0_count": "80"}
    assert hand_over(cast, client_for, **rule).status_code == 302


def test_the_clarity_check_knows_the_usual_limits(cast: Cast, client_for: ClientFor) -> None:
    path, client = reverse("clarity"), client_for(cast.owner)
    lacking = text_of(client.post(path, BRIEF))
    usual(cast, money_limit=Decimal(100))
    assert text_of(client.post(path, BRIEF)) != lacking


# --- a draft ------------------------------------------------------------------------------------------------------


def edit_page(task: Task, cast: Cast, client_for: ClientFor) -> Any:
    return client_for(cast.owner).get(reverse("task_edit", args=[task.pk]))


def test_in_a_draft_the_usual_limits_are_a_tick_and_go_along_with_the_level(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    usual(cast, level="within_limits", money_limit=Decimal(100))
    usual(cast, level="propose", money_limit=Decimal(200))
    hand_over(cast, client_for, do="draft", time_limit="2")
    task = Task.objects.get()
    assert task.money_limit == 100
    page = edit_page(task, cast, client_for)
    assert (field_of(page, "usual_limits").value(), field_of(page, "money_limit").value()) == (True, None)
    assert field_of(page, "time_limit").value() == "2"
    sent = {"title": "x", "level": "propose", "do": "draft", "usual_limits": "on", "revision": task.revision}
    client_for(cast.owner).post(reverse("task_edit", args=[task.pk]), {**sent, "assistant": cast.assistant.pk})
    task.refresh_from_db()
    assert (task.level, str(task.money_limit)) == (LevelKey.PROPOSE, "200.00")


def test_a_draft_that_does_without_them_stays_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, money_limit=Decimal(70))
    usual(cast, money_limit=Decimal(100), time_limit=60)
    page = edit_page(task, cast, client_for)
    assert (field_of(page, "usual_limits").value(), field_of(page, "money_limit").value()) == (False, "70")


def test_a_limit_of_ones_own_stays_beside_the_usual_ones(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, money_limit=Decimal(70), time_limit=60)
    usual(cast, money_limit=Decimal(100), time_limit=60)
    page = edit_page(task, cast, client_for)
    assert field_of(page, "usual_limits").value() is True
    assert (field_of(page, "money_limit").value(), field_of(page, "time_limit").value()) == ("70", None)


def test_what_is_agreed_is_not_filled_in_any_more(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    usual(cast, money_limit=Decimal(100))
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    assert TICK not in text_of(edit_page(task, cast, client_for))
    sent = {"title": "x", "deliverable": "y", "do": "save", "usual_limits": "on", "revision": task.revision}
    client_for(cast.owner).post(reverse("task_edit", args=[task.pk]), sent)
    task.refresh_from_db()
    assert (task.title, task.money_limit) == ("x", None)
