"""Deleting an account and a team: what stands in the way, what is told, and two at once."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.actions.invitations import InviteError, invite
from accounts.audit import Happened, note
from accounts.models import AuditEntry, Departure, Membership, Message, Role, Team, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.base import Refused
from tasks.actions.closing import NOT_ASKED, NotDeleted, ask_to_delete_team, call_off, delete_account
from tasks.actions.handing_over import create_draft, delegate, stop
from tasks.actions.timing import start_timer, stop_timer
from tasks.erasing import teams
from tasks.erasing.accounts import obstacles_of
from tasks.models import MoneyRecord, Task, TimeEntry, Timer
from tasks.money_records import keep_records, keep_until, remove_old
from tasks.sweeps import close_teams
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.threads import at_once

# --- an account ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_open_work_comes_first(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    with pytest.raises(NotDeleted, match="open"):
        delete_account(person=cast.assistant, now=now)
    assert [(work.membership.team, work.tasks) for work in obstacles_of(cast.assistant).work] == [(cast.team, [task])]
    assert User.objects.get(pk=cast.assistant.pk).name == "Sam Smit"


@pytest.mark.django_db
def test_a_team_with_others_in_it_comes_first(cast: Cast, now: datetime) -> None:
    assert obstacles_of(cast.owner).owned == [cast.team]
    with pytest.raises(NotDeleted):
        delete_account(person=cast.owner, now=now)


@pytest.mark.django_db
def test_a_running_timer_comes_first(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    start_timer(task_id=task.pk, by=cast.assistant, now=now)
    stop(task_id=task.pk, by=cast.owner, now=now)
    later = now + timedelta(minutes=30)
    assert obstacles_of(cast.assistant).timer is not None
    with pytest.raises(NotDeleted):
        delete_account(person=cast.assistant, now=later)
    stop_timer(by=cast.assistant, now=later)
    delete_account(person=cast.assistant, now=later)


@pytest.mark.django_db
def test_a_team_in_which_nobody_else_is_goes_along(cast: Cast, now: datetime) -> None:
    delete_account(person=cast.outsider, now=now)
    assert close_teams(now=now) == 1
    assert not Team.objects.filter(pk=cast.other_team.pk).exists()
    assert Team.objects.filter(pk=cast.team.pk).exists()


@pytest.mark.django_db
def test_it_is_written_down_without_a_name(cast: Cast, now: datetime) -> None:
    for actor in (cast.assistant, None):
        note(Happened.SIGN_IN_FAILED, now=now, actor=actor, about=cast.assistant, ip="192.0.2.3", again=True)
    delete_account(person=cast.assistant, now=now)
    assert not AuditEntry.objects.exclude(ip=None).exists()
    assert set(AuditEntry.objects.filter(actor=cast.assistant).values_list("kind", "ip")) == {
        ("account-deleted", None),
        ("left", None),
        ("sign-in-failed", None),
    }
    assert Departure.objects.filter(person=cast.assistant).exists()


@pytest.mark.django_db
def test_the_team_page_and_the_timesheets_go_on(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    TimeEntry.objects.create(task=task, user=cast.assistant, minutes=90, day=now.date(), created_at=now)
    stop(task_id=task.pk, by=cast.owner, now=now)
    delete_account(person=cast.assistant, now=now)
    task = Task.objects.get(pk=task.pk)
    assert str(task.assistant) == "Somebody who left"
    assert MoneyRecord.objects.get().person_name == "Sam Smit"


@pytest.mark.django_db(transaction=True)
def test_a_second_press_does_nothing_more(cast: Cast, now: datetime) -> None:
    found = at_once(*(partial(delete_account, person=cast.assistant, now=now) for _press in range(2)))
    assert sorted(type(result).__name__ for result in found) == ["NoneType", "NotDeleted"]
    assert AuditEntry.objects.filter(kind="account-deleted").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(3))
def test_a_task_handed_over_in_the_same_moment_stands_in_the_way_or_finds_them_gone(
    number: int, cast: Cast, now: datetime
) -> None:
    fields: dict[str, Any] = {"title": "Late", "level": "just_do_it", "deliverable": "It", "assistant": cast.assistant}
    draft = create_draft(team=cast.team, by=cast.owner, fields=fields | {"time_zone": "UTC"}, now=now)
    gone, handed = at_once(
        partial(delete_account, person=cast.assistant, now=now),
        partial(delegate, task_id=draft.pk, by=cast.owner, now=now),
    )
    task, person = Task.objects.get(pk=draft.pk), User.objects.get(pk=cast.assistant.pk)
    if person.closed_at:
        assert gone is None
        assert isinstance(handed, Refused)
        assert task.state == State.DRAFT
    else:
        assert isinstance(gone, NotDeleted)
        assert (task.state, task.assistant) == (State.OFFERED, cast.assistant)


# --- money records ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_records_are_written_once_and_go_after_seven_years(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    TimeEntry.objects.create(task=task, user=cast.assistant, minutes=90, day=now.date(), created_at=now)
    for _again in range(2):
        keep_records(person=cast.assistant, now=now)
        keep_records(team=cast.team, now=now)
    assert MoneyRecord.objects.get().keep_until == keep_until(now.date())
    assert remove_old(now=now.replace(year=2033, month=12, day=31)) == 0
    assert remove_old(now=now.replace(year=2034, month=1, day=1)) == 1


@pytest.mark.django_db
def test_what_is_too_old_is_not_kept_again(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    day = now.date().replace(year=2018)
    TimeEntry.objects.create(task=task, user=cast.assistant, minutes=90, day=day, created_at=now)
    keep_records(person=cast.assistant, now=now)
    assert not MoneyRecord.objects.exists()


# --- a team -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_the_owner_deletes_a_team(cast: Cast, now: datetime) -> None:
    for person in (cast.entrepreneur, cast.assistant, cast.outsider):
        with pytest.raises(NotDeleted, match="owner"):
            ask_to_delete_team(team=cast.team, by=person, now=now)


@pytest.mark.django_db
def test_meanwhile_nothing_new_is_handed_over_and_nobody_comes_in(cast: Cast, now: datetime) -> None:
    invitation = invite(team=cast.team, by=cast.owner, email="new@example.com", role=Role.ASSISTANT, now=now)
    draft = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)
    running = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at == now
    with pytest.raises(Refused, match="going to be deleted"):
        delegate(task_id=draft.pk, by=cast.owner, now=now)
    with pytest.raises(InviteError, match="going to be deleted"):
        invite(team=Team.objects.get(pk=cast.team.pk), by=cast.owner, email="x@example.com", role="assistant", now=now)
    stop(task_id=running.pk, by=cast.owner, now=now)  # what is under way can be finished


@pytest.mark.django_db
def test_it_can_be_called_off_until_the_last_moment(cast: Cast, now: datetime) -> None:
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    with pytest.raises(NotDeleted, match="already"):
        ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    call_off(team=cast.team, by=cast.owner, now=now + timedelta(days=13, hours=23))
    assert close_teams(now=now + timedelta(days=15)) == 0
    assert Team.objects.get(pk=cast.team.pk).delete_at is None
    told = Message.objects.filter(template="team_deletion_called_off").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Finn Faber", "Gus Groot", "Sam Smit"]
    with pytest.raises(NotDeleted):
        call_off(team=cast.team, by=cast.owner, now=now)


@pytest.mark.django_db
def test_after_the_last_moment_it_is_too_late(cast: Cast, now: datetime) -> None:
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    with pytest.raises(NotDeleted, match="too late"):
        call_off(team=cast.team, by=cast.owner, now=now + timedelta(days=14))


@pytest.mark.django_db
def test_what_is_called_off_while_the_sweep_is_at_another_team_stays(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed in time, by the clock of whoever took the press, after the sweep has read which teams go."""
    ask_to_delete_team(team=cast.other_team, by=cast.outsider, now=now - timedelta(hours=1))
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    end = now + timedelta(days=14)
    delete = teams.delete_team

    def slowly(team: Team, *, now: datetime) -> None:
        delete(team, now=now)
        if team == cast.other_team:
            call_off(team=cast.team, by=cast.owner, now=end - timedelta(seconds=1))

    monkeypatch.setattr(teams, "delete_team", slowly)
    assert close_teams(now=end) == 1
    assert Team.objects.get().delete_at is None
    assert cast.team.members.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(4))
