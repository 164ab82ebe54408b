"""What is taken along and what stays: exports that somebody asked for, and the money records that the law asks for."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User


def _export_path(export: "DataExport", _name: str) -> str:
    return f"exports/{export.id}"


class ExportState(models.TextChoices):
    """Where an export stands; only a ready one can be downloaded."""

    ASKED = "asked", _("waits for its turn")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("went wrong")
    GONE = "gone", _("no longer there")


OPEN_EXPORTS = [ExportState.ASKED, ExportState.MAKING]


class DataExport(models.Model):
    """A zip of what one person has, or of what a team has (`team`), made in the background and kept for a while."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.ASKED)
    percent = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to=_export_path, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    # Whose hands it is in, and since when: one that was left half-way is taken up again.
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["asked_at"], condition=models.Q(state__in=OPEN_EXPORTS), name="export_to_make"),
            models.Index(fields=["expires_at"], condition=models.Q(state=ExportState.READY), name="export_to_remove"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=OPEN_EXPORTS, team__isnull=True),
                name="export_one_open_of_person",
            ),
            models.UniqueConstraint(
                fields=["person", "team"], condition=models.Q(state__in=OPEN_EXPORTS), name="export_one_open_of_team"
            ),
            models.CheckConstraint(condition=models.Q(state__in=ExportState.values), name="export_known_state"),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="export_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.asked_at:%Y-%m-%d}"


class MoneyRecord(models.Model):
    """An hour worked or an expense of somebody, or in a team, that was deleted: kept as long as the law asks.

    It stands by itself, with the names as they were, and points at nothing: whatever it was about may be gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=[("time", _("time")), ("expense", _("expense"))])
    source = models.UUIDField(unique=True, help_text="the entry or expense that it was")
    # So that who owns the team can still read it; no foreign key, as the team may go.
    team_key = models.UUIDField(db_index=True)
    team_name = models.CharField(_("team"), max_length=120)
    person_name = models.CharField(_("name"), max_length=120)
    person_email = models.CharField(_("e-mail address"), max_length=254)
    what = models.TextField(_("what"))
    day = models.DateField(_("day"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True)
    billed = models.PositiveIntegerField(_("billed minutes"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(_("currency"), max_length=3)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    recorded_at = models.DateTimeField(_("kept since"))
    keep_until = models.DateField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("money record")
        verbose_name_plural = _("money records")

    def __str__(self) -> str:
        return f"{self.day} {self.person_name}"
