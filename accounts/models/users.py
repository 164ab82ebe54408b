"""Who logs in."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.reach import Reach

if TYPE_CHECKING:
    from django.db.models import Model

    EmailField = models.EmailField[str, str]  # generic in the stubs only
else:
    EmailField = models.EmailField


# Monday to Sunday; null is a day off.
OFFICE_HOURS = [*(["09:00", "17:30"],) * 5, None, None]
DIGEST_AT = time(8, 30)
# So many mails in a row that the server of an address refuses for good, and it is not tried any more.
MOST_REFUSALS = 3


# Whose account was deleted has an address here: no mail can ever reach it (RFC 2606), and nobody can log in with it.
GONE = "left.invalid"
SOMEBODY_WHO_LEFT = _("Somebody who left")


def office_hours() -> list[list[str] | None]:
    """The working hours of someone who has not said otherwise."""
    return [list(hours) if hours else None for hours in OFFICE_HOURS]


def lower_email(email: str) -> str:
    """The one way an address is written down and compared."""
    return email.strip().lower()


class LowerEmailField(EmailField):
    """An e-mail address that is stored and looked up in lower case, whichever way it gets here."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return lower_email(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = lower_email(value)
            setattr(model_instance, self.attname, value)  # so that the object says what the row says
        return value


class UserManager(BaseUserManager["User"]):
    """Makes users; the password is hashed, and without one nobody can log in with it."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A saved user. Raises ValueError without an address."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=lower_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A saved administrator: may do everything in the admin. Who may run this is trusted about the address."""
        from allauth.account.models import EmailAddress  # needs this model

        user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
        EmailAddress.objects.using(self._db).create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=lower_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """One person, with one login for all teams."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = LowerEmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=locales.languages, default=locales.DEFAULT_LANGUAGE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, choices=locales.time_zones, default=locales.DEFAULT_TIME_ZONE
    )
    country = models.CharField(
        _("country"), max_length=2, choices=locales.countries, blank=True, default="", db_default=""
    )
    working_hours = models.JSONField(
        _("working hours"), default=office_hours, db_default=models.Value(OFFICE_HOURS, models.JSONField())
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    urgent_passes = models.BooleanField(_("urgent ones may pass"), default=False, db_default=False)
    digest_at = models.TimeField(_("summary at"), default=DIGEST_AT, db_default=DIGEST_AT)
    # What mail servers said about an address. It counts while the person still has that address.
    refused_address = LowerEmailField(_("refused address"), blank=True, default="", db_default="")
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True)
    refused_reason = models.TextField(_("why it was refused"), blank=True, default="", db_default="")
    refusals = models.PositiveSmallIntegerField(_("refusals"), default=0, db_default=0)
    # Kept by accounts/second_factor.py: whether a team of theirs asks for one, so that no page needs a query to know.
    second_factor_asked = models.BooleanField(_("a team asks for a second step"), default=False, db_default=False)
    # When the account was deleted. The row stays, without a name, because work and money point at it.
    closed_at = models.DateTimeField(_("account deleted"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or (str(SOMEBODY_WHO_LEFT) if self.is_gone else self.email)

    @property
    def is_gone(self) -> bool:
        """Whether the account was deleted. Told by the address, which is read with every name."""
        return self.email.endswith(f"@{GONE}")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> tuple[tuple[time, time] | None, ...]:
        """The working hours, Monday first: from and until on the wall clock, None on a day off."""
        return tuple(
            (time.fromisoformat(day[0]), time.fromisoformat(day[1])) if day else None for day in self.working_hours
        )

    @property
    def reach(self) -> Reach:
        """When the person can be reached. Reads `days_off`, so prefetch that for many."""
        return self.reach_with(tuple((off.first, off.last) for off in self.days_off.all()))

    def reach_with(self, days_off: tuple[tuple[date, date], ...]) -> Reach:
        """The same, for who has the days off at hand."""
        return Reach(
            zone=self.zone,
            country=self.country,
            days_off=days_off,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
        )

    @property
    def refused_mail(self) -> bool:
        """Whether a mail server refused mail to the address that the person has now."""
        return self.refusals > 0 and self.refused_address == self.email

    @property
    def refuses_mail(self) -> bool:
        """Whether mail came back so surely that the address is not tried any more (accounts/refusals.py)."""
        return self.refused_mail and self.refusals >= MOST_REFUSALS

    @property
    def short_name(self) -> str:
        """What colleagues say: the first word of the name, else what stands before the @."""
        words = self.name.split()
        if not words and self.is_gone:
            return str(SOMEBODY_WHO_LEFT)
        return words[0] if words else self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """At most two letters for the round face."""
        words = self.name.split() or (["–"] if self.is_gone else [self.email])
        return "".join(word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))).upper()

    def get_short_name(self) -> str:
        return self.short_name

    def get_full_name(self) -> str:
        return str(self)
