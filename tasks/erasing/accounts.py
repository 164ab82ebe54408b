"""What stands in the way of deleting an account, and taking the person out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.db.models import Count, Q

from accounts.models import (
    Absence,
    DaysOff,
    Invitation,
    Membership,
    Message,
    MessagePreference,
    Role,
    Team,
    User,
)
from accounts.models.users import DIGEST_AT, GONE, office_hours
from accounts.signing_out import sign_out_everywhere
from tasks.erasing.traces import erase_traces, teams_of
from tasks.export_files import remove_bytes
from tasks.leaving import open_work
from tasks.models import DataExport, ExportState, Task, Timer

MOST = 20  # tasks of a team that are named on the page


@dataclass(frozen=True)
class OpenWork:
    """In one team: tasks that are with this person, or that they answer for. `more`: beside those named."""

    membership: Membership
    tasks: list[Task]
    more: int


@dataclass(frozen=True, kw_only=True)
class Obstacles:
    """What comes first. `owned`: teams of theirs with others in them."""

    work: list[OpenWork]
    owned: list[Team]
    timer: Timer | None

    def __bool__(self) -> bool:
        return bool(self.work or self.owned or self.timer)


def obstacles_of(person: User) -> Obstacles:
    """What is to be handed back before this account can go. Of a team in which they are alone nothing is."""
    alone = {team.pk for team in teams_alone(person)}
    places = Membership.objects.filter(user=person).select_related("team").order_by("created_at", "id")
    shared = [place for place in places if place.team_id not in alone]
    return Obstacles(
        work=[found for found in map(_work_of, shared) if found.tasks],
        owned=[place.team for place in shared if place.owns],
        timer=Timer.objects.filter(user=person).exclude(task__team__in=alone).select_related("task").first(),
    )


def teams_alone(person: User) -> list[Team]:
    """The teams that nobody else is in: they go with the account."""
    own = Membership.objects.filter(user=person, role=Role.OWNER).values("team")
    return list(Team.objects.filter(pk__in=own).annotate(members_in_it=Count("memberships")).filter(members_in_it=1))


def take_out(person: User, *, now: datetime) -> None:
    """Take name and address out of every table. Within `erasing()`, after the last membership has ended."""
    teams = teams_of(person)
    erase_traces(person, teams)
    _unmake_exports(person, teams)
    _empty_tables(person)
    Invitation.objects.filter(email=person.email, accepted_at=None, withdrawn_at=None).delete()
    Invitation.objects.filter(email=person.email).update(email=address_of_nobody(person))
    LogEntry.objects.filter(object_id=str(person.pk), content_type__model="user").update(object_repr="–")
    sign_out_everywhere(person)
    _empty_row(person, now=now)


def address_of_nobody(person: User) -> str:
    """An address of their own that reaches nobody."""
    return f"{person.pk}@{GONE}"


def _work_of(place: Membership) -> OpenWork:
    work = open_work(place.team, place.user)
    tasks = list(work[: MOST + 1])
    return OpenWork(place, tasks[:MOST], work.count() - MOST if len(tasks) > MOST else 0)


def _unmake_exports(person: User, teams: list[Team]) -> None:
    """Their own go. Those of teams that they were in hold their name: what is being made begins anew."""
    own = DataExport.objects.filter(person=person)
    of_teams = DataExport.objects.filter(team__in=teams).exclude(person=person)
    made = of_teams.filter(state=ExportState.READY)
    remove_bytes([*own, *made])
    own.delete()
    made.update(state=ExportState.GONE, file="", size=0)
    of_teams.filter(state=ExportState.MAKING).update(state=ExportState.ASKED, claim=None, claimed_at=None)


def _empty_tables(person: User) -> None:
    for model in (EmailAddress, Authenticator, DaysOff, MessagePreference):
        model.objects.filter(user=person).delete()
    Message.objects.filter(recipient=person).delete()
    Absence.objects.filter(Q(person=person) | Q(deputy=person)).delete()


def _empty_row(person: User, *, now: datetime) -> None:
    """The row stays, as work and money point at it; the clock too, by which their hours are told."""
    person.groups.clear()
    person.user_permissions.clear()
    person.name, person.email = "", address_of_nobody(person)
    person.country, person.working_hours, person.digest_at = "", office_hours(), DIGEST_AT
    person.quiet_from = person.quiet_until = person.refused_at = person.last_login = None
    person.refused_address = person.refused_reason = ""
    person.refusals, person.second_factor_asked = 0, False
    person.is_active = person.is_staff = person.is_superuser = False
    person.closed_at = now
    person.set_unusable_password()
    person.save()
