"""The versions of a brief, and the difference between two of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tasks.access import task_for_reading
from tasks.versions import changes_between, chosen_pair, hidden_from, version_lines


@require_GET
def task_versions(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Which versions there are and why; of two of them, what differs: `?from=1&to=3`, else the last two."""
    task, role = task_for_reading(request, task_id)
    first, second = chosen_pair(task, request.GET.get("from"), request.GET.get("to"))
    below = request.GET.get("below", "")
    lines, more = version_lines(
        task, below=int(below) if below.isascii() and below.isdigit() and len(below) < 10 else None
    )
    context = {
        "task": task,
        "lines": lines,
        "more": more,
        "first": first,
        "second": second,
        "changes": changes_between(task, first, second, hidden=hidden_from(task, role)),
    }
    return render(request, "tasks/versions.html", context)
