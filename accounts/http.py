"""The request as views see it once PersonMiddleware and the login check have passed it on."""

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request from someone who is logged in."""

    user: User
