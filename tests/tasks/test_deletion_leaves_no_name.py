"""Whoever deletes their account, or their team, is found nowhere any more: every column of every table is searched."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from accounts.actions.invitations import accept, invite, withdraw
from accounts.models import AuditEntry, Invitation, Membership, Message, OutgoingMail, Role, Team, User
from accounts.models.users import SOMEBODY_WHO_LEFT
from accounts.outbox import post_letters
from accounts.sending import send_queued
from delegation.workflow import OPEN
from tasks.actions.closing import ask_to_delete_team, delete_account
from tasks.actions.exporting import ask_for_export
from tasks.actions.handing_over import stop
from tasks.actions.leaving import let_go
from tasks.actions.talking import ask
from tasks.models import Event, Expense, MoneyRecord, StoredFile, Task, TimeEntry, Timer
from tasks.sweeps import close_teams, make_exports
from tasks.uploads import store
from tests.tasks.conftest import DEMO_DAY
from tests.tasks.searching import places_of

NOW = DEMO_DAY
MONEY = "tasks_moneyrecord"


def hand_everything_back(person: User) -> None:
    """Their open work is stopped, by whoever handed it over."""
    for task in Task.objects.filter(assistant=person, state__in=sorted(OPEN)).select_related("entrepreneur"):
        stop(task_id=task.pk, by=task.entrepreneur, now=NOW)
    Timer.objects.filter(user=person).delete()


def scatter(person: User) -> None:
    """The name and the address where people and programs leave them, in all their spellings."""
    owner = User.objects.get(email="entrepreneur@example.com")
    team = Team.objects.get(name="Studio Martens")
    task = Task.objects.filter(team=team, assistant=person)[0]
    text = f"Ask {person.name} ({person.email.upper()}), or {person.short_name}. {person.name.upper()}!"
    Task.objects.filter(pk=task.pk).update(purpose=text, criteria=[text], title=f"For {person.name}")
    other = Task.objects.filter(team=team, state="in_progress").exclude(assistant=None)[0]
    ask(task_id=other.pk, by=other.assistant or owner, text=text, now=NOW)
    name = f"cv-{person.name.replace(' ', '_')}.pdf"
    store([SimpleUploadedFile(name, b"nothing in it")], team=team, task=task, by=owner, now=NOW)
    LogEntry.objects.create(
        user=owner,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        object_repr=str(person),
        action_flag=2,
        change_message=f"changed {person.email}",
    )
    AuditEntry.objects.create(kind="sign-in-failed", data={"address": person.email}, ip="192.0.2.1", at=NOW)
    AuditEntry.objects.create(kind="signed-in", actor=person, ip="192.0.2.1", at=NOW)
    AuditEntry.objects.create(kind="sign-in-failed", about=person, data={"again": True}, ip="192.0.2.1", at=NOW)
    Message.objects.filter(recipient=owner).update(mail_at=NOW)
    post_letters(now=NOW)
    mail = OutgoingMail.objects.filter(recipient=owner)[0]
    OutgoingMail.objects.filter(pk=mail.pk).update(text=text, html=f"<p>{text}</p>", subject=text[:100])
    ask_for_export(person=owner, team=team, now=NOW)
    ask_for_export(person=person, now=NOW)
    make_exports(now=NOW)


@pytest.mark.parametrize("name", ["Sam de Vries", "Zoë d'Ancona", "Bartholomeus"])
def test_the_name_and_the_address_of_a_person_stand_nowhere_but_in_the_money_records(
    name: str, demo: None, client_for: Callable[[User], Client]
) -> None:
    person = User.objects.get(email="assistant@example.com")
    User.objects.filter(pk=person.pk).update(name=name)
    person.refresh_from_db()
    client = client_for(person)
    assert client.get("/now/").status_code == 200
    scatter(person)
    hand_everything_back(person)
    words = [person.name, person.short_name, person.email, person.name.split(" ", 1)[-1]]
    before = places_of(*words)
    assert len(before) > 10, "there is something to take out"

    delete_account(person=person, now=NOW)

    assert places_of(*words, but=MONEY) == {}
    assert AuditEntry.objects.get(ip="192.0.2.1").about is None, "of the failed try, which names nobody"
    assert places_of("192.0.2.1").keys() <= {"accounts_auditentry.ip"}
    assert client.get("/now/").status_code == 302, "signed out"


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", ["Femke de Groot", "Femke"])
def test_who_invited_people_is_found_nowhere_either(name: str, language: str, demo: None) -> None:
    """Whether they joined or not, had an account or not, and whatever language they read by now."""
    Team.objects.filter(name="Studio Martens").update(language=language)
    team = Team.objects.get(name="Studio Martens")
    person = User.objects.create_user(email="femke@example.com", password=None, name=name, language=language)
    Membership.objects.create(team=team, user=person, role=Role.ENTREPRENEUR)
    stranger, joins, member = (
        User.objects.create_user(email=f"{each}@example.com", password=None, name=each, language=language)
        for each in ("stranger", "joins", "member")
    )
    for address in ("nobody-yet@example.com", stranger.email, joins.email, member.email):
        invite(team=team, by=person, email=address, role=Role.ASSISTANT, now=NOW)
    send_queued(now=NOW)
    withdraw(invitation=Invitation.objects.get(email=stranger.email), by=person, now=NOW)
    invite(team=team, by=person, email="waits@example.com", role=Role.GUEST, now=NOW)
    for one in (joins, member):
        accept(invitation=Invitation.objects.get(email=one.email), user=one, now=NOW)
    let_go(membership_id=Membership.objects.get(user=joins).pk, by=person, now=NOW)
    User.objects.exclude(pk=person.pk).update(language="en" if language == "nl" else "nl")
    words = [person.name, person.short_name, person.email, "Groot"]
    assert {"accounts_outgoingmail.subject", "accounts_outgoingmail.html"} <= places_of(*words).keys()

    delete_account(person=person, now=NOW)

    assert places_of(*words, but=MONEY) == {}
    subjects = OutgoingMail.objects.filter(to_address__in=["nobody-yet@example.com", "waits@example.com"])
    with override(language):
        instead = str(SOMEBODY_WHO_LEFT)
    assert {subject.partition(instead)[0] for subject in subjects.values_list("subject", flat=True)} == {""}


def test_money_of_a_deleted_person_is_kept_with_the_name_and_until_when_the_law_asks(demo: None) -> None:
    person = User.objects.get(email="assistant@example.com")
    hand_everything_back(person)
    hours, spent = TimeEntry.objects.filter(user=person), Expense.objects.filter(by=person)
    sources = {row.pk for rows in (hours, spent) for row in rows}
    assert sources

    delete_account(person=person, now=NOW)

    records = MoneyRecord.objects.all()
    assert {record.source for record in records} == sources
    assert {record.person_name for record in records} == {"Sam de Vries"}
    assert {
        (record.keep_until.year - record.day.year, record.keep_until.month, record.keep_until.day) for record in records
    } == {(7, 12, 31)}
    priced = [record for record in records if record.kind == "time" and record.amount]
    assert priced
    assert all(record.minutes and record.currency for record in priced)


def test_the_row_of_a_deleted_person_opens_no_door(demo: None) -> None:
    person = User.objects.get(email="assistant@example.com")
    hand_everything_back(person)
    delete_account(person=person, now=NOW)
    person.refresh_from_db()
    assert (str(person), person.short_name, person.initials) == ("Somebody who left", "Somebody who left", "–")
    assert not person.is_active
    assert not person.has_usable_password()
    assert person.closed_at == NOW
    assert not Membership.objects.filter(user=person).exists()
    assert not EmailAddress.objects.filter(user=person).exists()


def test_what_others_are_called_stays(demo: None) -> None:
    person = User.objects.get(email="assistant@example.com")
    hand_everything_back(person)
    before = _names_in_the_work()
    delete_account(person=person, now=NOW)
    assert _names_in_the_work() == before


def _names_in_the_work() -> dict[str, int]:
    places = places_of("Noor", "Eva", "Tom", "Gijs")
    return {place: len(texts) for place, texts in places.items() if place.startswith("tasks_") and MONEY not in place}


def _everything_of(team: Team) -> set[str]:
    """Ids and words by which anything of a team would be known again."""
    tasks = Task.objects.filter(team=team)
    files = StoredFile.objects.filter(team=team)
    return {
        str(team.pk),
        team.pk.hex,
        *(str(pk) for pk in tasks.values_list("pk", flat=True)),
        *(pk.hex for pk in tasks.values_list("pk", flat=True)),
        *tasks.values_list("title", flat=True),
        *files.values_list("name", flat=True),
    }


def test_nothing_of_a_deleted_team_is_left_but_the_money_records(demo: None, settings: Settings) -> None:
    owner = User.objects.get(email="entrepreneur@example.com")
    team, other = Team.objects.get(name="Studio Martens"), Team.objects.get(name="Hadley Pottery")
    scatter(User.objects.get(email="assistant@example.com"))
    gone, kept = _everything_of(team), _everything_of(other)
    hours = TimeEntry.objects.filter(task__team=team).count() + Expense.objects.filter(task__team=team).count()
    ask_to_delete_team(team=team, by=owner, now=NOW)

    assert close_teams(now=NOW + timedelta(days=13, hours=23)) == 0
    assert close_teams(now=NOW + timedelta(days=14)) == 1

    assert places_of(*gone, but=MONEY) == {}
    assert MoneyRecord.objects.filter(team_key=team.pk).count() == hours
    assert not list(Path(settings.MEDIA_ROOT).rglob(f"{team.pk}*"))
    assert _everything_of(other) == kept
    assert {row.role for row in Membership.objects.filter(team=other)} == {Role.OWNER, Role.ASSISTANT}
    assert User.objects.filter(closed_at=None).count() == 6, "accounts stay"


def test_members_are_told_at_the_start_the_day_before_and_after(demo: None) -> None:
    owner = User.objects.get(email="entrepreneur@example.com")
    team = Team.objects.get(name="Studio Martens")
    members = set(team.members.all())
    ask_to_delete_team(team=team, by=owner, now=NOW)
    told = Message.objects.filter(template="team_deletion_asked")
    assert {message.recipient for message in told} == members - {owner}

    for _again in range(2):
        close_teams(now=NOW + timedelta(days=13, hours=1))
    near = Message.objects.filter(template="team_deletion_near")
    assert sorted(str(message.recipient) for message in near) == sorted(map(str, members))

    close_teams(now=NOW + timedelta(days=15))
    after = Message.objects.filter(template="team_deleted")
    assert sorted(str(message.recipient) for message in after) == sorted(map(str, members))
    assert not Message.objects.filter(template__startswith="team_deletion").exists()


class Killed(BaseException):
    """As by the operating system: nothing catches it."""


@pytest.mark.parametrize("batch", range(1, 30, 4))
def test_a_worker_killed_anywhere_leaves_a_team_that_the_next_sweep_finishes(
    batch: int, demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.erasing import teams

    owner = User.objects.get(email="entrepreneur@example.com")
    team = Team.objects.get(name="Studio Martens")
    scatter(User.objects.get(email="assistant@example.com"))
    gone = _everything_of(team)
    hours = TimeEntry.objects.filter(task__team=team).count() + Expense.objects.filter(task__team=team).count()
    ask_to_delete_team(team=team, by=owner, now=NOW)
    held, left = teams._held, [batch]

    def killed_at_last(row: Team, **options: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return held(row, **options)

    monkeypatch.setattr(teams, "BATCH", 7)
    monkeypatch.setattr(teams, "_held", killed_at_last)
    with pytest.raises(Killed):
        close_teams(now=NOW + timedelta(days=14))
    assert Team.objects.filter(pk=team.pk).exists()
    monkeypatch.setattr(teams, "_held", held)

    assert close_teams(now=NOW + timedelta(days=14)) == 1

    assert places_of(*gone, but=MONEY) == {}
    assert MoneyRecord.objects.filter(team_key=team.pk).count() == hours
    assert Event.objects.filter(task__team__name="Hadley Pottery").exists()
