"""Reading what was agreed, for its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Role, Team, User
from accounts.pages import Cursor
from delegation.agreements import in_force_on
from delegation.models import Agreement, AgreementState

PAGE = 25
VERSIONS = 10
# Of people who have left, only so many: their agreements are found by their timesheets as well.
MOST_FORMER = 25


@dataclass(frozen=True)
class Row:
    """One assistant with the version that counts and the one that waits for an answer, if there are any."""

    person: User
    in_force: Agreement | None
    proposed: Agreement | None


def rows_of(team: Team, *, today: date, before: Cursor | None) -> tuple[list[Row], Cursor | None]:
    """The assistants of a team, who came last first, a page at a time; and where the next page begins."""
    members = Membership.objects.filter(team=team, role__in=Role.assistants()).select_related("user")
    if before:
        members = members.filter(Q(created_at__lt=before.at) | Q(created_at=before.at, id__lt=before.id))
    found = list(members.order_by("-created_at", "-id")[: PAGE + 1])
    page = found[:PAGE]
    more = len(found) > PAGE
    rows = _rows(team, [member.user for member in page], today)
    return rows, Cursor(page[-1].created_at, page[-1].id) if more else None


def former_rows(team: Team, *, today: date) -> list[Row]:
    """Those who had an agreement and are no assistant of the team any more."""
    still = Membership.objects.filter(team=team, role__in=Role.assistants()).values("user")
    people = User.objects.filter(agreements__team=team).exclude(pk__in=still).distinct().order_by("name", "email")
    return _rows(team, list(people[:MOST_FORMER]), today)


def _rows(team: Team, people: Sequence[User], today: date) -> list[Row]:
    """In one query, however many they are."""
    theirs: dict[UUID, list[Agreement]] = {person.pk: [] for person in people}
    if theirs:
        states = [AgreementState.AGREED, AgreementState.PROPOSED]
        for agreement in Agreement.objects.filter(team=team, assistant__in=theirs.keys(), state__in=states):
            theirs[agreement.assistant_id].append(agreement)
    return [Row(person, *_now(theirs[person.pk], today)) for person in people]


def _now(agreements: Sequence[Agreement], today: date) -> tuple[Agreement | None, Agreement | None]:
    agreed = [agreement for agreement in agreements if agreement.state == AgreementState.AGREED]
    proposed = next((each for each in agreements if each.state == AgreementState.PROPOSED), None)
    return in_force_on(agreed, today), proposed


@dataclass(frozen=True)
class Standing:
    """How a pair stands. `coming`: agreed, and counting from a later day; `latest`: the newest version of all."""

    in_force: Agreement | None
    proposed: Agreement | None
    coming: list[Agreement]
    latest: Agreement | None


def standing(team: Team, assistant: User, *, today: date) -> Standing:
    """In two queries: of a pair there are as many agreed versions as two people ever agreed on."""
    theirs = Agreement.objects.filter(team=team, assistant=assistant).select_related("proposed_by")
    counting = [AgreementState.AGREED, AgreementState.PROPOSED]
    versions = list(theirs.filter(state__in=counting).order_by("valid_from"))
    in_force, proposed = _now(versions, today)
    coming = [each for each in versions if each.state == AgreementState.AGREED and each.valid_from > today]
    return Standing(in_force, proposed, coming, theirs.order_by("-version").first())


def versions_of(team: Team, assistant: User, *, before: int | None) -> tuple[list[Agreement], int | None]:
    """The history, newest first, a page at a time; and the version before which the next page begins."""
    versions = Agreement.objects.filter(team=team, assistant=assistant).select_related("proposed_by", "answered_by")
    if before is not None:
        versions = versions.filter(version__lt=before)
    found = list(versions.order_by("-version")[: VERSIONS + 1])
    return found[:VERSIONS], found[VERSIONS - 1].version if len(found) > VERSIONS else None


def version_before(agreement: Agreement) -> Agreement | None:
    """The agreed version that counted, or was to count, when this one was proposed: what it differs from."""
    earlier = Agreement.objects.filter(
        team=agreement.team_id,
        assistant=agreement.assistant_id,
        state=AgreementState.AGREED,
        version__lt=agreement.version,
    )
    return earlier.order_by("-version").first()
