"""Handing over: the offer, taking it on or not, and who carries it out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Message, Role
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import UNDER_WAY, State, Why
from tasks.actions import gates, handing_over
from tasks.actions.base import CHANGED
from tasks.actions.crew import NOT_IN_TEAM
from tasks.models import BriefVersion, Checkin, CheckinState, Event, Task, TurnState
from tests.conftest import Cast
from tests.factories import TeamFactory
from tests.tasks.actions.watching import last_event, refused, story, told, turn_of, waiting
from tests.tasks.factories import ResourceFactory, brief_fields, task_in

GivenTask = Callable[..., Task]
IN_TWO_HOURS = Rule(trigger=Trigger.AFTER_START, hours=2)


# --- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_may_be_incomplete_and_waits_on_nobody(cast: Cast, now: datetime) -> None:
    fields = {"title": "Lunch", "level": LevelKey.PROPOSE, "time_zone": "Europe/Amsterdam"}
    task = handing_over.create_draft(team=cast.team, by=cast.owner, fields=fields, now=now)
    assert (task.state, task.assistant, waiting(task), story(task)) == (State.DRAFT, None, {}, [])


def test_a_draft_takes_only_resources_of_its_own_team(cast: Cast, now: datetime) -> None:
    ours, theirs = ResourceFactory.create(team=cast.team), ResourceFactory.create(team=cast.other_team)
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, resources=[ours, theirs])
    assert list(task.resources.all()) == [ours]


@pytest.mark.parametrize("stranger", ["state", "gate_passed_at", "steps_open", "team", "revision", "done_at"])
def test_nothing_but_the_brief_can_be_written_as_a_brief(stranger: str, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DRAFT, LevelKey.PROPOSE)
    with pytest.raises(ValueError, match=stranger):
        handing_over.edit_draft(task_id=task.pk, by=task.entrepreneur, fields={stranger: "x"}, now=now)


def test_the_same_check_in_rule_given_twice_counts_once(given_task: GivenTask) -> None:
    assert given_task(State.DRAFT, rules=[IN_TWO_HOURS, IN_TWO_HOURS]).checkin_rules.count() == 1


def test_an_edited_draft_holds_what_was_written(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DRAFT)
    handing_over.edit_draft(task_id=task.pk, by=task.entrepreneur, fields={"title": "Tax"}, revision=0, now=now)
    task.refresh_from_db()
    assert (task.title, task.revision) == ("Tax", 1)


def test_an_old_tab_does_not_overwrite_a_newer_draft(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DRAFT)
    common: dict[str, Any] = {"task_id": task.pk, "by": task.entrepreneur, "now": now, "revision": 0}
    handing_over.edit_draft(fields={"title": "Newer"}, **common)
    with refused(task, str(CHANGED)):
        handing_over.edit_draft(fields={"title": "Older"}, **common)


def test_another_level_makes_an_earlier_yes_void(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.AWAITING_APPROVAL, LevelKey.PROPOSE)
    gates.approve(task_id=task.pk, by=cast.owner, now=now)
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)
    fields = brief_fields(LevelKey.ADVISE, assistant=cast.assistant)
    assert handing_over.edit_draft(task_id=task.pk, by=cast.owner, fields=fields, now=now).gate_passed_at is None


def test_a_rewritten_draft_needs_a_new_yes_and_an_unchanged_one_keeps_it(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.AWAITING_APPROVAL, LevelKey.PROPOSE)
    gates.approve(task_id=task.pk, by=cast.owner, now=now)
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    assert handing_over.edit_draft(fields={"assistant": cast.guest}, **common).gate_passed_at == now
    assert handing_over.edit_draft(fields={"deliverable": "A list of twenty"}, **common).gate_passed_at is None


# --- the offer ----------------------------------------------------------------------------------------------------


def test_handing_over_offers_the_task_to_the_assistant(cast: Cast, given_task: GivenTask) -> None:
    task = given_task(State.OFFERED)
    assert (task.state, waiting(task), story(task)) == (State.OFFERED, {"offer": cast.assistant}, ["delegate"])
    assert told(task) == {("Sam", "offered", True)}


def test_the_message_and_its_mail_are_written_with_the_offer(cast: Cast, given_task: GivenTask) -> None:
    task = given_task(State.OFFERED)
    message = Message.objects.get(recipient=cast.assistant)
    assert (message.thread, message.path) == (str(task.pk), task.get_absolute_url())
    assert message.mail_at is not None


def test_the_brief_as_offered_is_kept_as_its_first_version(given_task: GivenTask) -> None:
    task = given_task(State.OFFERED)
    version = BriefVersion.objects.get(task=task)
    assert (task.brief_version, version.number, version.content["title"]) == (1, 1, task.title)


def test_an_incomplete_brief_is_not_handed_over(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DRAFT, deliverable=" ")
    with refused(task, Why.BRIEF_INCOMPLETE):
        handing_over.delegate(task_id=task.pk, by=task.entrepreneur, now=now)


def test_without_an_assistant_there_is_nobody_to_hand_over_to(cast: Cast, now: datetime) -> None:
    fields = brief_fields(LevelKey.JUST_DO_IT)
    task = handing_over.create_draft(team=cast.team, by=cast.owner, fields=fields, now=now)
    with refused(task, Why.NO_ASSISTANT):
        handing_over.delegate(task_id=task.pk, by=cast.owner, now=now)


@pytest.mark.parametrize("who", ["outsider", "entrepreneur"])
def test_only_who_assists_in_the_team_can_be_offered_a_task(who: str, cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, assistant=getattr(cast, who))
    with refused(task, str(NOT_IN_TEAM)):
        handing_over.delegate(task_id=task.pk, by=cast.owner, now=now)


def test_who_may_no_longer_log_in_can_not_be_offered_a_task(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DRAFT)
    cast.assistant.is_active = False
    cast.assistant.save(update_fields=["is_active"])
    with refused(task, str(NOT_IN_TEAM)):
        handing_over.delegate(task_id=task.pk, by=cast.owner, now=now)


def test_nobody_hands_a_task_over_to_themselves(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.OFFERED)
    Membership.objects.filter(user=cast.owner).update(role=Role.ASSISTANT)
    with refused(task, str(NOT_IN_TEAM)):
        handing_over.reassign(task_id=task.pk, by=cast.entrepreneur, assistant=cast.owner, now=now)


@pytest.mark.parametrize("who", ["assistant", "guest", "outsider"])
def test_only_entrepreneurs_of_the_team_hand_over(who: str, cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DRAFT)
    with refused(task, Why.NOT_YOURS):
        handing_over.delegate(task_id=task.pk, by=getattr(cast, who), now=now)


def test_the_second_press_on_hand_over_is_refused(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.OFFERED)
    with refused(task, Why.NOT_NOW):
        handing_over.delegate(task_id=task.pk, by=task.entrepreneur, now=now)


# --- taking it on -------------------------------------------------------------------------------------------------


def test_accepting_starts_the_work_with_a_read_back_and_an_estimate(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS)
    offer = turn_of(task, "offer")
    assert (task.state, task.started_at, waiting(task)) == (State.IN_PROGRESS, now, {})
    assert (offer.answer, offer.answer_text) == ("accepted", "You get a short list on Friday.")
    assert (offer.answer_payload, offer.answered_by) == ({"estimate": 120}, cast.assistant)
    assert last_event(task).data == {"text": "You get a short list on Friday.", "estimate": 120}
    assert told(task) == {("Eva", "accepted", False)}


def test_accepting_schedules_the_first_check_in(given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, rules=[IN_TWO_HOURS])
    checkin = Checkin.objects.get(task=task)
    assert (checkin.state, checkin.due_at) == (CheckinState.DUE, now + timedelta(hours=2))


def test_an_offer_schedules_no_check_in_yet(given_task: GivenTask) -> None:
    assert not Checkin.objects.filter(task=given_task(State.OFFERED, rules=[IN_TWO_HOURS])).exists()


def test_another_assistant_of_the_team_can_not_accept_it(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.OFFERED)
    with refused(task, Why.NOT_YOURS):
        handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="Mine", estimate=None, now=now)


def test_an_assistant_who_left_the_team_can_not_accept_it(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.OFFERED)
    Membership.objects.filter(user=cast.assistant).delete()
    with refused(task, Why.NOT_YOURS):
        handing_over.accept_task(task_id=task.pk, by=cast.assistant, read_back="Mine", estimate=None, now=now)


@pytest.mark.parametrize("reason", ["expertise", "time", "unclear", "other"])
def test_declining_gives_the_draft_back_with_a_reason_and_a_suggestion(
    reason: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.OFFERED)
    task = handing_over.decline(task_id=task.pk, by=cast.assistant, reason=reason, text="Ask Gus", now=now)
    assert (task.state, task.assistant, waiting(task)) == (State.DRAFT, None, {"returned": cast.owner})
    assert turn_of(task, "offer").answer == "declined"
    assert turn_of(task, "returned").payload == {"reason": reason}
    assert last_event(task).data == {"reason": reason, "text": "Ask Gus"}
    assert told(task) == {("Eva", "declined", True)}


def test_a_declined_task_can_be_offered_to_somebody_else(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.OFFERED)
    handing_over.decline(task_id=task.pk, by=cast.assistant, reason="time", now=now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    handing_over.edit_draft(fields={"assistant": cast.guest}, **common)
    task = handing_over.delegate(**common)
    assert (waiting(task), task.brief_version) == ({"offer": cast.guest}, 2)


# --- handing back, reassigning ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(UNDER_WAY - {State.AWAITING_DECISION}))
def test_a_task_under_way_can_be_handed_back(state: State, cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(state, LevelKey.PROPOSE, rules=[IN_TWO_HOURS])
    task = handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="I am ill", now=now)
    assert (task.state, task.assistant, task.started_at) == (State.DRAFT, None, None)
    assert waiting(task) == {"returned": cast.owner}
    assert not task.turns.filter(state=TurnState.PARKED).exists()
    assert not Checkin.objects.filter(task=task, state=CheckinState.DUE).exists()
    assert told(task) == {("Eva", "handed_back", True)}


def test_reassigning_offers_it_to_the_new_assistant_and_tells_the_old_one(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, rules=[IN_TWO_HOURS])
    task = handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, text="Sam is away", now=now)
    assert (task.state, task.assistant, task.started_at) == (State.OFFERED, cast.guest, None)
    assert waiting(task) == {"offer": cast.guest}
    assert told(task) == {("Gus", "offered", True), ("Sam", "reassigned", False)}
    assert [checkin.state for checkin in task.checkins.all()] == [CheckinState.WITHDRAWN]


@pytest.mark.parametrize("state", [State.OFFERED, State.IN_PROGRESS, State.AWAITING_APPROVAL, State.FLAGGED])
def test_whatever_waited_is_withdrawn_when_a_task_is_reassigned(
    state: State, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, LevelKey.PROPOSE)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert waiting(task) == {"offer": cast.guest}
    assert not task.turns.filter(state=TurnState.PARKED).exists()


def test_the_old_assistant_has_nothing_more_to_say_about_it(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    with refused(task, Why.NOT_YOURS):
        handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="Ill", now=now)


def test_what_was_ticked_and_approved_stays_when_somebody_else_goes_on(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.INSTRUCTIONS)
    gates.tick_step(task_id=task.pk, by=cast.assistant, step_number=1, now=now)
    task = handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert task.steps_done == 1


def test_the_new_assistant_s_check_ins_count_from_their_own_start(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, rules=[IN_TWO_HOURS])
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="Yes", estimate=None, now=now)
    checkin = Checkin.objects.get(task=task, state=CheckinState.DUE)
    assert (checkin.assistant, checkin.due_at) == (cast.guest, now + timedelta(hours=2))


def test_a_task_is_not_reassigned_to_somebody_of_another_team(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    Membership.objects.create(team=TeamFactory.create(), user=cast.outsider, role=Role.ASSISTANT, created_at=now)
    with refused(task, str(NOT_IN_TEAM)):
        handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.outsider, now=now)


# --- stopping -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.OFFERED, State.IN_PROGRESS, State.AWAITING_APPROVAL, State.DELIVERED])
def test_stopping_ends_everything_that_waited_and_says_why(
    state: State, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, LevelKey.PROPOSE, rules=[IN_TWO_HOURS])
    task = handing_over.stop(task_id=task.pk, by=cast.owner, text="No longer needed", now=now)
    assert (task.state, waiting(task)) == (State.STOPPED, {})
    assert not Checkin.objects.filter(task=task, state=CheckinState.DUE).exists()
    assert last_event(task).data == {"text": "No longer needed"}
    assert told(task) == {("Sam", "stopped", False)}


def test_a_draft_is_stopped_without_telling_anybody(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = handing_over.stop(task_id=given_task(State.DRAFT).pk, by=cast.owner, now=now)
    assert (task.state, told(task)) == (State.STOPPED, set())


def test_another_entrepreneur_of_the_team_may_stop_it_too(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = handing_over.stop(task_id=given_task(State.IN_PROGRESS).pk, by=cast.entrepreneur, now=now)
    assert last_event(task).actor == cast.entrepreneur


def test_an_assistant_who_left_is_told_nothing_more(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    Membership.objects.filter(user=cast.assistant).delete()
    handing_over.stop(task_id=task.pk, by=cast.owner, text="Sam has left", now=now)
    assert told(task) == set()


def test_the_timeline_is_never_changed(given_task: GivenTask) -> None:
    event = Event.objects.get(task=given_task(State.OFFERED))
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
