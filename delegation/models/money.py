"""What a team finds worth discussing."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class TeamMoney(models.Model):
    """What an hour of the entrepreneur is worth, and up to what a small overrun is approved at once.

    Amounts are in the team's currency. The tolerance is the lower of the amount and the percentage of the limit, for a
    task at most once a day; without an amount there is none.
    """

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="money")
    own_rate = models.DecimalField(_("what an hour of yours is worth"), max_digits=8, decimal_places=2, null=True)
    tolerance_amount = models.DecimalField(_("tolerance, amount"), max_digits=8, decimal_places=2, null=True)
    tolerance_percent = models.PositiveSmallIntegerField(
        _("tolerance, percentage of the limit"), null=True, validators=[MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("tolerance and own rate")
        verbose_name_plural = _("tolerances and own rates")
        constraints = [
            models.CheckConstraint(condition=Q(own_rate__isnull=True) | Q(own_rate__gt=0), name="money_own_rate"),
            models.CheckConstraint(
                condition=Q(tolerance_amount__isnull=True) | Q(tolerance_amount__gt=0), name="money_tolerance_amount"
            ),
            models.CheckConstraint(
                condition=Q(tolerance_percent__isnull=True) | Q(tolerance_percent__range=(1, 100)),
                name="money_tolerance_percent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.team)
