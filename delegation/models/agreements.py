"""Agreements: what a team and one assistant have agreed on (SPEC section 7)."""

from __future__ import annotations

import uuid
from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.models import Team, User


class AgreementKind(models.TextChoices):
    """On what footing somebody works for the team."""

    FREELANCE = "freelance", _("Freelance")
    EMPLOYED = "employed", _("Employed")
    AGENCY = "agency", _("Through an agency")
    OTHER = "other", _("Something else")


class AgreementState(models.TextChoices):
    """Only what both have accepted counts, from its first day on and until the first day of the version after it."""

    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Agreement(models.Model):
    """One version of what was agreed. It is never edited: another version is proposed, and counts once both accept it.

    Rates are per hour. Multipliers are of the rate (2.00 is double); where several fit, the highest one counts and they
    do not add up. `special_days`: [{"month": 12, "day": 24, "multiplier": "2.00"}, ...]. `escalation`: what happens to
    what waits for an answer, [{"hours": 4, "to": "them"}, {"hours": 16, "to": "owner"}], in working hours of who must
    answer, in order; see delegation/escalation.py. `risks`: [{"risk": "...", "then": "..."}].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="agreements", verbose_name=_("team"))
    assistant = models.ForeignKey(User, models.PROTECT, related_name="agreements", verbose_name=_("assistant"))
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=AgreementState.choices, default=AgreementState.PROPOSED)

    # Who said yes when. One of the two is who proposed it.
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_text = models.TextField(blank=True)

    kind = models.CharField(_("type"), max_length=10, choices=AgreementKind.choices, default=AgreementKind.FREELANCE)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    valid_from = models.DateField(_("counts from"))

    # What time costs
    rate = models.DecimalField(_("rate per hour"), max_digits=8, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=locales.currencies)
    increment = models.PositiveSmallIntegerField(_("billed per so many minutes"), default=1)
    rush_multiplier = models.DecimalField(_("rush"), max_digits=4, decimal_places=2, default=1)
    rush_hours = models.PositiveSmallIntegerField(
        _("rush: handed over fewer hours than this before the deadline"), null=True, blank=True
    )
    regular_days = models.CharField(_("regular days"), max_length=7, default="01234", help_text="0 is Monday")
    regular_from = models.TimeField(_("regular hours from"), default=time(8))
    regular_until = models.TimeField(_("regular hours until"), default=time(18))
    out_of_hours_multiplier = models.DecimalField(_("outside those"), max_digits=4, decimal_places=2, default=1)
    holiday_multiplier = models.DecimalField(_("public holidays"), max_digits=4, decimal_places=2, default=1)
    special_days = models.JSONField(_("special days"), default=list, blank=True)
    # Whose clock and whose holidays: the assistant's at the time of proposing.
    time_zone = models.CharField(_("time zone"), max_length=64)
    country = models.CharField(_("country"), max_length=2, blank=True)

    # How both deal with each other
    response_hours_assistant = models.PositiveSmallIntegerField(
        _("the assistant answers within"), null=True, blank=True
    )
    response_hours_entrepreneur = models.PositiveSmallIntegerField(
        _("the entrepreneur answers within"), null=True, blank=True
    )
    channels = models.TextField(_("channels"), blank=True)
    responsibilities = models.TextField(_("who is responsible for what"), blank=True)
    input_days = models.PositiveSmallIntegerField(_("input may take (working days)"), null=True, blank=True)
    input_late = models.TextField(_("and what happens after that"), blank=True)
    escalation = models.JSONField(_("escalation steps"), default=list, blank=True)
    risks = models.JSONField(_("risks"), default=list, blank=True)
    liability = models.TextField(_("liability"), blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.UniqueConstraint(fields=["team", "assistant", "version"], name="agreement_version_once"),
            models.UniqueConstraint(
                fields=["team", "assistant"], condition=Q(state="proposed"), name="agreement_one_proposed"
            ),
            # Two versions that count from the same day would price it twice.
            models.UniqueConstraint(
                fields=["team", "assistant", "valid_from"], condition=Q(state="agreed"), name="agreement_one_a_day"
            ),
            models.CheckConstraint(condition=Q(state__in=AgreementState.values), name="agreement_known_state"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="agreement_rate_not_negative"),
            models.CheckConstraint(condition=Q(increment__range=(1, 60)), name="agreement_increment"),
            models.CheckConstraint(
                condition=Q(rush_multiplier__gte=1, out_of_hours_multiplier__gte=1, holiday_multiplier__gte=1),
                name="agreement_multipliers",
            ),
            models.CheckConstraint(condition=Q(regular_until__gt=F("regular_from")), name="agreement_regular_hours"),
            # Nothing is agreed by one person alone.
            models.CheckConstraint(
                condition=~Q(state="agreed") | (Q(answered_by__isnull=False) & ~Q(answered_by=F("proposed_by"))),
                name="agreement_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.assistant} · {self.version}"
