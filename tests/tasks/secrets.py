"""Logins for tests, with a password and a key for one-time codes that are looked for everywhere."""

from datetime import datetime
from typing import Any

from tasks.actions.resources import add_resource
from tasks.models import Resource, ResourceKind
from tasks.one_time_codes import normal_form
from tests.conftest import Cast

PASSWORD = "correct-horse-9-battery"
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def login_of(
    cast: Cast, now: datetime, *, one_time_code: str = "", password: str = PASSWORD, **fields: Any
) -> Resource:
    """A login of Eva's team, given by Eva."""
    secrets = {"password": password, "one_time_code": one_time_code and normal_form(one_time_code)}
    values = {"name": "Shop", "content": "", "user_name": "eva", "web_address": "https://shop.example.com", **fields}
    return add_resource(
        team=cast.team, by=cast.owner, kind=ResourceKind.LOGIN, stored_file=None, now=now, secrets=secrets, **values
    )
