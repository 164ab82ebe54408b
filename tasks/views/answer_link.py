"""Answering one check-in straight from its mail, without logging in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tasks.access import checkin_for_link, language_of_link
from tasks.actions.base import Refused
from tasks.actions.checkins import answer_checkin
from tasks.forms.actions import CheckinForm
from tasks.models import Checkin

FIELDS = ("mood", "percent", "minutes_needed", "finish_at", "note")
# The address is the key: no search engine keeps it, and no other site is told of it.
KEPT_QUIET = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "same-origin"}


class AnswerLinkForm(CheckinForm):
    """The answer alone; the address says to what."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name] for name in FIELDS}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the button in a mail leads to. Looking changes nothing, as mail scanners look too; pressing answers."""
    now = timezone.now()
    try:
        checkin = checkin_for_link(token, now=now)
    except Http404:
        return _page(request, {"state": "unknown"}, status=404)
    if checkin is None:
        with translation.override(language_of_link(token) or translation.get_language()):
            return _page(request, {"state": "over"}, status=410)
    # In the language and on the clock of who was asked, whoever is logged in here or nobody.
    with translation.override(checkin.assistant.language), timezone.override(checkin.assistant.zone):
        return _answer(request, checkin)


def _answer(request: HttpRequest, checkin: Checkin) -> HttpResponse:
    now = timezone.now()
    sent = request.POST if request.method == "POST" else None
    form = AnswerLinkForm(sent, task=checkin.task, by=checkin.assistant, now=now)
    context = {"state": "open", "title": checkin.task.title, "form": form}
    if sent is None or not form.is_valid():
        return _page(request, context, status=422 if form.errors else 200)
    answer = {name: form.cleaned_data[name] for name in FIELDS}
    try:
        answer_checkin(task_id=checkin.task_id, by=checkin.assistant, checkin_id=checkin.pk, now=now, **answer)
    except Refused:
        return _page(request, {"state": "over"}, status=410)
    return _page(request, {"state": "answered"})


def _page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, "tasks/answer_link.html", context, status=status)
    for name, value in KEPT_QUIET.items():
        response[name] = value
    return response
