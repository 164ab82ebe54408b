"""How allauth makes users and reaches them: through our actions and our outbox."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError, transaction
from django.forms import BaseForm, ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from accounts import known_devices, too_fast
from accounts.actions import sign_up
from accounts.audit import Happened, note
from accounts.devices import device_in_words
from accounts.letters import letter
from accounts.locales import browser_language
from accounts.models import User
from accounts.outbox import queue_mail
from accounts.recent_login import logged_in_recently
from accounts.signing_in import address_of, note_failure, note_sign_in

# Where nobody can tell what the address of a device is, all are counted together.
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing listens there
# What anybody can have sent to an address: once in so many seconds, however often it is asked for.
ASKED_FOR_BY_ANYBODY = {"account/email/password_reset_key", "account/email/unknown_account"}
SELDOM = 300
# How somebody proves once more who they are, in our words.
WAYS = {
    "reauthenticate": gettext_lazy("With your password"),
    "mfa_reauthenticate": gettext_lazy("With a code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("With a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth as Handover wants it."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "email_password_mismatch": gettext_lazy("This address and this password don't go together."),
        # Said only to who has typed in the code that was mailed to that address.
        "email_taken": gettext_lazy("Another account has this address. Log in with that one, or use another address."),
        "enter_current_password": gettext_lazy("This is not the password that you have now."),
        "incorrect_code": gettext_lazy("This code is not right. Look once more; the latest mail counts."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Wait a few minutes, and try again."),
        "rate_limited": gettext_lazy("That went too fast. Wait a few minutes, and try again."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Make the user and their team at once. A second press gets the same page, and the owner a mail about it."""
        super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data["name"]
        user.language = browser_language()
        try:
            sign_up(user=user, business=form.cleaned_data["business"], now=timezone.now())
        except IntegrityError as error:
            raise ImmediateHttpResponse(prevent_enumeration(request, email=user.email)) from error
        return user

    def is_reauthentication_required(self, *, app: str, **_rest: Any) -> bool:
        """One rule for allauth's pages and ours: a login counts, and so does having been asked again."""
        return not logged_in_recently(self.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to prove who one is, in our words."""
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": WAYS.get(way["id"], way["description"])} for way in ways]

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of the device. Behind proxies: the one that the first of TRUSTED_PROXIES saw."""
        try:
            return str(super().get_client_ip(request))
        except (PermissionDenied, ImproperlyConfigured):  # a socket; or it did not come through all proxies
            return str(request.META.get("REMOTE_ADDR") or NO_ADDRESS)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per account; apart for a device that was logged in before, so that others can't keep it out."""
        login = str(credentials.get("email") or credentials.get("username") or "").lower()
        return f"{login}:{known_devices.mark_of(request, login)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refused after too many wrong passwords, with the time to try again and the other ways in."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refusal:
            key = self._get_login_attempts_cache_key(request, **credentials)
            when = too_fast.in_words(too_fast.wait(request, "login_failed", key=key) or 60)
            said = _("Too many attempts. Try again in %(when)s, or choose a new password by e-mail.")
            raise ValidationError(said % {"when": when}, code="too_many_login_attempts") from refusal

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a new password attempts count from nought, and this device is known."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        login = str(credentials.get("email", "")).lower()
        ratelimit.clear(request, action="login_failed", key=f"{login}:")
        known_devices.logged_in_here(request, login)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Not when the address has become somebody else's meanwhile."""
        if User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists():
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where one changes how one logs in."""
        return reverse("profile_login")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """The same, for who is logged in."""
        return reverse("profile_login" if self.request.user.is_authenticated else "account_login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Every way in ends here; that somebody came in is written down."""
        with transaction.atomic():
            super().login(request, user)
            note_sign_in(request, user, now=timezone.now())
        known_devices.logged_in_here(request, user.email)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, written down for an account that exists; also from who is asked for it once more."""
        super().authentication_failed(request, **credentials)
        again, email = request.user.is_authenticated, str(credentials.get("email") or "")
        note_failure(request, email, now=timezone.now(), again=again)

    def set_password(self, user: User, password: str) -> None:
        """Another password, by who is signed in or by the link of a mail."""
        by_link = self.request is None or not self.request.user.is_authenticated
        with transaction.atomic():
            super().set_password(user, password)
            now, ip = timezone.now(), address_of(self.request)
            note(Happened.PASSWORD_CHANGED, now=now, actor=user, ip=ip, reset=by_link)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Something about the account changed: told with the device on which it was done."""
        device = device_in_words(self.request.headers.get("user-agent", ""))
        login_page = settings.BASE_URL + reverse("profile_login")
        about = {**(context or {}), "user": user, "device": device, "login_page": login_page}
        super().send_notification_mail(template_prefix, user, about, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail, in the recipient's language; so a broken mail server never fails a sign-up or a reset."""
        # An address of before, or one that is not confirmed yet, is that of whom the mail is about.
        person = User.objects.filter(email=email).first() or context.get("user")
        language = person.language if person else get_language() or browser_language()
        now = timezone.now()
        with override(language):
            mail = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
            footer = "" if person else _("You get this mail because somebody typed in your address.")
        paragraphs = [part.strip() for part in str(mail.body).split("\n\n") if part.strip()]
        ready = letter(subject=mail.subject, paragraphs=paragraphs, language=language, footer=footer)
        queue_mail(
            to_address=email,
            subject=ready.subject,
            text=ready.text,
            html=ready.html,
            language=language,
            dedup_key=_told_once(template_prefix, email, now),
            now=now,
            recipient=person,
        )


def _told_once(template: str, email: str, now: datetime) -> str:
    """A key of its own for each mail; the same one for what anybody may ask for again and again.

    Who asks for a new password while somebody else keeps asking has a mail with a link that works within SELDOM.
    """
    if template not in ASKED_FOR_BY_ANYBODY:
        return f"account:{uuid4()}"
    address = sha256(email.strip().lower().encode()).hexdigest()[:32]
    return f"account:{template.rpartition('/')[2]}:{address}:{now.timestamp() // SELDOM:.0f}"
