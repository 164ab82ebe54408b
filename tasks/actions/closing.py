"""Deleting one's account, and asking for a team to be deleted.

An account goes at once, when nothing is left open: hours and expenses are copied to the money records, the memberships
end, the name and the address are taken out of every table. All of it is one transaction: a task that is handed to the
person in the same moment either stands in the way, or finds them gone (tasks/actions/leaving.py holds what is needed).
A team goes after GRACE, by a sweep.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import Happened, note
from accounts.models import Invitation, Membership, MessageKind, Role, Team, User, erasing
from accounts.outbox import Tell, tell
from tasks.actions.base import Refused
from tasks.actions.crew import membership_held
from tasks.actions.leaving import NotEnded, let_go
from tasks.actions.timing import lock_person
from tasks.erasing.accounts import obstacles_of, take_out, teams_alone
from tasks.money_records import keep_records

GRACE = timedelta(days=14)
FIRST = _("Something is still open. It stands on this page.")
GONE = _("This account was deleted already.")
NOT_OWNER = _("Only the owner can delete a team.")
ASKED_ALREADY = _("That was asked for already.")
NOT_ASKED = _("This team is not going to be deleted any more, or it is too late to call it off.")


class NotDeleted(Exception):
    """It can't be done now; nothing was written. `text` says why, for the person who tried."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


def delete_account(*, person: User, now: datetime) -> None:
    """Delete one's own account. Teams in which nobody else is go with it, by the next sweep. Nothing that is written
    down about it says from where.

    Raises NotDeleted while something is open, also when it came in the same moment, and to the second of two presses.
    """
    with erasing():
        if obstacles_of(person):
            raise NotDeleted(FIRST)
        for team in teams_alone(person):
            _leave_behind(team, person, now)
        for place in Membership.objects.filter(user=person).order_by("team"):
            try:
                let_go(membership_id=place.pk, by=person, now=now)
            except (NotEnded, Refused) as not_ended:
                raise NotDeleted(not_ended.text) from not_ended
        # From here on nothing of theirs can come in any more. Of two presses the second waits here, and finds it done.
        lock_person(person)
        found = User.objects.filter(pk=person.pk, closed_at=None).first()
        if found is None:
            raise NotDeleted(GONE)
        keep_records(person=found, now=now)
        note(Happened.ACCOUNT_DELETED, now=now, actor=found)
        take_out(found, now=now)


def ask_to_delete_team(*, team: Team, by: User, now: datetime, ip: str | None = None) -> Team:
    """Have the team deleted after GRACE, with everything in it. Everybody in it is told. Raises NotDeleted."""
    with transaction.atomic():
        _check_owner(team, by)
        at = now + GRACE
        if Team.objects.filter(pk=team.pk, delete_at=None).update(delete_at=at) != 1:
            raise NotDeleted(ASKED_ALREADY)
        team.delete_at = at
        Invitation.objects.filter(team=team, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
        note(Happened.TEAM_DELETION_ASKED, now=now, actor=by, team=team, ip=ip, on=f"{at:%Y-%m-%d}")
        _tell_members(team, "team_deletion_asked", key=f"{at:%Y%m%d%H%M%S}", by=by, now=now)
    return team


def call_off(*, team: Team, by: User, now: datetime, ip: str | None = None) -> Team:
    """Leave the team as it is after all, until its last moment. Raises NotDeleted."""
    with transaction.atomic():
        # The team first, as the sweep does: what that has begun with, of which nobody is left in the team, can't be
        # called off; and what is called off here it doesn't begin with.
        held = Team.objects.select_for_update(no_key=True).filter(pk=team.pk)
        before = held.values_list("delete_at", flat=True).first()
        if membership_held(team.pk, by.pk) is None:
            raise NotDeleted(NOT_ASKED)
        _check_owner(team, by)
        if before is None or before <= now:
            raise NotDeleted(NOT_ASKED)
        Team.objects.filter(pk=team.pk).update(delete_at=None)
        team.delete_at = before
        note(Happened.TEAM_DELETION_CALLED_OFF, now=now, actor=by, team=team, ip=ip)
        _tell_members(team, "team_deletion_called_off", key=f"{before:%Y%m%d%H%M%S}", by=by, now=now)
        team.delete_at = None
    return team


def tell_near(team: Team, *, now: datetime) -> None:
    """Tell everybody in the team that it goes tomorrow."""
    _tell_members(team, "team_deletion_near", key=f"{team.delete_at:%Y%m%d%H%M%S}", by=None, now=now)


def tell_gone(team: Team, *, now: datetime) -> None:
    """Tell everybody in the team that it goes now."""
    _tell_members(team, "team_deleted", key="gone", by=None, now=now, last=True)


def _tell_members(team: Team, template: str, *, key: str, by: User | None, now: datetime, last: bool = False) -> None:
    """Tell everybody in the team, but not what they did themselves. The same `key` is told once.

    `last`: the team is going now, so nothing in the message may lead back to it.
    """
    mark = sha256(team.pk.bytes).hexdigest()[:32] if last else str(team.pk)
    members = User.objects.filter(memberships__team=team)
    tell(
        [
            Tell(
                to=member,
                kind=MessageKind.ACCOUNT,
                template=template,
                params={
                    "team": team.name,
                    "actor": by.short_name if by else "",
                    "when_deleted": team.delete_at.isoformat() if team.delete_at else "",
                },
                path=reverse("now") if last else f"{reverse('team')}?team={team.pk}",
                dedup_key=f"team:{mark}:{template}:{key}:{member.pk}",
            )
            for member in members
            if by is None or member.pk != by.pk
        ],
        now=now,
    )


def _check_owner(team: Team, by: User) -> None:
    place = membership_held(team.pk, by.pk)
    if place is None or place.role != Role.OWNER:
        raise NotDeleted(NOT_OWNER)


def _leave_behind(team: Team, person: User, now: datetime) -> None:
    """A team that is left without anybody: it goes by the next sweep, and nobody comes in until then."""
    place = membership_held(team.pk, person.pk)
    if place is None or Membership.objects.filter(team=team).exclude(pk=place.pk).exists():
        raise NotDeleted(FIRST)
    Invitation.objects.filter(team=team, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    Team.objects.filter(pk=team.pk).update(delete_at=now)
    Membership.objects.filter(pk=place.pk).delete()
