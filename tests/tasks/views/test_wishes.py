"""The tray: what lies in it for whom, and a line to drop something in."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import wishes
from tasks.models import Task, Wish, WishState
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, crowd, field_of, text_of

TRAY = reverse("wishes")


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """Sam works on it."""
    return task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, could_items=["Flowers"])


def drop_in(cast: Cast, now: datetime, text: str = "A vegan menu", **values: Any) -> Wish:
    fields: dict[str, Any] = {"team": cast.team, "by": cast.assistant, "text": text, "now": now}
    return wishes.add_wish(**fields | values)


def heap(cast: Cast, tasks: list[Task], now: datetime, **values: Any) -> None:
    """A wish of each task, made without its news."""
    fields: dict[str, Any] = {"team": cast.team, "by": cast.assistant, "text": "More", "created_at": now}
    Wish.objects.bulk_create(Wish(task=task, **{**fields, **values}) for task in tasks)


# --- reading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?show=closed"])
@pytest.mark.parametrize("who", ["owner", "assistant", "guest"])
def test_twice_as_many_wishes_take_as_many_queries(
    query: str, who: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    MembershipFactory.create(team=cast.other_team, user=getattr(cast, who))
    client = client_for(getattr(cast, who))

    def ten_more() -> None:
        tasks = crowd(cast, 10, now, assistant=cast.guest)
        heap(cast, tasks, now)
        heap(cast, tasks, now, state=WishState.TASK, became=tasks[0], closed_by=cast.owner, closed_at=now)
        Wish.objects.bulk_create(
            Wish(team=cast.other_team, by=cast.outsider, text="Olga's", created_at=now) for _number in range(10)
        )

    ten_more()
    few = queries_of(partial(client.get, TRAY + query))
    ten_more()
    assert queries_of(partial(client.get, TRAY + query)) == few
    assert few <= 4


def test_the_newest_wish_comes_first_and_the_rest_on_the_next_page(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    tasks = crowd(cast, 60, now)
    for minutes, task in enumerate(tasks):
        heap(cast, [task], now - timedelta(minutes=minutes // 2), text=f"wish {minutes}")
    client, seen, address = client_for(cast.owner), [], TRAY
    while address:
        page = client.get(address)
        seen += [row.wish for row in page.context["rows"]]
        following = page.context["following"]
        address = f"{TRAY}?before={following}".replace("+", "%2B") if following else ""
    assert len(seen) == len(set(seen)) == 60
    assert [(wish.created_at, wish.pk) for wish in seen] == sorted(
        ((wish.created_at, wish.pk) for wish in seen), reverse=True
    )


def test_a_wish_shows_its_price_tag_who_wished_it_and_where_it_came_from(
    cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    drop_in(cast, now, task=task, minutes=90, amount=Decimal("12.50"))
    page = text_of(client_for(cast.owner).get(TRAY))
    for part in ("A vegan menu", "1\u00a0hour\u00a030\u00a0min, €\u00a012.50", "Sam · today", task.title):
        assert part in page, part


def test_an_empty_tray_says_what_it_is_for(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    assert "What comes up along the way and was not agreed goes in the tray" in text_of(client.get(TRAY))
    assert "Nothing decided yet" in text_of(client.get(TRAY, {"show": "closed"}))


def test_what_was_decided_lies_apart(cast: Cast, client_for: ClientFor, task: Task, now: datetime) -> None:
    became = wishes.wish_to_task(wish=drop_in(cast, now, "A speaker"), by=cast.owner, now=now)
    wishes.drop_wish(wish=drop_in(cast, now, "A band"), by=cast.entrepreneur, now=now)
    swapped = drop_in(cast, now, "A vegan menu", task=task)
    wishes.swap_wish(task_id=task.pk, by=cast.owner, wish_id=swapped.pk, drop="Flowers", now=now)
    client = client_for(cast.owner)
    assert client.get(TRAY).context["rows"] == []
    page = text_of(client.get(TRAY, {"show": "closed"}))
    for part in ("Made a task by Eva", became.get_absolute_url(), "Dropped by Finn", "Swapped by Eva", "Flowers"):
        assert part in page, part
    assert "Drop…" not in page


def test_the_draft_that_a_wish_became_is_not_shown_to_an_assistant(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    became = wishes.wish_to_task(wish=drop_in(cast, now), by=cast.owner, now=now)
    page = text_of(client_for(cast.assistant).get(TRAY, {"show": "closed"}))
    assert "Made a task by Eva" in page
    assert became.get_absolute_url() not in page


def test_a_guest_sees_only_wishes_of_their_own_and_of_their_own_tasks(
    cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    theirs = task_in(State.IN_PROGRESS, LevelKey.ADVISE, cast, now, assistant=cast.guest)
    drop_in(cast, now, "of another task", task=task)
    drop_in(cast, now, "of no task")
    drop_in(cast, now, "of their task", task=theirs)
    drop_in(cast, now, "their own", task=task, by=cast.guest)
    page = client_for(cast.guest).get(TRAY)
    assert {row.wish.text for row in page.context["rows"]} == {"of their task", "their own"}
    assert task.get_absolute_url() not in text_of(page)


@pytest.mark.parametrize("who", ["outsider", "former"])
def test_who_is_not_in_the_team_sees_nothing_of_its_tray(
    who: str, cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    drop_in(cast, now, task=task)
    Membership.objects.filter(user=cast.assistant).delete()
    page = client_for(cast.outsider if who == "outsider" else cast.assistant).get(TRAY)
    assert page.context["rows"] == []


@pytest.mark.parametrize("query", ["task", "team"])
def test_the_tray_is_narrowed(query: str, cast: Cast, client_for: ClientFor, task: Task, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner)
    drop_in(cast, now, "here", task=task)
    drop_in(cast, now, "elsewhere", team=cast.other_team)
    wanted = task.pk if query == "task" else cast.team.pk
    page = client_for(cast.owner).get(TRAY, {query: str(wanted)})
    assert [row.wish.text for row in page.context["rows"]] == ["here"]


@pytest.mark.parametrize("query", ["?task=x", "?task=00000000-0000-0000-0000-000000000000"])
def test_the_tray_of_a_task_that_one_does_not_see_is_not_there(query: str, cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).get(TRAY + query).status_code == 404


@pytest.mark.parametrize("query", ["?team=x", "?before=x", "?show=x", "?before=2026-01-01T00:00:00%2B00:00_x"])
def test_an_address_that_makes_no_sense_narrows_nothing(
    query: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    drop_in(cast, now)
    assert len(client_for(cast.owner).get(TRAY + query).context["rows"]) == 1


@pytest.mark.parametrize(
    ("who", "offered"),
    [("owner", {"Make it a task", "Swap…", "Drop…"}), ("assistant", {"Drop…"}), ("other", set())],
)
def test_each_is_offered_what_they_may_do(
    who: str, offered: set[str], cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    other = MembershipFactory.create(team=cast.team).user
    drop_in(cast, now, task=task)
    page = text_of(client_for(other if who == "other" else getattr(cast, who)).get(TRAY))
    assert {words for words in ("Make it a task", "Swap…", "Drop…") if words in page} == offered


def test_a_swap_is_offered_only_where_something_can_make_room(
    cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    bare = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    done = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, could_items=["Flowers"])
    for number, where in enumerate([task, bare, done, None]):
        drop_in(cast, now - timedelta(minutes=number), task=where)
    rows = client_for(cast.owner).get(TRAY).context["rows"]
    assert [row.may_swap for row in rows] == [True, False, False, False]


# --- dropping something in ----------------------------------------------------------------------------------------


def test_one_line_with_its_price_tag_goes_in(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.assistant).post(TRAY, {"text": "extra vegan menu 2h €40"}, follow=True)
    assert "In the tray: extra vegan menu (2\u00a0hours, €\u00a040)." in text_of(page)
    wish = Wish.objects.get()
    assert (wish.team, wish.task, wish.by) == (cast.team, None, cast.assistant)
    assert (wish.text, wish.minutes, wish.amount) == ("extra vegan menu", 120, Decimal(40))


def test_what_is_filled_in_beside_the_line_counts(cast: Cast, client_for: ClientFor) -> None:
    sent = {"text": "table of 2h", "minutes": "1:30", "amount": "1.000,50"}
    client_for(cast.owner).post(TRAY, sent)
    wish = Wish.objects.get()
    assert (wish.text, wish.minutes, wish.amount) == ("table of 2h", 90, Decimal("1000.50"))


def test_from_the_task_page_one_comes_back_to_it(cast: Cast, client_for: ClientFor, task: Task) -> None:
    client = client_for(cast.assistant)
    assert "Came up along the way?" in text_of(client.get(task.get_absolute_url()))
    page = client.post(TRAY, {"text": "More chairs", "task": str(task.pk)}, follow=True)
    assert page.redirect_chain == [(task.get_absolute_url(), 302)]
    assert "In the tray: More chairs." in text_of(page)
    assert "Sam put a wish in the tray" in text_of(page)
    assert Wish.objects.get().task == task


def test_in_the_tray_of_a_task_one_stays_there(cast: Cast, client_for: ClientFor, task: Task) -> None:
    address = f"{TRAY}?task={task.pk}"
    page = client_for(cast.assistant).post(address, {"text": "More chairs"})
    assert (page.headers["Location"], Wish.objects.get().task) == (address, task)


def test_a_guest_drops_something_in_with_a_task_of_theirs_and_not_without(
    cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    theirs = task_in(State.IN_PROGRESS, LevelKey.ADVISE, cast, now, assistant=cast.guest)
    client = client_for(cast.guest)
    assert client.get(TRAY).context["form"] is None
    assert client.post(TRAY, {"text": "More"}).status_code == 403
    assert client.post(TRAY, {"text": "More", "task": str(task.pk)}).status_code == 404
    assert client.post(TRAY, {"text": "More", "task": str(theirs.pk)}).status_code == 302
    assert Wish.objects.get().task == theirs


def test_it_goes_into_the_tray_of_the_team_that_was_chosen(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant)
    client = client_for(cast.assistant)
    client.post(TRAY, {"text": "More", "team": str(cast.other_team.pk)})
    assert Wish.objects.get().team == cast.other_team
    assert client.post(TRAY, {"text": "More", "team": str(uuid4())}).status_code == 404


def test_a_guest_elsewhere_is_not_offered_that_tray(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant, role=Role.GUEST)
    client = client_for(cast.assistant)
    assert client.get(TRAY).context["trays"] == [cast.team]
    assert client.post(TRAY, {"text": "More", "team": str(cast.other_team.pk)}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"text": "x\x00"}, "text"),
        ({"text": "More", "minutes": "soon"}, "minutes"),
        ({"text": "More", "minutes": "-2"}, "minutes"),
        ({"text": "More", "amount": "1.2.3"}, "amount"),
        ({"text": "More", "amount": "99999999"}, "amount"),
    ],
)
def test_what_can_not_be_used_is_told_beside_its_field_and_nothing_typed_is_lost(
    sent: dict[str, str], field: str, cast: Cast, client_for: ClientFor, task: Task
) -> None:
    page = client_for(cast.assistant).post(TRAY, {**sent, "task": str(task.pk)})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert field_of(page, field).errors[0] in text_of(page)
    assert all(field_of(page, name).value() == typed for name, typed in sent.items())
    assert not Wish.objects.exists()
    # Sent again from here, it still belongs to that task.
    assert f"?task={task.pk}" in text_of(page)


def test_pressed_twice_it_goes_in_once(cast: Cast, client_for: ClientFor) -> None:
    client, sent = client_for(cast.assistant), {"text": "More", "new_id": str(uuid4())}
    for _press in range(2):
        assert client.post(TRAY, sent).status_code == 302
    assert Wish.objects.count() == 1
    client.post(TRAY, {**sent, "text": "Something else"})
    assert Wish.objects.count() == 2


def test_the_id_of_somebody_else_s_wish_is_nothing_to_write_over(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    theirs = drop_in(cast, now, by=cast.owner)
    client_for(cast.assistant).post(TRAY, {"text": "A vegan menu", "new_id": str(theirs.pk)})
    assert {(wish.by, wish.text) for wish in Wish.objects.all()} == {
        (cast.owner, "A vegan menu"), (cast.assistant, "A vegan menu"),
    }  # fmt: skip


def test_what_is_typed_is_shown_as_text(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    page = client.post(TRAY, {"text": "<script>alert(1)</script> %(wish)s"}, follow=True)
    assert "<script>alert" not in page.content.decode()
    assert "%(wish)s" in text_of(page)
