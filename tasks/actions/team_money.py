"""What a team finds worth discussing, and in which currency: the settings that its owner makes."""

from decimal import Decimal
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Team
from delegation.models import Agreement, TeamMoney
from tasks.models import Task, UsualLimits, Wish

# What may hold an amount in the team's currency.
_HOLD_AMOUNTS = (Task, Agreement, UsualLimits, Wish)


class CurrencyStays(Exception):
    """There may be amounts in the team's currency by now."""


def currency_stays(team: Team) -> bool:
    """Whether there may be amounts in the team's currency, so that another one would make them say what they don't."""
    held = [Q(Exists(model._default_manager.filter(team=OuterRef("pk")))) for model in _HOLD_AMOUNTS]
    return Team.objects.filter(reduce(or_, held), pk=team.pk).exists()


def change_currency(*, team: Team, currency: str) -> None:
    """Count in another currency from now on. Raises CurrencyStays when there may be amounts already."""
    if currency == team.currency:
        return
    with transaction.atomic():
        # Whoever is just writing the team's first task is waited for.
        Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
        if currency_stays(team):
            raise CurrencyStays
        team.currency = currency
        team.save(update_fields=["currency"])


def save_team_money(
    *, team: Team, own_rate: Decimal | None, tolerance_amount: Decimal | None, tolerance_percent: int | None
) -> TeamMoney:
    """Set all three; None empties one. Whether `team` is one's own has been checked by who found it."""
    values = {
        "own_rate": own_rate,
        "tolerance_amount": tolerance_amount,
        "tolerance_percent": tolerance_percent,
    }
    return TeamMoney.objects.update_or_create(team=team, defaults=values)[0]
