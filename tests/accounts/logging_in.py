"""Second steps and devices for the tests around logging in."""

from __future__ import annotations

import time
from typing import Any

import pyotp
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.mfa_adapter import PURPOSE
from accounts.models import User
from accounts.sealing import seal

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SEED = "ab" * 40
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def able_to_log_in(user: User) -> User:
    """With a password and a confirmed address."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def with_app(user: User) -> Authenticator:
    """An authenticator app and its recovery codes."""
    codes = {"seed": seal(SEED, purpose=PURPOSE), "used_mask": 0}
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=codes)
    data = {"secret": seal(SECRET, purpose=PURPOSE)}
    app: Authenticator = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
    return app


def with_passkey(user: User, name: str = "Phone") -> Authenticator:
    """A passkey that can be counted and removed, and not used."""
    data = {"name": name, "credential": {"clientExtensionResults": {}}}
    key: Authenticator = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    return key


def code_now(secret: str = SECRET, *, later: int = 0) -> str:
    """What the app shows, or will show so many half minutes later."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)


def log_in(client: Client, user: User, *, password: str = PASSWORD, **more: Any) -> Any:
    """Through the form."""
    return client.post(reverse("account_login"), {"login": user.email, "password": password}, **more)


def long_ago(client: Client, seconds: float = 3600) -> Client:
    """The same client, whose person logged in so long ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds}]
    session.save()
    return client
