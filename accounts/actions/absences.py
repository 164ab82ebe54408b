"""Being away, and who answers meanwhile: arranging it, coming back earlier, and what becomes of it when one leaves.

Whoever is away and whoever answers are two entrepreneurs of one team. Nobody answers for another while away themselves.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.audit import Happened, note
from accounts.deputies import today_of
from accounts.models import Absence, Membership, MessageKind, Role, Team, User
from accounts.outbox import Tell, tell

# Longer than this is not being away but leaving; and nobody plans further ahead.
MOST_DAYS = 366
FURTHEST = timedelta(days=2 * 366)
A_DAY = timedelta(days=1)


class AbsenceError(Exception):
    """Why it can't be arranged like this, in words for who tried. `field`: what is to be changed."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def arrange_absence(
    *, team: Team, person: User, deputy: User, first: date, last: date, now: datetime, ip: str | None = None
) -> Absence:
    """From `first` until the end of `last`, days of who is away, `deputy` answers for them. Raises AbsenceError."""
    _check_days(first, last, today_of(person, now))
    with transaction.atomic():
        # One at a time in a team, so that no two arrangements cross each other.
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        _check_deputy(team, person, deputy)
        _check_others(team, person, deputy, first, last)
        absence = Absence.objects.create(
            team=team, person=person, deputy=deputy, first=first, last=last, created_at=now
        )
        days = {"first": first.isoformat(), "last": last.isoformat()}
        note(Happened.DEPUTY_ARRANGED, now=now, actor=person, team=team, about=deputy, ip=ip, **days)
        tell([_news(absence, "deputy_arranged", deputy, now)], now=now)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, now: datetime, ip: str | None = None) -> bool:
    """They are back, or stay after all: today they answer themselves. False when it was over or ended already."""
    today = today_of(absence.person, now)
    mine = Absence.objects.filter(pk=absence.pk)
    if mine.filter(first__gte=today).delete()[0] + mine.filter(last__gte=today).update(last=today - A_DAY) != 1:
        return False
    note(Happened.DEPUTY_ENDED, now=now, actor=by, team=absence.team, about=absence.person, ip=ip)
    told = {person.pk: person for person in (absence.deputy, absence.person) if person.pk != by.pk}
    tell([_news(absence, "deputy_ended", person, now) for person in told.values()], now=now)
    return True


@transaction.atomic
def drop_absences(*, team: Team, person: User, by: User, now: datetime, ip: str | None = None) -> None:
    """Somebody no longer hands over work in the team: what was arranged with them is gone, and who is away hears so."""
    theirs = Absence.objects.filter(Q(person=person) | Q(deputy=person), team=team).select_related("person", "deputy")
    left_alone = [one for one in theirs if one.deputy_id == person.pk and one.last >= today_of(one.person, now)]
    for absence in left_alone:
        absence.team = team
        note(Happened.DEPUTY_ENDED, now=now, actor=by, team=team, about=absence.person, ip=ip, left=True)
    tell([_news(absence, "deputy_gone", absence.person, now) for absence in left_alone], now=now)
    theirs.delete()


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise AbsenceError("last", _("The last day comes before the first one."))
    if last < today:
        raise AbsenceError("last", _("These days are over."))
    if first < today:
        raise AbsenceError("first", _("This day is over. Begin today at the earliest."))
    if first > today + FURTHEST:
        raise AbsenceError("first", _("That is more than two years ahead. Arrange it when it comes nearer."))
    if (last - first).days >= MOST_DAYS:
        raise AbsenceError("last", _("That is more than a year. Somebody who is away for so long hands over for good."))


def _check_deputy(team: Team, person: User, deputy: User) -> None:
    if deputy.pk == person.pk:
        raise AbsenceError("deputy", _("Somebody else has to answer."))
    handing_over = Membership.objects.filter(team=team, role__in=Role.entrepreneurs(), user__is_active=True)
    if not handing_over.filter(user=deputy).exists():
        said = _("%(name)s does not hand over work in this team, so can't answer for you.")
        raise AbsenceError("deputy", said % {"name": deputy.short_name})


def _check_others(team: Team, person: User, deputy: User, first: date, last: date) -> None:
    crossing = Absence.objects.filter(team=team, first__lte=last, last__gte=first).select_related("person")
    if own := crossing.filter(person=person).first():
        said = _("You arranged to be away %(days)s already. End that first, or choose other days.")
        raise AbsenceError("first", said % {"days": days_of(own)})
    if theirs := crossing.filter(person=deputy).first():
        said = _("%(name)s is away too, %(days)s. Choose somebody else, or other days.")
        raise AbsenceError("deputy", said % {"name": deputy.short_name, "days": days_of(theirs)})
    if promised := crossing.filter(deputy=person).first():
        said = _("You answer for %(name)s %(days)s. Ask %(name)s to choose somebody else first.")
        raise AbsenceError("first", said % {"name": promised.person.short_name, "days": days_of(promised)})


def days_of(absence: Absence) -> str:
    """From when to when, in words."""
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (absence.first, absence.last))
    if first == last:
        return _("on %(day)s") % {"day": first}
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def absences_shown(team: Team, *, now: datetime) -> list[Absence]:
    """What lasts or is to come in a team, the nearest first."""
    found = Absence.objects.filter(team=team, last__gte=now.date() - A_DAY).select_related("person", "deputy")
    return [absence for absence in found.order_by("first", "id") if absence.last >= today_of(absence.person, now)]


def _news(absence: Absence, template: str, to: User, now: datetime) -> Tell:
    return Tell(
        to=to,
        kind=MessageKind.ACCOUNT,
        template=template,
        params={
            "team": absence.team.name,
            "person": absence.person.short_name,
            "deputy": absence.deputy.short_name,
            "yours": to.pk == absence.person_id,
            "when_first": absence.first.isoformat(),
            "when_last": absence.last.isoformat(),
        },
        path=reverse("absences", args=[absence.team_id]),
        dedup_key=f"absence:{absence.pk}:{template}:{to.pk}:{now.isoformat()}",
    )
