"""Sealing what must not be read from a database, a dump or a backup: authenticated encryption with keys from outside.

`settings.SECRETS_KEYS` holds Fernet keys (AES-128-CBC with HMAC-SHA256, from the package cryptography). The first
seals; all of them open, so that a key can be replaced while secrets sealed with the one before are still about.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

SEALED = re.compile(r"[0-9a-f]{12}:gAAAA")  # how every sealed text begins: the name of a key, and a Fernet token


class SealError(Exception):
    """It can't be opened: another key sealed it, it was altered, or it was sealed for something else."""


def seal(text: str, *, purpose: str) -> str:
    """Seal a text. `purpose` names what it is for (a row and a part of it): for anything else it does not open.

    Returns one line: the name of the key, a colon, the sealed text.
    """
    plain = json.dumps([purpose, text]).encode()
    name, *_older = _keys()
    return f"{name}:{_keys()[name].encrypt(plain).decode()}"


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for this purpose. Raises SealError, which says nothing about the text."""
    name, _colon, token = sealed.partition(":")
    key = _keys().get(name)
    if key is None:
        raise SealError("No key that is known here sealed it.")
    try:
        sealed_for, text = json.loads(key.decrypt(token.encode()))
    except (InvalidToken, ValueError):
        raise SealError("It was altered.") from None
    if sealed_for != purpose:
        raise SealError("It was sealed for something else.")
    return str(text)


def reseal(sealed: str) -> str:
    """The same text under the key that seals now, for what it was sealed for. Raises SealError."""
    name, _colon, token = sealed.partition(":")
    key = _keys().get(name)
    if key is None:
        raise SealError("No key that is known here sealed it.")
    try:
        plain = key.decrypt(token.encode())
    except InvalidToken:
        raise SealError("It was altered.") from None
    return f"{current_key()}:{_keys()[current_key()].encrypt(plain).decode()}"


def is_sealed(text: str) -> bool:
    """Whether a text was sealed, by whatever key."""
    return SEALED.match(text) is not None


def new_key() -> str:
    """A key to seal with, as SECRETS_KEYS takes it."""
    return Fernet.generate_key().decode()


def key_problem() -> str:
    """What is wrong with SECRETS_KEYS, in one sentence that repeats none of them; empty when nothing is."""
    keys = settings.SECRETS_KEYS
    if not keys:
        return "SECRETS_KEYS is not set: it takes the key that seals secrets, which `manage.py new_key` makes."
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            return f"Number {number} of {len(keys)} in SECRETS_KEYS is no key: `manage.py new_key` makes one."
    if keys[0] == settings.TRYING_OUT and not settings.DEBUG:
        return (
            "SECRETS_KEYS begins with the key for trying out, which everybody knows: `manage.py new_key` makes another."
        )
    return ""


def key_of(sealed: str) -> str:
    """The name of the key that sealed it."""
    return sealed.partition(":")[0]


def current_key() -> str:
    """The name of the key that seals now."""
    return next(iter(_keys()))


def known_keys() -> list[str]:
    """The names of all keys that open something here; the one that seals comes first."""
    return list(_keys())


def _keys() -> dict[str, Fernet]:
    return _read(tuple(settings.SECRETS_KEYS))


@lru_cache(maxsize=4)
def _read(keys: tuple[str, ...]) -> dict[str, Fernet]:
    """By name. A name is the beginning of the key's SHA-256: it tells two keys apart and gives neither away."""
    return {hashlib.sha256(key.encode()).hexdigest()[:12]: Fernet(key) for key in keys}
