"""Which agreement counts, and what it says."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Team
from delegation.models import Agreement, AgreementState, TeamMoney
from delegation.pricing import SpecialDay, Terms


def agreements_of(team_id: UUID, assistant_id: UUID) -> list[Agreement]:
    """What this team and this assistant have agreed on, by the day from which it counts: one query."""
    agreed = Agreement.objects.filter(team=team_id, assistant=assistant_id, state=AgreementState.AGREED)
    return list(agreed.order_by("valid_from"))


def in_force_on(agreed: Iterable[Agreement], day: date) -> Agreement | None:
    """The one of these that counts on a day: that with the latest first day up to it. For many days, one list."""
    begun = [agreement for agreement in agreed if agreement.valid_from <= day]
    return max(begun, key=lambda agreement: agreement.valid_from, default=None)


def agreement_in_force(team_id: UUID, assistant_id: UUID, on: date) -> Agreement | None:
    """The agreement that counts on this day; None before there is one."""
    agreed = Agreement.objects.filter(
        team=team_id, assistant=assistant_id, state=AgreementState.AGREED, valid_from__lte=on
    )
    return agreed.order_by("-valid_from").first()


def terms_of(agreement: Agreement) -> Terms:
    """What an agreement says about money, for delegation/pricing.py."""
    return Terms(
        rate=Decimal(agreement.rate),
        currency=agreement.currency,
        increment=agreement.increment,
        rush=Decimal(agreement.rush_multiplier),
        out_of_hours=Decimal(agreement.out_of_hours_multiplier),
        regular_days=frozenset(map(int, agreement.regular_days)),
        regular_from=agreement.regular_from,
        regular_until=agreement.regular_until,
        holiday=Decimal(agreement.holiday_multiplier),
        special_days=tuple(
            SpecialDay(row["month"], row["day"], Decimal(row["multiplier"])) for row in agreement.special_days
        ),
        zone=ZoneInfo(agreement.time_zone),
        country=agreement.country,
    )


def team_money(team: Team) -> TeamMoney:
    """What the team finds worth discussing; an empty one, not saved, when it has never said so."""
    return TeamMoney.objects.filter(team=team).first() or TeamMoney(team=team)


def lock_agreements(team_id: UUID) -> None:
    """Hold what this team has agreed until the transaction ends: who proposes, answers or approves by it comes in turn.

    To be taken before the lock of a task. Rows elsewhere may go on pointing at the team meanwhile.
    """
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=team_id)
