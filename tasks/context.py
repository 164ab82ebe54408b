"""What base.html needs on every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tasks.queries import person_for


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav`: the person with their teams and counts. Read only when a template asks for it, once per request."""
    return {"nav": SimpleLazyObject(lambda: person_for(request))}
