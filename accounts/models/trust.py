"""What has to do with trust: what happened, who answers for whom, who left."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models.teams import Team
from accounts.models.users import User

if TYPE_CHECKING:
    from collections.abc import Iterator


class AuditEntry(models.Model):
    """One thing that has to do with trust, and happened: written with it, and never changed.

    `team` is empty for what somebody does with their own account (signing in, a second factor); the owner of a team
    reads those of its members too. `data` holds plain values for the sentence that tells it (accounts/audit.py).
    The database refuses to change or remove a row; see Erasure.
    """

    # No indexes of their own: those below begin with them.
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+", db_index=False)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    about = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(_("what"), max_length=40)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    ip = models.GenericIPAddressField(_("network address of the device"), null=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("entry of what happened")
        verbose_name_plural = _("what happened")
        indexes = [
            models.Index(fields=["team", "-at", "-id"], name="audit_of_team"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_by"),
            models.Index(fields=["about", "-at", "-id"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new entries are saved."""
        if not self._state.adding:
            raise TypeError("What happened can't be edited.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: an entry goes only with its team."""
        raise TypeError("What happened can't be edited.")


class Erasure(models.Model):
    """While a row stands here, the database lets what happened be changed: for removing a team or a person's name.

    Only `erasing()` writes it, and takes it away in the same transaction: nobody else ever sees the row, so for
    everybody else the timeline and the audit log stay shut.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.id)


@contextmanager
def erasing() -> Iterator[None]:
    """Let the timeline and the audit log be changed in here: the one way around what the database refuses."""
    with transaction.atomic():
        row = Erasure.objects.create()
        yield
        Erasure.objects.filter(pk=row.pk).delete()


class Absence(models.Model):
    """From when to when somebody is away, and which other entrepreneur of the team answers for them."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="absences")
    person = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("who is away"))
    deputy = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who answers"))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    created_at = models.DateTimeField(_("arranged"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [models.Index(fields=["team", "last"], name="absence_of_team")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="absence_in_order"),
            models.CheckConstraint(
                condition=~models.Q(deputy=models.F("person")), name="absence_answered_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.first} - {self.last}"


class Departure(models.Model):
    """Somebody's place in a team has ended."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="departures")
    person = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who left"))
    role = models.CharField(_("role"), max_length=12)
    ended_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("ended by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("departure")
        verbose_name_plural = _("departures")
        indexes = [models.Index(fields=["team", "-at"], name="departure_of_team")]

    def __str__(self) -> str:
        return f"{self.person} · {self.team}"
