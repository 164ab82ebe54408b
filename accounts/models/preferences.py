"""How each person wants to be reached: which messages go out how, and when nobody is at home."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.messages import MessageKind
from accounts.models.users import User


class Channel(models.TextChoices):
    """Beside the app itself, where everything stands. Push will be another one."""

    MAIL = "mail", _("mail")


class How(models.TextChoices):
    """When a kind of message goes out."""

    NOW = "now", _("At once")
    DIGEST = "digest", _("In the daily summary")
    NEVER = "never", _("Not at all")


# The kinds that people choose for, and what goes for who has not said otherwise: nobody misses what they never heard
# could be missed. Account mail is not among them: it always goes out, and at once.
USUALLY: dict[str, How] = {
    MessageKind.YOUR_TURN: How.NOW,
    MessageKind.CHECKIN: How.NOW,
    MessageKind.ANSWER: How.NOW,
    MessageKind.MENTION: How.NOW,
    MessageKind.LIMIT: How.NOW,
}


# What the kinds are called where people choose; a summary can only be stopped as a whole.
KIND_NAMES = {
    MessageKind.YOUR_TURN: _("Something waits on you"),
    MessageKind.CHECKIN: _("Check-ins"),
    MessageKind.ANSWER: _("Answers and news about your tasks"),
    MessageKind.MENTION: _("Somebody mentions you"),
    MessageKind.LIMIT: _("A task reaches half, 80 % or all of its time or money"),
    MessageKind.DIGEST: _("The daily summary"),
}


class MessagePreference(models.Model):
    """What one person said about one kind of message. Without a row it goes as USUALLY says."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="message_preferences", db_index=False)
    kind = models.CharField(max_length=12, choices=[(kind, MessageKind(kind).label) for kind in USUALLY])
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.MAIL)
    how = models.CharField(max_length=8, choices=How.choices)

    class Meta:
        verbose_name = _("message preference")
        verbose_name_plural = _("message preferences")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="preference_once"),
            models.CheckConstraint(condition=models.Q(how__in=How.values), name="preference_known_how"),
            models.CheckConstraint(condition=models.Q(kind__in=list(USUALLY)), name="preference_of_a_kind_to_choose"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()}: {self.get_how_display()}"


class DaysOff(models.Model):
    """Days on which a person does not work and is left alone, the first and the last one included."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="days_off", db_index=False)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("days off")
        verbose_name_plural = _("days off")
        ordering = ["first", "last"]
        indexes = [models.Index(fields=["user", "first"], name="days_off_of_user")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="days_off_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.first} - {self.last}"
