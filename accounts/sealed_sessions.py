"""Sessions in the database, sealed: what somebody typed or was mailed on the way in can't be read off the table."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session

from accounts.sealing import SealError, seal, unseal

PURPOSE = "session"


class SessionStore(DatabaseStore):
    """As Django's, with `encode` and `decode` through accounts/sealing.py."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Sealed JSON."""
        return seal(json.dumps(session_dict, separators=(",", ":")), purpose=PURPOSE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was sealed; empty when no known key opens it, so that its person logs in again."""
        try:
            found: dict[str, Any] = json.loads(unseal(str(session_data), purpose=PURPOSE))
        except SealError:
            return {}
        return found
