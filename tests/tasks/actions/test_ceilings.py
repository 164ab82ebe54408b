"""Up to which level somebody works: whatever is tried, nothing above it is ever offered to them."""

from datetime import datetime
from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit import Happened
from accounts.models import AuditEntry, Membership, User
from delegation.levels import LEVELS, LevelKey
from delegation.workflow import Action, State
from tasks.actions import handing_over
from tasks.actions.base import Refused
from tasks.actions.roles import NO_CEILING, NotChanged, set_ceiling
from tasks.actions.wishes import add_wish, wish_to_task
from tasks.ceilings import ceiling_of, is_above
from tasks.models import Event, Task
from tests.conftest import Cast
from tests.tasks.actions.verbs import attempt
from tests.tasks.factories import reachable, task_in
from tests.tasks.leavings import place_of

ANY = [None, *LevelKey]


def work_up_to(cast: Cast, person: User, ceiling: LevelKey | None, now: datetime) -> None:
    set_ceiling(membership=place_of(cast, person), ceiling=ceiling, by=cast.owner, now=now)


@pytest.mark.parametrize(("level", "ceiling"), list(product(LevelKey, ANY)))
def test_above_the_ceiling_is_what_has_more_freedom(level: LevelKey, ceiling: LevelKey | None) -> None:
    assert is_above(level, ceiling or "") == (ceiling is not None and LEVELS[level].number < LEVELS[ceiling].number)


@pytest.mark.parametrize(("level", "ceiling"), list(product(LevelKey, ANY)))
def test_handing_over_is_refused_above_the_ceiling_and_nowhere_else(
    level: LevelKey, ceiling: LevelKey | None, cast: Cast, now: datetime
) -> None:
    task = task_in(State.DRAFT, level, cast, now)
    work_up_to(cast, cast.assistant, ceiling, now)
    if ceiling is not None and LEVELS[level].number < LEVELS[ceiling].number:
        with pytest.raises(Refused, match=f"Sam works in this team up to “{LEVELS[ceiling].name}”"):
            handing_over.delegate(task_id=task.pk, by=cast.owner, now=now)
        assert Task.objects.get().state == State.DRAFT
    else:
        assert handing_over.delegate(task_id=task.pk, by=cast.owner, now=now).state == State.OFFERED


def test_a_task_goes_to_somebody_else_only_up_to_their_ceiling(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    work_up_to(cast, cast.guest, LevelKey.PROPOSE, now)
    with pytest.raises(Refused, match="Gus works in this team up to"):
        handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert Task.objects.get().assistant == cast.assistant


def test_what_is_under_way_goes_on_when_the_ceiling_is_lowered(cast: Cast, now: datetime) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now)
    work_up_to(cast, cast.assistant, LevelKey.INSTRUCTIONS, now)
    accepted = handing_over.accept_task(task_id=task.pk, by=cast.assistant, read_back="Yes", estimate=None, now=now)
    assert accepted.state == State.IN_PROGRESS
    handing_over.amend(task_id=task.pk, by=cast.owner, fields={"title": "Otherwise"}, now=now)
    assert Task.objects.get().title == "Otherwise"


def test_a_brief_that_changes_keeps_its_level(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.ADVISE, cast, now)
    work_up_to(cast, cast.assistant, LevelKey.ADVISE, now)
    fields = {"level": LevelKey.JUST_DO_IT, "assistant": cast.guest, "title": "Otherwise"}
    handing_over.amend(task_id=task.pk, by=cast.owner, fields=fields, now=now)
    after = Task.objects.get()
    assert (after.level, after.assistant) == (LevelKey.ADVISE, cast.assistant)


def test_a_task_made_of_a_wish_is_for_nobody_yet(cast: Cast, now: datetime) -> None:
    wish = add_wish(team=cast.team, by=cast.assistant, text="Menus", now=now)
    assert wish_to_task(wish=wish, by=cast.owner, now=now).assistant is None


def test_a_ceiling_is_set_once_and_written_down(cast: Cast, now: datetime) -> None:
    place = place_of(cast, cast.assistant)
    assert set_ceiling(membership=place, ceiling=LevelKey.PROPOSE, by=cast.owner, now=now)
    assert not set_ceiling(membership=place, ceiling=LevelKey.PROPOSE, by=cast.owner, now=now)
    assert set_ceiling(membership=place, ceiling=None, by=cast.owner, now=now)
    entries = AuditEntry.objects.filter(kind=Happened.CEILING_CHANGED, about=cast.assistant).order_by("pk")
    assert [entry.data["level"] for entry in entries] == ["propose", ""]


def test_who_hands_over_has_no_ceiling(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotChanged, match=str(NO_CEILING)):
        work_up_to(cast, cast.entrepreneur, LevelKey.PROPOSE, now)
    assert place_of(cast, cast.entrepreneur).ceiling == ""


places = st.sampled_from([(level, state) for level in LevelKey for state in reachable(level)])
tries = st.lists(
    st.tuples(st.sampled_from(list(Action)), st.sampled_from(["owner", "entrepreneur", "assistant", "guest"])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=places, ceilings=st.tuples(st.sampled_from(ANY), st.sampled_from(ANY)), tried=tries)
def test_no_action_leads_to_an_offer_above_the_ceiling(
    place: tuple[LevelKey, State],
    ceilings: tuple[LevelKey | None, LevelKey | None],
    tried: list[tuple[Action, str]],
    cast: Cast,
    now: datetime,
) -> None:
    with transaction.atomic():
        task = task_in(place[1], place[0], cast, now)
        for person, ceiling in zip((cast.assistant, cast.guest), ceilings, strict=True):
            Membership.objects.filter(team=cast.team, user=person).update(ceiling=ceiling or "")
        for action, who in tried:
            offers = offers_of(task)
            other = cast.guest if Task.objects.get(pk=task.pk).assistant == cast.assistant else cast.assistant
            try:
                after = attempt(action, task, getattr(cast, who), now, to=other)
            except Refused:
                continue
            if offers_of(task) > offers:
                assert after.assistant
                assert not is_above(after.level, ceiling_of(cast.team.pk, after.assistant.pk))
        transaction.set_rollback(True)


def offers_of(task: Task) -> int:
    return Event.objects.filter(task=task, kind__in=[Action.DELEGATE, Action.REASSIGN]).count()
