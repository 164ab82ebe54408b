"""One-time codes: reading what a site gives to make them from, and the code of a moment.

What a site shows is a base32 secret, or a QR code that says otpauth://totp/... Either becomes one normal form, the
address, in which digits, period and algorithm are told.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pyotp
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHORTEST = 10  # bytes; many sites still give 16 characters, which pyotp by itself refuses
LONGEST = 2_000  # characters
KNOWN = {"secret", "issuer", "algorithm", "digits", "period", "image"}
DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
NAMED_OTHERWISE = {"SHA-1": "SHA1", "SHA-256": "SHA256", "SHA-512": "SHA512"}

UNREADABLE = _(
    "No codes can be made of this. Copy the key that the site shows (letters and the digits 2 to 7), or the address "
    "that begins with otpauth://totp/."
)
COUNTED = _(
    "These codes count presses (HOTP), and would get out of step. Only codes that change with time can be kept."
)
TOO_SHORT = _("This key is too short. Did all of it come along?")


class UnreadableSecret(Exception):
    """No codes can be made of it. `text` says why, for who typed it, and repeats nothing of it."""

    def __init__(self, text: Promise) -> None:
        super().__init__()
        self.text = text


class Totp(pyotp.TOTP):
    """Codes that change with time, also of the short secrets that sites give."""

    def byte_secret(self) -> bytes:
        secret = self.secret.upper()
        return base64.b32decode(secret + "=" * (-len(secret) % 8))


def normal_form(text: str) -> str:
    """What was typed as an otpauth:// address. Raises UnreadableSecret."""
    text = text.strip()
    if len(text) > LONGEST:
        raise UnreadableSecret(UNREADABLE)
    try:
        if text.lower().startswith("otpauth:"):
            return _read(text).provisioning_uri()
        return _totp("".join(text.split()).replace("-", ""), {}).provisioning_uri()
    except (ValueError, binascii.Error):
        raise UnreadableSecret(UNREADABLE) from None


def code_at(address: str, now: datetime) -> tuple[str, int]:
    """The code of this moment, and for how many seconds more it counts."""
    totp = _read(address)
    return totp.at(now), totp.interval - int(now.timestamp()) % totp.interval


def same_key(one: str, other: str) -> bool:
    """Whether two addresses make codes of the same key, whatever they are called and however they count."""
    return _read(one).byte_secret() == _read(other).byte_secret()


def _read(address: str) -> Totp:
    parts = urlsplit(address)
    kind = parts.netloc.lower()
    if kind == "hotp":
        raise UnreadableSecret(COUNTED)
    pairs = [(name.lower(), value) for name, value in parse_qsl(parts.query)]
    values = dict(pairs)
    # Something unknown may say how the codes are made (as Steam does): better none than wrong ones.
    if kind != "totp" or len(values) < len(pairs) or set(values) - KNOWN:
        raise UnreadableSecret(UNREADABLE)
    return _totp("".join(values.get("secret", "").split()), values, label=parts.path.lstrip("/"))


def _totp(secret: str, values: dict[str, str], label: str = "") -> Totp:
    issuer, colon, name = label.partition(":")
    algorithm = values.get("algorithm", "SHA1").upper()
    digits, period = int(values.get("digits", "6")), int(values.get("period", "30"))
    if digits not in {6, 7, 8} or not 15 <= period <= 120:
        raise ValueError
    named: dict[str, Any] = {"name": unquote(name if colon else issuer)}
    named["issuer"] = values.get("issuer") or (unquote(issuer) if colon else None)
    digest = DIGESTS[NAMED_OTHERWISE.get(algorithm, algorithm)] if algorithm in {*DIGESTS, *NAMED_OTHERWISE} else None
    if digest is None:
        raise ValueError
    totp = Totp(secret.rstrip("=").upper(), digits=digits, digest=digest, interval=period, **named)
    if len(totp.byte_secret()) < SHORTEST:
        raise UnreadableSecret(TOO_SHORT)
    return totp
