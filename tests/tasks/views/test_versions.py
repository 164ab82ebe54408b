"""The versions of a brief: which there are, why, and what differs between two of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.models import TeamMoney
from delegation.workflow import State
from tasks.actions import flags, handing_over
from tasks.models import BriefVersion, Task
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import ResourceFactory, flag_content, task_in
from tests.tasks.views.conftest import ClientFor, text_of


def address(task: Task) -> str:
    return reverse("task_versions", args=[task.pk])


@pytest.fixture
def lunch(cast: Cast, now: datetime) -> Task:
    """EUR 100, then 240 because of a flag, then held to that because of another."""
    task = task_in(State.FLAGGED, LevelKey.WITHIN_LIMITS, cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner}
    flags.give_more(more={"money_limit": Decimal(240)}, text="For thirty it is fine", now=now, **common)
    later = now + timedelta(hours=1)
    flags.flag(task_id=task.pk, by=cast.assistant, text="More", content=flag_content(money=Decimal(300)), now=later)
    return flags.hold(text="No more than this", now=later, **common)


def test_each_version_says_who_when_and_why(cast: Cast, lunch: Task, client_for: ClientFor) -> None:
    for person in (cast.owner, cast.entrepreneur, cast.assistant):
        page = text_of(client_for(person).get(address(lunch)))
        for text in (
            "Version 3",
            "Version 2",
            "Version 1",
            "Handed over",
            "Eva gave more",
            "For thirty it is fine",
            "Eva holds to the limit",
            "No more than this",
        ):
            assert text in page


def test_it_begins_with_the_last_against_the_one_before(cast: Cast, lunch: Task, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(address(lunch))
    assert (page.context["first"], page.context["second"], page.context["changes"]) == (2, 3, [])
    assert "The brief says the same in both." in text_of(page)


@pytest.mark.parametrize(("was", "now_"), [("1", "3"), ("1", "2"), ("3", "1")])
def test_any_two_can_be_compared(was: str, now_: str, cast: Cast, lunch: Task, client_for: ClientFor) -> None:
    page = client_for(cast.assistant).get(address(lunch), {"from": was, "to": now_})
    assert page.context["changes"] == [{"field": "money_limit", "was": "100.00", "now": "240.00"}]
    assert "€\u00a0240" in text_of(page)


@pytest.mark.parametrize("text", ["0", "4", "-1", "garbage", "9" * 30, "٣", "\x00", "1.5", ""])
def test_what_is_no_version_stands_for_the_last_two(text: str, cast: Cast, lunch: Task, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(address(lunch), {"from": text, "to": text, "below": text})
    assert (page.status_code, page.context["first"], page.context["second"]) == (200, 2, 3)


def test_a_snapshot_from_before_a_part_of_the_brief_existed_is_no_error(
    cast: Cast, lunch: Task, client_for: ClientFor
) -> None:
    BriefVersion.objects.filter(task=lunch, number=1).update(content={"title": "Find a caterer", "gone": [1]})
    page = client_for(cast.owner).get(address(lunch), {"from": "1", "to": "3"})
    assert {"field": "money_limit", "was": None, "now": "240.00"} in page.context["changes"]
    assert "title" not in {change["field"] for change in page.context["changes"]}


def test_a_version_that_the_tolerance_made_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    TeamMoney.objects.create(team=cast.team, tolerance_amount=20)
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    content = flag_content(money=Decimal(115))
    flags.flag(task_id=task.pk, by=cast.assistant, text="The rolls are dearer", content=content, now=now)
    page = text_of(client_for(cast.owner).get(address(task)))
    assert "€\u00a015 more, within the team's tolerance" in page
    assert "The rolls are dearer" in page


def test_the_brief_leads_here_once_there_is_something_to_compare(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    fresh = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    client = client_for(cast.owner)
    assert address(lunch) in text_of(client.get(lunch.get_absolute_url()))
    assert address(fresh) not in text_of(client.get(fresh.get_absolute_url()))
    assert "From version" not in text_of(client.get(address(fresh)))


def test_a_draft_has_none_yet(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    draft = task_in(State.DRAFT, LevelKey.WITHIN_LIMITS, cast, now)
    assert "There is no version yet" in text_of(client_for(cast.owner).get(address(draft)))


def test_what_a_task_was_lent_is_not_for_onlookers(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    onlooker = MembershipFactory.create(team=cast.team, user=UserFactory.create(name="Oda Onink")).user
    book = ResourceFactory.create(team=cast.team, name="The address book")
    handing_over.amend(task_id=lunch.pk, by=cast.owner, fields={"reach": "Call"}, resources=[book], now=now)
    for person, sees in ((cast.owner, True), (cast.assistant, True), (onlooker, False)):
        page = text_of(client_for(person).get(address(lunch)))
        assert ("The address book" in page) == sees
        assert "Call" in page


def test_more_versions_take_no_more_queries_and_go_back_page_by_page(
    cast: Cast, lunch: Task, client_for: ClientFor, now: datetime
) -> None:
    client = client_for(cast.owner)
    few = queries_of(lambda: client.get(address(lunch)))
    content = BriefVersion.objects.get(task=lunch, number=3).content
    BriefVersion.objects.bulk_create(
        BriefVersion(task=lunch, number=number, content=content, by=cast.owner, created_at=now)
        for number in range(4, 61)
    )
    Task.objects.filter(pk=lunch.pk).update(brief_version=60)
    assert queries_of(lambda: client.get(address(lunch))) == few
    seen: list[int] = []
    below: int | None = None
    for _page in range(3):
        page = client.get(address(lunch), {"below": below} if below else {})
        seen += [line.version.number for line in page.context["lines"]]
        below = page.context["more"]
    assert (seen, below) == (list(range(60, 0, -1)), None)
