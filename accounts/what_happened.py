"""Reading what happened: for the owner of a team, and for each person about their own account.

The owner reads the entries of the team, and those of its members' own accounts (signing in, passwords, second factors)
from the day on which each joined, for as long as they are a member. A page is gathered from one short index scan for
the team and one for each member, so its price does not depend on how much ever happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.audit_words import ALARMING, TOPICS, sentence_of
from accounts.models import AuditEntry, Departure, Membership, Team, User
from accounts.pages import moment_in

PAGE = 50
# SQLite takes so many parts in a compound statement; a bigger team is read in several.
MOST_PARTS = 400


@dataclass(frozen=True)
class Place:
    """The last entry of a page; everything after it is older."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """The place in an address; None when there is none or someone has altered it."""
        moment, _underscore, number = text.partition("_")
        at = moment_in(moment)
        return cls(at, int(number)) if at and number.isascii() and number.isdigit() and len(number) < 19 else None


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What the list is narrowed to; None and an empty topic narrow nothing."""

    person: UUID | None = None
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as the page shows it."""

    at: datetime
    who: str
    sentence: str
    ip: str | None
    alarming: bool


@dataclass(frozen=True, kw_only=True)
class Log:
    """What can be read of a team: its members with the day they joined, and those who left."""

    team: Team
    members: Sequence[Membership]
    left: Sequence[User] = field(default_factory=list)

    @property
    def people(self) -> list[User]:
        """Everybody whom the page can be narrowed to."""
        here = [member.user for member in self.members]
        return [*here, *(person for person in self.left if person not in here)]


def log_of(team: Team) -> Log:
    """Who there is to read about, in two queries."""
    members = Membership.objects.filter(team=team).select_related("user").order_by("user__name", "user__email")
    gone = User.objects.filter(pk__in=Departure.objects.filter(team=team).values("person"), closed_at__isnull=True)
    return Log(team=team, members=list(members), left=list(gone.order_by("name", "email")))


def page_of(log: Log, narrowing: Narrowing, before: Place | None, size: int = PAGE) -> tuple[list[Line], Place | None]:
    """One page, newest first, and where the next one begins (None: there is none). In two queries."""
    entries = _read(_parts(log, narrowing), narrowing, before, size + 1)
    page = entries[:size]
    more = len(entries) > size
    return _lines(page), Place(page[-1].at, page[-1].pk) if more else None


def all_of(log: Log, narrowing: Narrowing, size: int = 2000) -> Iterator[Line]:
    """Every entry, newest first, read a piece at a time."""
    before: Place | None = None
    while True:
        lines, before = page_of(log, narrowing, before, size)
        yield from lines
        if before is None:
            return


def own_entries(user: User, size: int = 10) -> list[Line]:
    """The newest of what happened with somebody's own account, for themselves. In two queries."""
    about = _Part("about_id = %s AND team_id IS NULL", [_id(user.pk)])
    return _lines(_read([about], Narrowing(), None, size))


@dataclass(frozen=True)
class _Part:
    """One index scan: its condition, of fixed text, and the values in it."""

    condition: str
    values: list[Any]


def _parts(log: Log, narrowing: Narrowing) -> list[_Part]:
    team, person = _id(log.team.pk), narrowing.person and _id(narrowing.person)
    own = [
        _Part("about_id = %s AND team_id IS NULL AND at >= %s", [_id(member.user_id), _moment(member.created_at)])
        for member in log.members
        if narrowing.person in {None, member.user_id}
    ]
    if person is None:
        return [_Part("team_id = %s", [team]), *own]
    by = _Part("actor_id = %s AND team_id = %s", [person, team])
    about = _Part("about_id = %s AND team_id = %s AND (actor_id IS NULL OR actor_id <> %s)", [person, team, person])
    return [by, about, *own]


def _read(parts: list[_Part], narrowing: Narrowing, before: Place | None, size: int) -> list[AuditEntry]:
    narrowed, values = _narrowed(narrowing, before)
    found: list[AuditEntry] = []
    for start in range(0, len(parts), MOST_PARTS):
        some = parts[start : start + MOST_PARTS]
        scans = [
            f"SELECT * FROM (SELECT * FROM accounts_auditentry WHERE {part.condition}{narrowed}"  # noqa: S608 - fixed
            f" ORDER BY at DESC, id DESC LIMIT {size:d}) AS part_{number}"
            for number, part in enumerate(some)
        ]
        sql = f"{' UNION ALL '.join(scans)} ORDER BY at DESC, id DESC LIMIT {size:d}"
        found += AuditEntry.objects.raw(sql, [value for part in some for value in (*part.values, *values)])
    return sorted(found, key=lambda entry: (entry.at, entry.pk), reverse=True)[:size]


def _narrowed(narrowing: Narrowing, before: Place | None) -> tuple[str, list[Any]]:
    sql = ""
    values: list[Any] = []
    if narrowing.topic in TOPICS:
        kinds = [kind.value for kind in TOPICS[narrowing.topic][1]]
        sql += f" AND kind IN ({', '.join(['%s'] * len(kinds))})"
        values += kinds
    if before:
        # The first condition lets the index seek; the second one breaks a tie within the same moment.
        sql += " AND at <= %s AND (at < %s OR id < %s)"
        values += [_moment(before.at), _moment(before.at), before.id]
    return sql, values


def _lines(entries: Sequence[AuditEntry]) -> list[Line]:
    """With the people by their names: one query for all of them."""
    ids = {key for entry in entries for key in (entry.actor_id, entry.about_id)} - {None}
    people = User.objects.only("name", "email").in_bulk(ids) if ids else {}
    for entry in entries:
        entry.actor = people.get(entry.actor_id) if entry.actor_id else None
        entry.about = people.get(entry.about_id) if entry.about_id else None
    return [
        Line(
            at=entry.at,
            who=str(entry.actor) if entry.actor else "",
            sentence=sentence_of(entry),
            ip=entry.ip,
            alarming=entry.kind in ALARMING,
        )
        for entry in entries
    ]


def _id(key: UUID) -> Any:
    """An id as this database keeps it."""
    return User._meta.pk.get_db_prep_value(key, connection)


def _moment(at: datetime) -> Any:
    """A moment as this database compares it."""
    return connection.ops.adapt_datetimefield_value(at)
