"""Flags as both sides see them: a card each, what talking about it would cost, and what is not billed."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState, TeamMoney
from delegation.workflow import State
from tasks.actions import flags
from tasks.actions.handing_over import reassign
from tasks.models import Event, Task, ToleranceUse, Turn, TurnKind, TurnState
from tasks.payloads import FlagCause, FlagKind
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.factories import flag_content, task_in
from tests.tasks.views.conftest import ClientFor, field_of, text_of

TALK = "Half an hour of talking about it costs about €\u00a045."


def agree(cast: Cast, *, own_rate: int | None = 60, rate: int = 30, **money: Any) -> None:
    """What an hour of Sam and of Eva is worth."""
    TeamMoney.objects.create(team=cast.team, own_rate=own_rate, **money)
    Agreement.objects.create(
        team=cast.team, assistant=cast.assistant, version=1, state=AgreementState.AGREED, rate=rate, currency="EUR",
        proposed_by=cast.owner, proposed_at=datetime.fromisoformat("2026-11-01T00:00Z"), answered_by=cast.assistant,
        valid_from=date(2026, 11, 1), time_zone="Europe/Amsterdam",
    )  # fmt: skip


def flag_it(task: Task, cast: Cast, now: datetime, **content: Any) -> Turn:
    """Sam flags it."""
    flags.flag(task_id=task.pk, by=cast.assistant, text="Not like this", content=flag_content(**content), now=now)
    return Turn.objects.get(task=task, kind=TurnKind.FLAG, created_at=now)


@pytest.fixture
def lunch(cast: Cast, now: datetime) -> Task:
    """At most EUR 100, in at most six hours."""
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=360)


def action(task: Task, slug: str) -> str:
    return reverse("task_action", args=[task.pk, slug])


def test_each_of_several_flags_has_a_card_of_its_own(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    one = flag_it(lunch, cast, now)
    two = flag_it(lunch, cast, now + timedelta(minutes=1), kind=FlagKind.TIME, money=None, minutes=480)
    eva = client_for(cast.owner)
    for path in (reverse("now"), lunch.get_absolute_url()):
        page = text_of(eva.get(path))
        assert re.findall(r'name="turn" value="([0-9a-f-]+)"', page).count(str(one.pk)) == 1
        assert f"?turn={two.pk}" in page
    lunch.refresh_from_db()
    sent = {"way": "more", "minutes": "480 min", "turn": two.pk, "revision": lunch.revision}
    page = text_of(eva.post(action(lunch, "answer-flag"), sent, follow=True))
    assert "Answered. Your assistant knows where they stand." in page
    assert str(one.pk) in page
    lunch.refresh_from_db()
    assert (lunch.state, lunch.time_limit) == (State.FLAGGED, 480)


def test_what_was_given_by_another_answer_is_said_to_be_covered(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    flag_it(lunch, cast, now, money=Decimal(300))
    flag_it(lunch, cast, now + timedelta(minutes=1), money=Decimal(240))
    flags.give_more(task_id=lunch.pk, by=cast.owner, more={"money_limit": Decimal(300)}, now=now)
    eva = client_for(cast.owner)
    for path in (reverse("now"), lunch.get_absolute_url()):
        page = text_of(eva.get(path))
        assert "The limit becomes" not in page
        assert re.findall(r'name="way" value="(\w+)"', page) == ["more", "stop"]
        assert page.count("This is covered now") == 1
    page = text_of(eva.get(action(lunch, "answer-flag")))
    assert "This is covered now" in page
    assert "Leave these empty, unless you give more still." in page
    lunch.refresh_from_db()
    sent = {"way": "more", "money": "240", "revision": lunch.revision}
    eva.post(action(lunch, "answer-flag"), sent)
    lunch.refresh_from_db()
    assert (lunch.state, lunch.money_limit, lunch.brief_version) == (State.IN_PROGRESS, Decimal(300), 2)
    assert "This is covered now" not in text_of(eva.get(lunch.get_absolute_url()))


def test_the_address_says_which_flag_and_nonsense_means_the_first(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    flag_it(lunch, cast, now)
    two = flag_it(lunch, cast, now + timedelta(minutes=1), kind=FlagKind.TIME, money=None, minutes=480)
    eva = client_for(cast.owner)
    found = {
        turn: field_of(eva.get(action(lunch, "answer-flag"), {"turn": turn}), "money").value()
        for turn in (str(two.pk), "garbage", "", "\x00")
    }
    assert found == {str(two.pk): None, "garbage": "240", "": "240", "\x00": "240"}
    assert eva.get(action(lunch, "answer-flag"), {"turn": str(lunch.pk)}).status_code == 409


@pytest.mark.parametrize(("kind", "chosen"), [("time", "time"), ("budget", "budget"), ("juggle", None), ("", None)])
def test_the_address_says_what_is_flagged(
    kind: str, chosen: str | None, cast: Cast, lunch: Task, client_for: ClientFor
) -> None:
    page = text_of(client_for(cast.assistant).get(action(lunch, "flag"), {"kind": kind}))
    checked = re.findall(r'name="kind"[^>]*value="([a-z]+)"[^>]*checked', page)
    checked += re.findall(r'name="kind"[^>]*checked[^>]*value="([a-z]+)"', page)
    assert checked == ([chosen] if chosen else [])


# --- keep proportions ---------------------------------------------------------------------------------------------


def test_both_sides_read_that_talking_costs_more_than_the_difference(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    agree(cast)
    flag_it(lunch, cast, now, money=Decimal(115))
    eva, sam = client_for(cast.owner), client_for(cast.assistant)
    for client, path in (
        (eva, reverse("now")),
        (eva, lunch.get_absolute_url()),
        (eva, action(lunch, "answer-flag")),
        (sam, lunch.get_absolute_url()),
    ):
        assert f"The difference is €\u00a015. {TALK}" in text_of(client.get(path))


def test_a_fellow_assistant_reads_nothing_of_what_an_hour_costs(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    agree(cast, tolerance_amount=20)
    fellow = MembershipFactory.create(team=cast.team).user
    flag_it(lunch, cast, now, kind=FlagKind.TIME, money=None, minutes=390)
    assert ToleranceUse.objects.get().amount == 15
    flag_it(lunch, cast, now + timedelta(minutes=1), kind=FlagKind.TIME, money=None, minutes=420)
    for path in (lunch.get_absolute_url(), f"{lunch.get_absolute_url()}versions/"):
        page = text_of(client_for(fellow).get(path))
        assert "Half an hour" not in page
        assert "15" not in re.findall(r"€.(\d+)", page)
        assert "30\u00a0min more, within the team's tolerance" in page


def test_who_carried_it_out_before_reads_nothing_of_it_any_more(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    agree(cast, tolerance_amount=20)
    reassign(task_id=lunch.pk, by=cast.owner, assistant=MembershipFactory.create(team=cast.team).user, now=now)
    refused = client_for(cast.assistant).post(action(lunch, "flag"), {"text": "What I had typed by then"})
    assert refused.status_code == 409
    assert "This is not yours to do." in text_of(refused)
    assert "What I had typed by then" in text_of(refused)
    assert "Half an hour" not in text_of(refused)


def test_after_flagging_the_assistant_reads_it_at_once(cast: Cast, lunch: Task, client_for: ClientFor) -> None:
    agree(cast)
    sam = client_for(cast.assistant)
    assert "costs about €\u00a045" in text_of(sam.get(action(lunch, "flag")))
    sent = {"kind": "budget", "cause": "grew", "text": "A bit more", "money": "115"}
    page = text_of(sam.post(action(lunch, "flag"), sent, follow=True))
    assert f"You hear as soon as there is a choice. The difference is €\u00a015. {TALK}" in page


@pytest.mark.parametrize(
    ("content", "money"),
    [
        ({"money": Decimal(145)}, {}),
        ({"money": Decimal(115)}, {"own_rate": None}),
        ({"money": Decimal(115), "deadline": date(2026, 12, 1)}, {}),
        ({"kind": FlagKind.TIME, "money": None, "minutes": 390, "cause": FlagCause.ESTIMATE}, {}),
    ],
)
def test_nothing_is_said_where_it_is_not_smaller_or_not_known(
    content: dict[str, Any], money: dict[str, Any], cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    agree(cast, **money)
    flag_it(lunch, cast, now, **content)
    assert "Half an hour" not in text_of(client_for(cast.owner).get(lunch.get_absolute_url()))


def test_without_an_agreement_nothing_is_known(cast: Cast, lunch: Task, client_for: ClientFor, now: datetime) -> None:
    TeamMoney.objects.create(team=cast.team, own_rate=60)
    flag_it(lunch, cast, now, money=Decimal(115))
    assert "Half an hour" not in text_of(client_for(cast.owner).get(lunch.get_absolute_url()))


def test_pages_with_flags_take_no_more_queries_for_more_of_them(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    agree(cast)
    eva, sam, found = client_for(cast.owner), client_for(cast.assistant), []
    for number in range(1, 13):
        task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
        flag_it(task, cast, now + timedelta(minutes=number), money=Decimal(115))
        flag_it(task, cast, now + timedelta(hours=number), money=Decimal(116))
        if number in {6, 12}:
            found.append(queries_of(lambda: eva.get(reverse("now"))))
    assert found[0] == found[1] <= 10
    for client in (eva, sam):
        assert queries_of(partial(client.get, task.get_absolute_url())) <= 8


# --- the tolerance, an own wrong estimate, a deadline that passes -------------------------------------------------


def test_a_small_difference_is_said_to_be_approved_at_once(cast: Cast, lunch: Task, client_for: ClientFor) -> None:
    agree(cast, tolerance_amount=20, tolerance_percent=20)
    sam = client_for(cast.assistant)
    assert "Up to €\u00a020 more than the budget is approved at once" in text_of(sam.get(action(lunch, "flag")))
    sent = {"kind": "budget", "cause": "grew", "text": "A bit more", "money": "115"}
    page = text_of(sam.post(action(lunch, "flag"), sent, follow=True))
    for text in (
        "Approved at once: the difference is within the tolerance.",
        "€\u00a015 more, within the team's tolerance",
        "approved at once",
        "at most €\u00a0115",
    ):
        assert text in page
    assert ToleranceUse.objects.count() == 1
    assert "more than the budget is approved at once" not in text_of(sam.get(action(lunch, "flag")))


def test_an_own_wrong_estimate_says_what_is_not_billed_before_and_after(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    eva, sam = client_for(cast.owner), client_for(cast.assistant)
    assert "Time beyond an own wrong estimate is given, but not billed." in text_of(sam.get(action(lunch, "flag")))
    flag_it(lunch, cast, now, kind=FlagKind.TIME, cause=FlagCause.ESTIMATE, money=None, minutes=480)
    for path in (reverse("now"), lunch.get_absolute_url(), action(lunch, "answer-flag")):
        assert "Not billed: 2\u00a0hours" in text_of(eva.get(path))
    flags.give_more(task_id=lunch.pk, by=cast.owner, more={"time_limit": 480}, now=now)
    page = text_of(sam.get(lunch.get_absolute_url()))
    assert "Not billed: 2\u00a0hours" in page
    assert "2\u00a0hours of it not billed" in page


def test_a_deadline_that_passes_while_flagged_waits_on_the_entrepreneur(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    passed = now.date() - timedelta(days=3)
    task = task_in(State.FLAGGED, LevelKey.WITHIN_LIMITS, cast, now, deadline_date=passed)
    assert (task.is_late(now), task.is_held_up(now)) == (False, True)
    page = text_of(client_for(cast.assistant).get(task.get_absolute_url()))
    assert '<span class="tag warn">waits on Eva</span>' in page
    assert 'class="tag bad">late' not in page
    flags.give_more(task_id=task.pk, by=cast.owner, more={"money_limit": Decimal(240)}, now=now)
    task.refresh_from_db()
    assert (task.is_late(now), task.is_held_up(now)) == (True, False)


def test_a_deadline_to_come_holds_nothing_up(cast: Cast, now: datetime) -> None:
    task = task_in(State.FLAGGED, LevelKey.WITHIN_LIMITS, cast, now, deadline_date=now.date())
    assert (task.is_late(now), task.is_held_up(now)) == (False, False)


def test_a_press_too_late_is_told_so(cast: Cast, lunch: Task, client_for: ClientFor, now: datetime) -> None:
    turn = flag_it(lunch, cast, now)
    lunch.refresh_from_db()
    sent = {"way": "more", "money": "240", "turn": turn.pk, "revision": lunch.revision}
    first, second = client_for(cast.owner), client_for(cast.entrepreneur)
    assert first.post(action(lunch, "answer-flag"), sent).status_code == 302
    page = second.post(action(lunch, "answer-flag"), sent)
    assert page.status_code == 409
    assert "Eva gave more" in text_of(page)
    assert Event.objects.filter(task=lunch, kind="give-more").count() == 1
    assert Turn.objects.get(pk=turn.pk).state == TurnState.ANSWERED
