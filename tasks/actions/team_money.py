"""What a team finds worth discussing: the settings that its owner makes."""

from decimal import Decimal

from accounts.models import Team
from delegation.models import TeamMoney


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
