"""The addresses of the app, and the bare view that they are measured against."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from accounts.models import User
from config.urls import urlpatterns as pages
from delegation.workflow import CLOSED
from tasks.models import Task

BARE_PATH = "/bare/"


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    """The least that a page with a list can be: a session's user, one indexed query, 25 rows, one base template."""
    assert isinstance(request.user, User)
    tasks = Task.objects.filter(entrepreneur=request.user).exclude(state__in=sorted(CLOSED))
    rows = tasks.only("title", "level", "state", "changed_at").order_by("-changed_at", "-id")[:25]
    return render(request, "bare/list.html", {"tasks": rows}, using="bare")


urlpatterns = [*pages, path(BARE_PATH.lstrip("/"), bare, name="bare")]
