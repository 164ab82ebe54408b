"""Who works with whom: teams, memberships, invitations."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.models.users import LowerEmailField, User

INVITATION_LASTS = timedelta(days=14)


class Role(models.TextChoices):
    """What a member is in a team. A guest is an assistant who sees only the tasks assigned to them."""

    OWNER = "owner", _("owner")
    ENTREPRENEUR = "entrepreneur", _("entrepreneur")
    ASSISTANT = "assistant", _("assistant")
    GUEST = "guest", _("guest assistant")

    @classmethod
    def entrepreneurs(cls) -> tuple[Role, Role]:
        """Those who hand work over."""
        return (cls.OWNER, cls.ENTREPRENEUR)

    @classmethod
    def assistants(cls) -> tuple[Role, Role]:
        """Those who carry it out."""
        return (cls.ASSISTANT, cls.GUEST)

    @classmethod
    def given(cls) -> tuple[Role, Role, Role]:
        """Those that can be given to someone; a team has its one owner from the start."""
        return (cls.ASSISTANT, cls.GUEST, cls.ENTREPRENEUR)


class Team(models.Model):
    """One entrepreneur's business, and everyone who works for it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=5, choices=locales.languages, default=locales.DEFAULT_LANGUAGE
    )
    currency = models.CharField(
        _("currency"), max_length=3, choices=locales.currencies, default=locales.DEFAULT_CURRENCY
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, choices=locales.time_zones, default=locales.DEFAULT_TIME_ZONE
    )
    asks_second_factor = models.BooleanField(_("asks for a second step"), default=False, db_default=False)
    # Asked to be deleted: until then it can be called off (accounts/actions/closing.py).
    delete_at = models.DateTimeField(_("is deleted on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Membership(models.Model):
    """A person's place in a team."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", verbose_name=_("team"))
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    # The freest level at which work may be handed to this member, as delegation knows it by its key; empty: any.
    ceiling = models.CharField(_("freest level"), max_length=20, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(role=Role.OWNER),
                name="membership_one_owner",
                violation_error_message=_("A team has one owner."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"

    @property
    def hands_over(self) -> bool:
        """Whether this member hands work over, and so also invites."""
        return self.role in Role.entrepreneurs()

    @property
    def owns(self) -> bool:
        return self.role == Role.OWNER


class InvitationState(models.TextChoices):
    """Where an invitation stands; only an open one lets someone in."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class Invitation(models.Model):
    """A place in a team offered to one e-mail address, for a while and once.

    The link holds the signed id (see `token`), so nothing that opens a door is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations", verbose_name=_("team"))
    email = LowerEmailField(_("e-mail address"))
    role = models.CharField(
        _("role"), max_length=12, choices=[(role.value, role.label) for role in Role.given()], default=Role.ASSISTANT
    )
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    SALT = "accounts.invitation"

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role.given()]), name="invitation_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.team}"

    @property
    def token(self) -> str:
        """What stands in the link: the id, signed."""
        return signing.Signer(salt=self.SALT).sign(self.id.hex)

    def state(self, now: datetime) -> InvitationState:
        """Where it stands at `now`."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if self.expires_at > now else InvitationState.EXPIRED
