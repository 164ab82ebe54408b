"""The tray: dropping something in, and the three things that become of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from accounts.models import Membership, Message
from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import talking, wishes
from tasks.actions.base import ALREADY_ANSWERED, CHANGED
from tasks.actions.usual import set_usual_limits
from tasks.actions.wishes import DECIDED, WishDecided
from tasks.models import BriefVersion, Event, Task, Wish, WishState
from tasks.usual_limits import Limits
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story, told, turn_of, waiting

GivenTask = Callable[..., Task]
Wished = Callable[..., Wish]
COULD = ["Printed menus", "Flowers on the table"]


@pytest.fixture
def wished(cast: Cast, now: datetime) -> Wished:
    """Sam drops something in."""

    def make(task: Task | None = None, **values: Any) -> Wish:
        fields: dict[str, Any] = {"by": cast.assistant, "text": "An extra vegan menu", "task": task, "now": now}
        return wishes.add_wish(team=cast.team, **fields | values)

    return make


def news(template: str) -> list[tuple[str, dict[str, object]]]:
    """Who was told it, with what."""
    found = Message.objects.filter(template=template).select_related("recipient")
    return [(message.recipient.short_name, message.params) for message in found]


# --- dropping something in ----------------------------------------------------------------------------------------


def test_a_wish_lies_in_the_tray_with_its_price_tag(cast: Cast, given_task: GivenTask, wished: Wished) -> None:
    task = given_task(State.IN_PROGRESS)
    wish = wished(task, minutes=120, amount=Decimal(40))
    wish.refresh_from_db()
    assert (wish.state, wish.task, wish.minutes, wish.amount) == (WishState.OPEN, task, 120, Decimal(40))
    assert (last_event(task).kind, last_event(task).data) == ("wish-added", {"text": "An extra vegan menu"})
    assert (waiting(task), Task.objects.get(pk=task.pk).revision) == ({}, task.revision)


def test_who_hands_the_task_over_hears_of_an_assistant_s_wish(
    cast: Cast, given_task: GivenTask, wished: Wished
) -> None:
    wished(given_task(State.IN_PROGRESS, title="Find a caterer"), minutes=120, amount=Decimal(40))
    ((name, params),) = news("wish_added")
    assert name == "Eva"
    assert params == {
        "actor": "Sam",
        "wish": "An extra vegan menu",
        "title": "Find a caterer",
        "minutes": 120,
        "amount": "40.00",
        "currency": "EUR",
    }
    assert not Message.objects.get(template="wish_added").must_do


def test_a_wish_that_hangs_on_nothing_goes_to_the_owner(wished: Wished) -> None:
    wished()
    assert [name for name, _params in news("wish_added")] == ["Eva"]


def test_when_who_handed_over_has_left_the_owner_hears_of_it(cast: Cast, given_task: GivenTask, wished: Wished) -> None:
    task = given_task(State.IN_PROGRESS, entrepreneur=cast.entrepreneur)
    Membership.objects.filter(user=cast.entrepreneur).delete()
    wished(task)
    assert [name for name, _params in news("wish_added")] == ["Eva"]


def test_an_entrepreneur_s_own_wish_is_news_to_nobody(cast: Cast, given_task: GivenTask, wished: Wished) -> None:
    wished(given_task(State.IN_PROGRESS), by=cast.entrepreneur)
    assert news("wish_added") == []


def test_the_same_wish_is_not_dropped_in_twice(wished: Wished) -> None:
    key = uuid4()
    wished(wish_id=key)
    with pytest.raises(IntegrityError):
        wished(wish_id=key)


# --- make it a task -----------------------------------------------------------------------------------------------


def test_a_wish_becomes_a_draft_with_its_price_tag_as_limits(
    cast: Cast, given_task: GivenTask, wished: Wished, now: datetime
) -> None:
    before = given_task(State.IN_PROGRESS)
    wish = wished(before, minutes=120, amount=Decimal(40))
    task = wishes.wish_to_task(wish=wish, by=cast.owner, now=now)
    task.refresh_from_db()
    assert (task.title, task.state, task.time_limit, task.money_limit) == (
        "An extra vegan menu", State.DRAFT, 120, Decimal(40),
    )  # fmt: skip
    assert (task.team, task.entrepreneur, task.assistant) == (cast.team, cast.owner, None)
    wish.refresh_from_db()
    assert (wish.state, wish.became, wish.closed_by, wish.closed_at) == (WishState.TASK, task, cast.owner, now)
    assert (last_event(before).kind, last_event(before).actor) == ("wish-task", cast.owner)
    assert news("wish_task") == [("Sam", {"actor": "Eva", "wish": "An extra vegan menu"})]


def test_the_draft_begins_with_the_usual_limits_and_the_wish_s_own_estimate_goes_before_them(
    cast: Cast, wished: Wished, now: datetime
) -> None:
    set_usual_limits(team=cast.team, limits=Limits(money_limit=Decimal(75), time_limit=60, guidelines="By train"))
    set_usual_limits(team=cast.team, level=wishes.LEVEL, limits=Limits(ask_above=Decimal(25)))
    set_usual_limits(team=cast.team, level=LevelKey.ADVISE, limits=Limits(ask_above=Decimal(10)))
    set_usual_limits(team=cast.team, assistant=cast.assistant, limits=Limits(money_limit=Decimal(5)))
    task = wishes.wish_to_task(wish=wished(minutes=120), by=cast.owner, now=now)
    assert (task.money_limit, task.time_limit, task.ask_above, task.guidelines) == (
        Decimal(75), 120, Decimal(25), "By train",
    )  # fmt: skip


def test_a_wish_too_long_for_a_title_is_kept_whole(cast: Cast, wished: Wished, now: datetime) -> None:
    text = "x" * 150 + " " + "y" * 149
    task = wishes.wish_to_task(wish=wished(text=text), by=cast.owner, now=now)
    assert (len(task.title), task.title[-1], task.deliverable) == (200, "…", text)


def test_one_s_own_wish_that_one_makes_a_task_is_no_news(cast: Cast, wished: Wished, now: datetime) -> None:
    wishes.wish_to_task(wish=wished(by=cast.owner), by=cast.owner, now=now)
    assert news("wish_task") == []


def test_who_left_the_team_does_not_hear_of_their_wish(cast: Cast, wished: Wished, now: datetime) -> None:
    wish = wished()
    Membership.objects.filter(user=cast.assistant).delete()
    wishes.drop_wish(wish=wish, by=cast.owner, now=now)
    assert news("wish_dropped") == []


# --- swap ---------------------------------------------------------------------------------------------------------


def swap(task: Task, wish: Wish, cast: Cast, now: datetime, **values: Any) -> Task:
    fields: dict[str, Any] = {"by": cast.owner, "drop": COULD[0], "now": now}
    return wishes.swap_wish(task_id=task.pk, wish_id=wish.pk, **fields | values)


def test_a_wish_takes_the_place_of_a_could(cast: Cast, given_task: GivenTask, wished: Wished, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD, money_limit=Decimal(100))
    wish = wished(task, amount=Decimal(40))
    done = swap(task, wish, cast, now, text="Half of them eat no meat")
    assert (done.could_items, done.must_items) == ([COULD[1], wish.text], [])
    assert (done.money_limit, done.brief_version, done.revision) == (Decimal(100), 2, task.revision + 1)
    version = BriefVersion.objects.get(task=task, number=2)
    assert (version.reason, version.content["could_items"]) == ("Half of them eat no meat", done.could_items)
    assert waiting(task) == {"amendment": cast.assistant}
    assert told(task) == {("Sam", "wish_swapped", True)}
    wish.refresh_from_db()
    assert (wish.state, wish.swapped_for, wish.closed_by) == (WishState.SWAPPED, COULD[0], cast.owner)
    data = last_event(task).data
    assert (data["wish"], data["dropped"], data["version"]) == (wish.text, COULD[0], 2)
    assert [change["field"] for change in data["changes"]] == ["could_items"]


def test_a_wish_may_become_a_must(cast: Cast, given_task: GivenTask, wished: Wished, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD, must_items=["Lunch"])
    done = swap(task, wished(task), cast, now, must=True)
    assert (done.must_items, done.could_items) == (["Lunch", "An extra vegan menu"], COULD[1:])
    assert BriefVersion.objects.get(task=task, number=2).reason == "Printed menus → An extra vegan menu"


def test_only_what_is_in_the_brief_can_make_room(
    cast: Cast, given_task: GivenTask, wished: Wished, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD)
    wish = wished(task)
    with refused(task, str(CHANGED)):
        swap(task, wish, cast, now, drop="x" * 900)
    wish.refresh_from_db()
    assert wish.state == WishState.OPEN


@pytest.mark.parametrize("which", ["another task's", "no task's", "unknown"])
def test_only_a_wish_of_this_task_comes_in(
    which: str, cast: Cast, given_task: GivenTask, wished: Wished, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD)
    elsewhere = given_task(State.IN_PROGRESS)
    wish = {"another task's": wished(elsewhere), "no task's": wished(), "unknown": Wish(id=uuid4())}[which]
    with refused(task, str(DECIDED)):
        swap(task, wish, cast, now)


def test_an_old_tab_swaps_nothing(cast: Cast, given_task: GivenTask, wished: Wished, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD)
    first, second = wished(task), wished(task, text="A speaker")
    swap(task, first, cast, now, revision=task.revision)
    with refused(task, str(CHANGED)):
        swap(task, second, cast, now, drop=COULD[1], revision=task.revision)


def test_an_assistant_does_not_swap(cast: Cast, given_task: GivenTask, wished: Wished, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD)
    wish = wished(task)
    with refused(task, Why.NOT_YOURS):
        swap(task, wish, cast, now, by=cast.assistant)


@pytest.mark.parametrize("state", [State.DELIVERED, State.DONE, State.FLAGGED, State.STOPPED])
def test_what_is_not_under_way_is_not_swapped(
    state: State, cast: Cast, given_task: GivenTask, wished: Wished, now: datetime
) -> None:
    task = given_task(state, LevelKey.WITHIN_LIMITS, could_items=COULD)
    wish = wished(task)
    with refused(task, Why.NOT_NOW):
        swap(task, wish, cast, now)


# --- drop ---------------------------------------------------------------------------------------------------------


def test_a_wish_is_dropped_with_a_few_words(cast: Cast, given_task: GivenTask, wished: Wished, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    wish = wished(task)
    wishes.drop_wish(wish=wish, by=cast.entrepreneur, text="Next year perhaps", now=now)
    wish.refresh_from_db()
    assert (wish.state, wish.closed_by, wish.closed_at) == (WishState.DROPPED, cast.entrepreneur, now)
    assert last_event(task).data == {"wish": "An extra vegan menu", "text": "Next year perhaps"}
    assert news("wish_dropped") == [
        ("Sam", {"actor": "Finn", "wish": "An extra vegan menu", "text": "Next year perhaps"})
    ]


def test_a_wish_that_hangs_on_no_task_leaves_no_line_in_a_timeline(cast: Cast, wished: Wished, now: datetime) -> None:
    wishes.drop_wish(wish=wished(), by=cast.owner, now=now)
    wishes.wish_to_task(wish=wished(), by=cast.owner, now=now)
    assert not Event.objects.exists()


@pytest.mark.parametrize("first", ["task", "drop", "swap"])
@pytest.mark.parametrize("second", ["task", "drop", "swap"])
def test_what_was_decided_stays_so(
    first: str, second: str, cast: Cast, given_task: GivenTask, wished: Wished, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, could_items=COULD)
    wish = wished(task)
    ways: dict[str, Callable[[], object]] = {
        "task": lambda: wishes.wish_to_task(wish=wish, by=cast.owner, now=now),
        "drop": lambda: wishes.drop_wish(wish=wish, by=cast.owner, now=now),
        "swap": lambda: swap(task, wish, cast, now, drop=COULD[-1]),
    }
    ways[first]()
    tasks, events, messages = Task.objects.count(), story(task), Message.objects.count()
    if second == "swap":
        with refused(task, str(DECIDED)):
            ways[second]()
    else:
        with pytest.raises(WishDecided) as decided:
            ways[second]()
        assert (decided.value.wish.state, decided.value.wish.closed_by) != (WishState.OPEN, None)
    assert (Task.objects.count(), story(task), Message.objects.count()) == (tasks, events, messages)


# --- from a question ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asker", "mover", "name"), [("assistant", "owner", "Sam"), ("owner", "assistant", "Eva")])
def test_a_question_about_what_was_not_agreed_goes_in_the_tray(
    asker: str, mover: str, name: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task, by = given_task(State.IN_PROGRESS), getattr(cast, mover)
    talking.ask(task_id=task.pk, by=getattr(cast, asker), text="Can you do\nthe menus too?" + "!" * 400, now=now)
    wishes.to_tray(task_id=task.pk, by=by, text="Gladly, later", now=now + timedelta(hours=1))
    turn, wish = turn_of(task, "question"), Wish.objects.get()
    assert (turn.answer, turn.answer_text, turn.answer_label) == ("to_tray", "Gladly, later", "Moved to the tray")
    assert (wish.by, wish.task, len(wish.text)) == (getattr(cast, asker), task, 300)
    assert wish.text.startswith("Can you do the menus too?")
    assert wish.text.endswith("!…")
    assert last_event(task).data["text"] == wish.text
    assert (waiting(task), last_event(task).kind, last_event(task).actor) == ({}, "to-tray", by)
    assert told(task) == {(name, "to_tray", False)}


def test_nobody_moves_their_own_question(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="Menus too?", now=now)
    with refused(task, str(ALREADY_ANSWERED)):
        wishes.to_tray(task_id=task.pk, by=cast.assistant, now=now)
    assert not Wish.objects.exists()


def test_a_question_that_was_answered_does_not_go_in_the_tray_too(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = talking.ask(task_id=given_task(State.IN_PROGRESS).pk, by=cast.assistant, text="Menus too?", now=now)
    talking.answer(task_id=task.pk, by=cast.owner, text="Yes", now=now)
    with refused(task, str(ALREADY_ANSWERED)):
        wishes.to_tray(task_id=task.pk, by=cast.owner, now=now)
    assert not Wish.objects.exists()
