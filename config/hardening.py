"""What every answer tells the browser, and what no request may ask. The other headers come from Django's own
middleware, django-csp and django-permissions-policy; all of them are set in settings.py."""

from collections.abc import Callable, ItemsView
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.debug import SafeExceptionReporterFilter

# Set here as well, because SecurityMiddleware itself may be what refuses a request: for a host that is not ours.
ON_EVERY_ANSWER = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# What is no page is never shown as one: nothing in it runs, whatever a browser makes of its type.
NOT_A_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
METHODS = ("GET", "HEAD", "POST")


class HeadersMiddleware:
    """The first of all, so that it also sees what the others refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ON_EVERY_ANSWER.items():
            response.headers.setdefault(name, value)
        return response


class RequestsMiddleware:
    """Refuses what nothing here answers to, and lets nobody keep what the app answered.

    `no-store` on every answer, because "Back" after logging out must show nothing, on a shared computer too. Style
    sheets and scripts are served before they come here, and are kept for ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.refusal(request) or self.get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", NOT_A_PAGE)
        return response

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a method that no page knows, or to a body larger than any form here sends."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.MAX_REQUEST_BYTES:
            return render(request, "413.html", status=413)
        return None


class ReportsNothingTyped(SafeExceptionReporterFilter):
    """Error reports without what people typed, what variables held and how the server is set up.

    Only traceback and address are left, also with DEBUG: what stands on a screen gets shared.
    """

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Nothing that was typed."""
        return {}

    def get_safe_settings(self) -> dict[str, Any]:
        """No setting."""
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Neither cookies nor the environment."""
        return {name: value for name, value in request.META.items() if name in {"REQUEST_METHOD", "PATH_INFO"}}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """No cookie: it is as good as a login."""
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        """No variable: any may hold a secret for a moment."""
        return dict[str, Any]().items()
