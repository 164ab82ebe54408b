"""What becomes of a wish: a task, a swap, or nothing."""

from datetime import datetime

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import talking, wishes
from tasks.models import Task, Wish, WishState
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of

TRAY = reverse("wishes")


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """Sam works on it, and there is something that could make room."""
    return task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, could_items=["Flowers", "Menus"])


@pytest.fixture
def wish(cast: Cast, task: Task, now: datetime) -> Wish:
    """Sam's."""
    return wishes.add_wish(team=cast.team, by=cast.assistant, text="A vegan menu", task=task, minutes=120, now=now)


# --- a task -------------------------------------------------------------------------------------------------------


def test_a_task_is_made_of_it_and_one_goes_on_with_its_brief(cast: Cast, client_for: ClientFor, wish: Wish) -> None:
    page = client_for(cast.owner).post(reverse("wish_task", args=[wish.pk]), follow=True)
    wish.refresh_from_db()
    assert wish.became
    assert page.redirect_chain == [(reverse("task_edit", args=[wish.became.pk]), 302)]
    assert "This is a draft now." in text_of(page)
    assert 'value="A vegan menu"' in text_of(page)


def test_what_was_decided_meanwhile_is_told(cast: Cast, client_for: ClientFor, wish: Wish, now: datetime) -> None:
    made = wishes.wish_to_task(wish=wish, by=cast.entrepreneur, now=now)
    page = client_for(cast.owner).post(reverse("wish_task", args=[wish.pk]))
    assert page.status_code == 409
    for part in ("That did not happen", "Somebody decided about this wish already.", "Finn", made.get_absolute_url()):
        assert part in text_of(page), part
    assert Task.objects.filter(title="A vegan menu").count() == 1


# --- drop ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "entrepreneur", "assistant"])
def test_it_is_dropped_by_who_hands_over_or_by_whose_it_is(
    who: str, cast: Cast, client_for: ClientFor, wish: Wish
) -> None:
    client, address = client_for(getattr(cast, who)), reverse("wish_drop", args=[wish.pk])
    assert "A vegan menu" in text_of(client.get(address))
    page = client.post(address, {"text": "Not this year"}, follow=True)
    assert page.redirect_chain == [(TRAY, 302)]
    wish.refresh_from_db()
    assert (wish.state, wish.closed_by) == (WishState.DROPPED, getattr(cast, who))


def test_a_wish_that_was_decided_meanwhile_is_not_dropped(
    cast: Cast, client_for: ClientFor, wish: Wish, now: datetime
) -> None:
    wishes.wish_to_task(wish=wish, by=cast.entrepreneur, now=now)
    client, address = client_for(cast.owner), reverse("wish_drop", args=[wish.pk])
    page = client.post(address, {"text": "No, not this year"})
    assert client.get(address).status_code == page.status_code == 409
    assert "No, not this year" in text_of(page)


def test_too_many_words_are_told_of(cast: Cast, client_for: ClientFor, wish: Wish) -> None:
    page = client_for(cast.owner).post(reverse("wish_drop", args=[wish.pk]), {"text": "x" * 1001})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["text"])


# --- swap ---------------------------------------------------------------------------------------------------------


def swap_address(task: Task) -> str:
    return reverse("task_action", args=[task.pk, "swap-wish"])


def test_the_wish_that_one_came_for_is_chosen_already(
    cast: Cast, client_for: ClientFor, task: Task, wish: Wish, now: datetime
) -> None:
    wishes.add_wish(team=cast.team, by=cast.assistant, text="A band", task=task, now=now)
    form = client_for(cast.owner).get(swap_address(task), {"wish": str(wish.pk)}).context["form"]
    assert (form["wish"].value(), len(form.choices), len(form.items)) == (str(wish.pk), 2, 2)


def test_something_is_swapped_for_it(cast: Cast, client_for: ClientFor, task: Task, wish: Wish) -> None:
    sent = {"wish": str(wish.pk), "drop": "Menus", "place": "could", "revision": str(task.revision)}
    page = client_for(cast.owner).post(swap_address(task), sent, follow=True)
    assert "Swapped. Your assistant sees what changed." in text_of(page)
    assert "Eva swapped: in comes “A vegan menu”, out goes “Menus”" in text_of(page)
    task.refresh_from_db()
    assert task.could_items == ["Flowers", "A vegan menu"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"wish": ""}, "wish"), ({"wish": "x"}, "wish"), ({"drop": ""}, "drop"), ({"place": "x"}, "place")],
)
def test_what_is_not_chosen_is_told_beside_its_field(
    sent: dict[str, str], field: str, cast: Cast, client_for: ClientFor, task: Task, wish: Wish
) -> None:
    whole = {"wish": str(wish.pk), "drop": "Menus", "place": "could", **sent}
    page = client_for(cast.owner).post(swap_address(task), whole)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_who_comes_too_late_reads_what_happened(
    cast: Cast, client_for: ClientFor, task: Task, wish: Wish, now: datetime
) -> None:
    wishes.drop_wish(wish=wish, by=cast.entrepreneur, now=now)
    sent = {"wish": str(wish.pk), "drop": "Menus", "place": "could", "text": "Half of them eat no meat at all"}
    page = client_for(cast.owner).post(swap_address(task), sent)
    assert page.status_code == 409
    for part in ("Somebody decided about this wish already.", "Finn dropped a wish", "Half of them eat no meat"):
        assert part in text_of(page), part


@pytest.mark.parametrize("lacks", ["wish", "could"])
def test_where_there_is_nothing_to_swap_the_page_says_so(
    lacks: str, cast: Cast, client_for: ClientFor, task: Task, wish: Wish, now: datetime
) -> None:
    if lacks == "wish":
        wishes.drop_wish(wish=wish, by=cast.owner, now=now)
    else:
        Task.objects.filter(pk=task.pk).update(could_items=[])
    page = text_of(client_for(cast.owner).get(swap_address(task)))
    said = "No wish of this task is in the tray." if lacks == "wish" else "Nothing in this brief could be dropped"
    assert said in page
    assert ">Swap</button>" not in page


# --- from a question ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["now", "task"])
def test_beside_the_answer_to_a_question_stands_the_tray(
    page: str, cast: Cast, client_for: ClientFor, task: Task, now: datetime
) -> None:
    talking.ask(task_id=task.pk, by=cast.assistant, text="Can you do the menus too?", now=now)
    address = reverse("now") if page == "now" else task.get_absolute_url()
    seen = text_of(client_for(cast.owner).get(address))
    assert "Not agreed: into the tray" in seen
    assert f"{task.get_absolute_url()}to-tray/" in seen


def test_the_question_is_answered_and_kept(cast: Cast, client_for: ClientFor, task: Task, now: datetime) -> None:
    talking.ask(task_id=task.pk, by=cast.owner, text="Can you do the menus too?", now=now)
    turn = task.turns.get(kind="question")
    client = client_for(cast.assistant)
    address = reverse("task_action", args=[task.pk, "to-tray"])
    page = client.post(address, {"turn": str(turn.pk), "text": "", "next": reverse("now")}, follow=True)
    assert page.redirect_chain == [(reverse("now"), 302)]
    assert "In the tray. Whoever asked knows." in text_of(page)
    assert Wish.objects.get().by == cast.owner
    task_page = text_of(client.get(task.get_absolute_url()))
    assert "Sam moved a question to the tray: it was not agreed" in task_page
    assert "moved to the tray" in task_page
