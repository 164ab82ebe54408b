"""What the pages around logging in need in their templates."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest

from accounts import recent_login, second_factor
from accounts.models import User

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """For a `data-` attribute, which a script reads: inline scripts are not allowed."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def in_fours(text: str) -> str:
    """A long key in groups of four, so that it can be typed over."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.simple_tag
def teams_waiting(user: User) -> list[str]:
    """The names of the teams that wait for the person's second step; none when they have one."""
    return second_factor.teams_that_ask(user) if second_factor.lacks_one(user) else []


@register.simple_tag
def keeps_a_press(request: HttpRequest) -> bool:
    """Whether what somebody pressed waits until they have proved who they are."""
    return recent_login.keeps_a_press(request)
