"""When a message goes out by mail: what its reader wants, and when they can be reached."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from accounts.models import USUALLY, Channel, DaysOff, How, MessageKind, MessagePreference, User
from accounts.reach import Reach, next_digest, reachable_from

logger = logging.getLogger("handover.timing")

# What is told about the same task in this time becomes one mail.
BUNDLE_FOR = timedelta(minutes=5)


@dataclass(kw_only=True)
class Reader:
    """One person with all that says when mail reaches them."""

    person: User
    days_off: tuple[tuple[date, date], ...] = ()
    chosen: dict[str, How] = field(default_factory=dict)

    @cached_property
    def reach(self) -> Reach:
        """Raises what a time zone that has gone raises."""
        return self.person.reach_with(self.days_off)

    @property
    def mailable(self) -> bool:
        """Whether mail can reach them at all."""
        return self.person.is_active and not self.person.refuses_mail

    def how(self, kind: str) -> How:
        """How this kind of message reaches them by mail."""
        return self.chosen.get(kind) or USUALLY.get(kind, How.NOW)

    def is_for_digest(self, kind: str, *, urgent: bool) -> bool:
        """Whether it waits for the daily summary. What is urgent never does."""
        return not urgent and self.how(kind) == How.DIGEST

    def mail_at(self, kind: str, *, urgent: bool, in_thread: bool, now: datetime) -> datetime | None:
        """When a message of this kind, told now, is to go out by mail; None when it is not.

        Never raises: a time zone that has gone must not undo what is told of, so then it goes out at once.
        """
        if not self.mailable:
            return None
        try:
            return self._wanted_at(kind, urgent=urgent, in_thread=in_thread, now=now)
        except Exception:
            logger.exception("can't tell when %s can be reached", self.person.pk)
            return now

    def free_from(self, now: datetime) -> datetime:
        """The first moment from now on at which they can be reached; now itself when nobody can tell."""
        try:
            return reachable_from(self.reach, now)
        except Exception:
            logger.exception("can't tell when %s can be reached", self.person.pk)
            return now

    def _wanted_at(self, kind: str, *, urgent: bool, in_thread: bool, now: datetime) -> datetime | None:
        if kind == MessageKind.ACCOUNT:
            return now
        if self.how(kind) == How.NEVER:
            return None
        if self.is_for_digest(kind, urgent=urgent):
            return next_digest(self.reach, self.person.digest_at, now)
        if urgent and self.person.urgent_passes:
            return now
        free = reachable_from(self.reach, now)
        if free > now or urgent or kind == MessageKind.CHECKIN or not in_thread:
            return free
        # Waiting for more about the same task must not push it into the quiet hours that begin meanwhile.
        bundled = now + BUNDLE_FOR
        return bundled if reachable_from(self.reach, bundled) == bundled else now


def readers(people: Iterable[User]) -> dict[UUID, Reader]:
    """Each of them once, in two queries: most have chosen nothing and have no days off, so few rows come back."""
    found = {person.pk: Reader(person=person) for person in people}
    if not found:
        return found
    chosen = MessagePreference.objects.filter(user__in=found.keys(), channel=Channel.MAIL)
    for person_id, kind, how in chosen.values_list("user", "kind", "how"):
        found[person_id].chosen[kind] = How(how)
    days_off: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for person_id, first, last in DaysOff.objects.filter(user__in=found.keys()).values_list("user", "first", "last"):
        days_off[person_id].append((first, last))
    for person_id, days in days_off.items():
        found[person_id].days_off = tuple(days)
    return found
