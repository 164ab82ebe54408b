"""The request as views see it once PersonMiddleware and the login check have passed it on."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request from someone who is logged in."""

    user: User


def came_from(request: HttpRequest) -> str:
    """The page of this site from which a form was sent, as its field `next` says; empty when it says none."""
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if here and wanted.startswith("/") else ""
