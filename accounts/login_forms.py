"""allauth's forms, with what Handover adds. Named in ACCOUNT_FORMS and MFA_FORMS of the settings."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(account_forms.SignupForm):  # type: ignore[misc]  # allauth has no types
    """Takes as long for an address that is known as for one that is not."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Hash the password of somebody who has an account already, too: that is what takes the time."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class _OnePassword:
    """The new password is typed once: who makes a mistake can ask for another, and managers fill it in anyway."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        self.fields["password1"].help_text = _("A short sentence works well: long, and easy to remember.")


class ChangePasswordForm(_OnePassword, account_forms.ChangePasswordForm):  # type: ignore[misc]
    """The one before, and the new one."""


class ResetPasswordKeyForm(_OnePassword, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new one."""


class AddPasskeyForm(webauthn_forms._BaseAddWebAuthnForm):  # type: ignore[misc]
    """A passkey always checks who holds it (finger, face, PIN), so that it logs in by itself."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again: the device or the password manager that keeps it."),
    )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except forms.ValidationError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError):  # made by hand: no browser sends this
            raise forms.ValidationError(_("That is not a passkey. Try again.")) from None
        return cleaned


class EditPasskeyForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for it."""

    name = forms.CharField(label=_("Name of this passkey"), max_length=60)


# An app's code works in the half minute around it, too.
CODE_LASTS = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)


class CodeInput(forms.TextInput):
    """A code is not shown again: the next one is another, and a recovery code is a secret."""

    def format_value(self, value: Any) -> str | None:
        return None


class _CodeOnce:
    """A code from an app works once, for as long as it could work. allauth itself forgets it after half a minute."""

    user: User
    cleaned_data: dict[str, Any]
    authenticator: Authenticator
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.widget = CodeInput(attrs={"autocomplete": "one-time-code"})
        code.help_text = _("From your authenticator app: six digits. A recovery code works here too.")

    def clean_code(self) -> str:
        """The code, when it is right and was not used before."""
        typed = "".join(str(self.cleaned_data["code"]).split())
        used = f"code-used:{self.user.pk}:{typed}"
        if cache.get(used):
            raise get_adapter().validation_error("incorrect_code")
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(used, True, CODE_LASTS):
            raise get_adapter().validation_error("incorrect_code")  # another press with the same code was first
        return code


class AuthenticateForm(_CodeOnce, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of logging in."""


class ReauthenticateForm(_CodeOnce, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """The same, when somebody is asked again."""


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """Setting up an app, with its first code."""

    code = forms.CharField(
        label=_("Code"), widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
    )
