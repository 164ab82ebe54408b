"""The logins of the demo. Their secrets stand here only, and each can be told from anything else: a search for them
through a database, a log, a mail, an export or a page must find nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from tasks.actions.secrets import reveal
from tasks.models import Resource, RevealWay, SecretPart, Task
from tasks.one_time_codes import normal_form

# By the login that they belong to; of each the password, and for some what its one-time codes are made from.
CANARIES: dict[str, dict[str, str]] = {
    "webwinkel": {
        "password": "Kanarie-Webwinkel-7391!",  # pragma: allowlist secret
        "one_time_code": "KANARIEWEBWINKELKANARIEWEBWINKEL",  # pragma: allowlist secret
    },
    "nieuwsbrief": {"password": "Kanarie-Nieuwsbrief-2846?"},  # pragma: allowlist secret
    "instagram": {"password": "Kanarie-Instagram-5502#"},  # pragma: allowlist secret
    "boekhouding": {"password": "Kanarie-Boekhouding-9017%"},  # pragma: allowlist secret
    "vertalen": {"password": "Kanarie-Vertalen-3364+"},  # pragma: allowlist secret
    # Given, and lent to nobody.
    "bank": {"password": "Kanarie-Bank-8128="},  # pragma: allowlist secret
    "shop": {
        "password": "Canary-Shop-6174!",  # pragma: allowlist secret
        "one_time_code": "CANARYSHOPCANARYSHOPCANARYSHOP22",  # pragma: allowlist secret
    },
    "accounts": {"password": "Canary-Accounts-4711?"},  # pragma: allowlist secret
    "caterer": {"password": "Canary-Caterer-3003#"},  # pragma: allowlist secret
}


def secrets_of(login: str) -> dict[str, str]:
    """The same as the action wants them."""
    return {
        part: normal_form(text) if part == SecretPart.ONE_TIME_CODE else text for part, text in CANARIES[login].items()
    }


def look_at(*, task_id: UUID, by: User, now: datetime, resource: Resource, **how: Any) -> Task:
    """As the assistant of the task: show the password of a login, or what else is told. `how`: part, way, reason."""
    values = {"part": SecretPart.PASSWORD, "way": RevealWay.SHOWN} | how
    reveal(resource=resource, by=by, now=now, task_id=task_id, **values)
    return Task.objects.get(pk=task_id)
