"""Sealing all that is sealed with the newest key, so that an older one is no longer needed.

A batch at a time, each a short transaction, along (key, id): whoever stops half-way goes on later where it ended, as
what was done carries the new key's name. A row is written only if it still holds what was read: a password that
somebody changes meanwhile is never put back.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.db.models import Count

from accounts.sealing import SealError, current_key, is_sealed, key_of, known_keys, reseal
from tasks.models import Secret
from tasks.statements import stored_id

BATCH = 250
FIRST = UUID(int=0)
# What passwords and passkeys are checked against is no secret that could be sealed.
SEALED_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)

REPLACE = "UPDATE tasks_secret SET sealed = %s, key = %s WHERE id = %s AND sealed = %s"


@dataclass(frozen=True)
class Standing:
    """How many sealed rows there are, and by which key. `shut`: by one that is not known here."""

    current: int
    old: int
    shut: int

    @property
    def done(self) -> bool:
        """Whether the newest key alone opens everything."""
        return not self.old and not self.shut

    def __add__(self, other: Standing) -> Standing:
        return Standing(self.current + other.current, self.old + other.old, self.shut + other.shut)


def standing() -> Standing:
    """How far it is, of secrets of resources and second factors together."""
    keys = dict(Secret.objects.values_list("key").annotate(Count("pk")).values_list("key", "pk__count"))
    found = sum((_standing_of({key}, count) for key, count in keys.items()), Standing(0, 0, 0))
    factors = Authenticator.objects.filter(type__in=SEALED_FACTORS).values_list("data", flat=True)
    return sum((_standing_of(set(_keys_in(data)), 1) for data in factors.iterator()), found)


def rotate() -> Generator[int, None, None]:
    """Seal everything anew that an older known key sealed; gives how many rows each batch wrote.

    What can't be opened is left as it is.
    """
    for key in known_keys()[1:]:
        yield from _rotate_secrets(key)
    yield from _rotate_factors()


def _rotate_secrets(key: str) -> Iterator[int]:
    last, current = FIRST, current_key()
    while rows := list(Secret.objects.filter(key=key, pk__gt=last).order_by("pk").only("sealed")[:BATCH]):
        anew = [(new, current, stored_id(row), row.sealed) for row in rows if (new := _resealed(row.sealed))]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(REPLACE, anew)
            written = cursor.rowcount if anew else 0
        last = rows[-1].pk
        yield max(0, written)


def _rotate_factors() -> Iterator[int]:
    last, current = 0, current_key()
    factors = Authenticator.objects.filter(type__in=SEALED_FACTORS)
    while keys := list(factors.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        written = 0
        with transaction.atomic():
            for factor in factors.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"):
                if set(_keys_in(factor.data)) - {current}:
                    factor.data = _all_resealed(factor.data)
                    factor.save(update_fields=["data"])
                    written += current in _keys_in(factor.data)
        last = keys[-1]
        yield written


def _standing_of(keys: set[str], count: int) -> Standing:
    if not keys - {current_key()}:
        return Standing(count if keys else 0, 0, 0)
    shut = bool(keys - set(known_keys()))
    return Standing(0, 0 if shut else count, count if shut else 0)


def _keys_in(data: Any) -> list[str]:
    """The keys that sealed something in a document."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [key for value in data for key in _keys_in(value)]
    return [key_of(data)] if isinstance(data, str) and is_sealed(data) else []


def _all_resealed(data: Any) -> Any:
    """The same document, with everything in it that is sealed under the newest key."""
    if isinstance(data, dict):
        return {name: _all_resealed(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_all_resealed(value) for value in data]
    return (isinstance(data, str) and is_sealed(data) and _resealed(data)) or data


def _resealed(sealed: str) -> str | None:
    try:
        return reseal(sealed)
    except SealError:
        return None
