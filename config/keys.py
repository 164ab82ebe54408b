"""Starts nothing without the keys that open what is sealed: else what is shut is found out one press at a time.

Looks with plain SQL, before any app is loaded: gunicorn asks in the process that starts the workers.
"""

from __future__ import annotations

import sys
import warnings
from functools import cache
from itertools import pairwise

from django.db import DatabaseError, connection

from accounts.sealing import key_problem, known_keys

# With this code gunicorn does not start the worker again, but ends.
REFUSED = 3
UNKNOWN = "The database holds secrets that no key in SECRETS_KEYS opens: add the key that they were sealed with."


@cache
def refuse_without_keys(*, database: bool = True) -> None:
    """End this process, in one sentence, when the keys are missing, are none, or don't open what is in the database.

    Looked at once in a process and in those that are forked from it: what runs goes on, and /readyz tells.
    """
    if sentence := problem_with_keys(database=database):
        print(sentence, file=sys.stderr, flush=True)
        sys.exit(REFUSED)
    if database:
        connection.close()


def problem_with_keys(*, database: bool = True) -> str:
    """What is wrong with the keys, in one sentence; empty when nothing is, or a database that is away can't tell."""
    return key_problem() or (UNKNOWN if database and _sealed_otherwise() else "")


def _sealed_otherwise() -> bool:
    """Whether anything in the database was sealed with a key that is not known here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # that no app is loaded yet, which is the point
            return any(_has_row(*query) for query in (_secrets(), _second_factors()))
    except DatabaseError:  # away, or not made yet: whoever starts waits for it in their own way
        return False


def _has_row(query: str, values: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone() is not None


def _secrets() -> tuple[str, list[str]]:
    """What lies between the known names, so that the index answers, however many secrets there are."""
    names = sorted(known_keys())
    between = " OR ".join("(key > %s AND key < %s)" for _pair in names[1:])
    gaps = [name for pair in pairwise(names) for name in pair]
    query = f"SELECT 1 FROM tasks_secret WHERE key < %s OR key > %s{between and f' OR {between}'} LIMIT 1"  # noqa: S608
    return query, [names[0], names[-1], *gaps]


def _second_factors() -> tuple[str, list[str]]:
    """Those stand in documents, each sealed as a whole with one key."""
    text = "CAST(data AS text)"
    unknown = f" AND {text} NOT LIKE %s" * len(known_keys())
    query = f"SELECT 1 FROM mfa_authenticator WHERE {text} LIKE %s{unknown} LIMIT 1"  # noqa: S608
    return query, ["%:gAAAA%", *(f"%{name}:gAAAA%" for name in known_keys())]
