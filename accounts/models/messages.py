"""What people are told: the message in the app, and the mail that carries it out."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import LowerEmailField, User


class MessageKind(models.TextChoices):
    """Why someone is told; each person says how each kind reaches them (MessagePreference)."""

    YOUR_TURN = "your_turn", _("your turn")
    CHECKIN = "checkin", _("check-in")
    ANSWER = "answer", _("answer")
    MENTION = "mention", _("mention")
    LIMIT = "limit", _("limit")
    DIGEST = "digest", _("summary")
    ACCOUNT = "account", _("account")


class MailState(models.TextChoices):
    """Where a mail stands. Only `sent`, `failed` and `missed` are final."""

    QUEUED = "queued", _("queued")
    INFLIGHT = "inflight", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    MISSED = "missed", _("too late to send")


def message_id_for(mail_id: UUID) -> str:
    """The Message-ID of a mail: the same on every attempt, so that a mail program can fold a repeat away."""
    return f"<{mail_id}@handover>"


class OutgoingMail(models.Model):
    """One mail to one address: the outbox. accounts/outbox.py says what is guaranteed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recipient")
    )
    to_address = LowerEmailField(_("address"))
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind.choices)
    language = models.CharField(_("language"), max_length=5)
    time_zone = models.CharField(_("time zone"), max_length=64)
    dedup_key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    thread = models.CharField(max_length=64, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=80, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    give_up_at = models.DateTimeField(_("useful until"))
    # Whose hands it is in: an outcome is written only by the sender that still holds the mail.
    claim = models.UUIDField(null=True, blank=True, editable=False)
    inflight_since = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(state=MailState.QUEUED), name="mail_due"),
            models.Index(fields=["inflight_since"], condition=models.Q(state=MailState.INFLIGHT), name="mail_inflight"),
            models.Index(
                fields=["sent_at"], condition=models.Q(state=MailState.SENT) & ~models.Q(text=""), name="mail_with_body"
            ),
            models.Index(fields=["claim"], condition=models.Q(claim__isnull=False), name="mail_claim"),
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
            models.Index(
                fields=["-created_at"],
                condition=models.Q(state__in=[MailState.FAILED, MailState.MISSED]),
                name="mail_ended_badly",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=MailState.values), name="mail_known_state"),
        ]

    def __str__(self) -> str:
        return f"{self.to_address} · {self.get_state_display()}"


class Message(models.Model):
    """What one person is told; together their inbox. The words come from templates/messages/<template>.txt."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # No index of its own: `message_inbox` begins with it.
    recipient = models.ForeignKey(User, models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=12, choices=MessageKind.choices)
    template = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    path = models.CharField(max_length=500, blank=True)
    thread = models.CharField(max_length=64, blank=True)
    must_do = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False, db_default=False)
    dedup_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    # When it is to go out by mail; empty when it is not, or when `mail` has it by now (accounts/posting.py).
    mail_at = models.DateTimeField(null=True, blank=True)
    # Its index is `message_mailed`, which a new message has no part in: they are written a thousand at a time.
    mail = models.ForeignKey(
        OutgoingMail, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="message_inbox"),
            models.Index(
                fields=["recipient", "-created_at", "-id"],
                condition=models.Q(read_at__isnull=True),
                name="message_unread",
            ),
            models.Index(
                fields=["thread"], condition=models.Q(must_do=True, read_at__isnull=True), name="message_asking"
            ),
            models.Index(
                fields=["mail_at", "recipient"],
                condition=models.Q(mail_at__isnull=False, read_at__isnull=True),
                name="message_to_mail",
            ),
            models.Index(fields=["mail"], condition=models.Q(mail__isnull=False), name="message_mailed"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.template}"
