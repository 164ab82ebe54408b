"""The people whom a sweep deals with: who they are, when they work, and in which teams they still are."""

import logging
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from accounts.deputies import still_answered
from accounts.models import Absence, DaysOff, Membership, Role, User
from delegation.working_time import WorkingTime, next_working
from tasks.people import working_time_of

logger = logging.getLogger("handover.sweeps")

# So many people are kept from one batch to the next; then the sweep begins anew, so that its memory has a bound.
MOST_PEOPLE = 10_000
A_DAY = timedelta(days=1)


class Crew:
    """Made once for a sweep. What is known of a person stays for its few seconds; memberships are read each batch."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.users: dict[UUID, User] = {}
        self._days_off: dict[UUID, tuple[tuple[date, date], ...]] = {}
        self._working: dict[UUID, WorkingTime | None] = {}
        self._free: dict[UUID, datetime] = {}
        self._teams: Collection[UUID] = ()
        self._members: set[tuple[UUID, UUID]] = set()
        self._owners: dict[UUID, User] | None = None
        self._absences: dict[tuple[UUID, UUID], list[Absence]] = {}

    def meet(self, people: Collection[UUID], teams: Collection[UUID]) -> None:
        """Read who takes part in a batch: at most five queries, however many they are."""
        if len(self.users) > MOST_PEOPLE:
            for known in (self.users, self._days_off, self._working, self._free):
                known.clear()
        people = {*people, *self._read_absences(people, teams)}
        unknown = [person for person in people if person not in self.users]
        if unknown:
            self.users.update(User.objects.in_bulk(unknown))
            for user_id, first, last in DaysOff.objects.filter(user__in=unknown).values_list(
                "user_id", "first", "last"
            ):
                self._days_off[user_id] = (*self._days_off.get(user_id, ()), (first, last))
        self._teams, self._owners = teams, None
        members = Membership.objects.filter(team__in=teams, user__in=people)
        self._members = set(members.values_list("team_id", "user_id"))

    def _read_absences(self, people: Collection[UUID], teams: Collection[UUID]) -> set[UUID]:
        """Which of these people are away now or later, in which team; returns who answers for them."""
        lasting = Absence.objects.filter(team__in=teams, person__in=people, last__gte=self.now.date() - A_DAY)
        self._absences = {}
        for absence in still_answered(lasting).order_by("first"):
            self._absences.setdefault((absence.team_id, absence.person_id), []).append(absence)
        return {absence.deputy_id for absences in self._absences.values() for absence in absences}

    def deputy(self, team_id: UUID, user_id: UUID) -> User | None:
        """Who answers for this person in the team at this moment; None while they are there themselves."""
        found = self._absences.get((team_id, user_id), ())
        today = self.now.astimezone(self.users[user_id].zone).date() if found else None
        return next((self.users[one.deputy_id] for one in found if today and one.first <= today <= one.last), None)

    def away_from(self, team_id: UUID, user_id: UUID) -> datetime | None:
        """When somebody else begins to answer for this person in the team; None when nothing is arranged."""
        found = self._absences.get((team_id, user_id), ())
        starts = [datetime.combine(one.first, time.min, self.users[user_id].zone) for one in found]
        return min((start for start in starts if start > self.now), default=None)

    def works_in(self, team_id: UUID, user_id: UUID) -> bool:
        """Whether this person is in the team."""
        return (team_id, user_id) in self._members

    def working(self, user_id: UUID) -> WorkingTime | None:
        """When they work; None when that can't be worked out, which must not hold up everybody else."""
        if user_id not in self._working:
            try:
                self._working[user_id] = working_time_of(self.users[user_id], self._days_off.get(user_id, ()))
            except Exception:
                logger.exception("no working time for user %s", user_id)
                self._working[user_id] = None
        return self._working[user_id]

    def free_at(self, user_id: UUID) -> datetime:
        """Now while they work, else when they work next; now as well for who never does."""
        if user_id not in self._free:
            working = self.working(user_id)
            try:
                self._free[user_id] = (working and next_working(working, self.now)) or self.now
            except Exception:
                logger.exception("no next working moment for user %s", user_id)
                self._free[user_id] = self.now
        return self._free[user_id]

    def listener(self, team_id: UUID, entrepreneur_id: UUID) -> User | None:
        """Who is told what an entrepreneur has to know: themselves, or the owner when they have left the team."""
        return self.users[entrepreneur_id] if self.works_in(team_id, entrepreneur_id) else self.owner(team_id)

    def owner(self, team_id: UUID) -> User | None:
        """The owner of one of the teams of this batch, read for all of them at the first question."""
        if self._owners is None:
            owners = Membership.objects.filter(team__in=self._teams, role=Role.OWNER).select_related("user")
            self._owners = {owner.team_id: owner.user for owner in owners}
        return self._owners.get(team_id)