def test_calling_off_at_the_very_moment_either_saves_the_team_or_is_too_late(
    number: int, cast: Cast, now: datetime
) -> None:
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    end = now + timedelta(days=14)
    acts = [
        partial(close_teams, now=end),
        partial(call_off, team=cast.team, by=cast.owner, now=end - timedelta(seconds=1)),
    ]
    found = at_once(*(acts if number % 2 else reversed(acts)))
    closed, called_off = found if number % 2 else reversed(found)
    if isinstance(called_off, NotDeleted):
        assert called_off.text == NOT_ASKED
        assert closed == 1
        assert not Team.objects.filter(pk=cast.team.pk).exists()
    else:
        assert isinstance(called_off, Team), called_off
        assert closed == 0
        assert Team.objects.get(pk=cast.team.pk).delete_at is None
        assert cast.team.members.count() == 4


@pytest.mark.django_db
def test_running_timers_are_logged_and_kept(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    end = now + timedelta(days=14)
    start_timer(task_id=task.pk, by=cast.assistant, now=end - timedelta(minutes=45))
    close_teams(now=end)
    assert not Timer.objects.exists()
    record = MoneyRecord.objects.get()
    assert (record.person_name, record.minutes, record.team_name) == ("Sam Smit", 45, "Eva's Events")


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_delete_a_team_once(cast: Cast, now: datetime) -> None:
    for _number in range(4):
        task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    ask_to_delete_team(team=cast.team, by=cast.owner, now=now)
    found = at_once(*(partial(close_teams, now=now + timedelta(days=14)) for _sweep in range(2)))
    assert all(isinstance(result, int) for result in found), found
    close_teams(now=now + timedelta(days=14))
    assert not Team.objects.filter(pk=cast.team.pk).exists()
    assert Message.objects.filter(template="team_deleted").count() == 4
    assert Membership.objects.get().user == cast.outsider
    connection.close()
