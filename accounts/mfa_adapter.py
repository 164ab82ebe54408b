"""Second factors as Handover wants them: sealed in the database, and named after the device."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.devices import device_in_words
from accounts.models import User
from accounts.sealing import seal, unseal

PURPOSE = "second-factor"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth.mfa asks."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "A team that you are in asks for a second step. Set up another one first; then you can remove this one."
        ),
        "incorrect_code": _("This code is not right, or it was used already. Wait for the next one and try again."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """The secret of an authenticator app, or the seed of recovery codes, sealed."""
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """The way back. Raises SealError."""
        return unseal(encrypted_text, purpose=PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one while a team asks for one."""
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """The device at hand, with a number when there is one of that name."""
        from allauth.core import context

        device = device_in_words(context.request.headers.get("user-agent", ""))
        taken = {key.wrap().name for key in Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)}
        name, number = device, 1
        while name in taken:
            number += 1
            name = f"{device} {number}"
        return name

    def _get_site_name(self) -> str:
        return "Handover"
