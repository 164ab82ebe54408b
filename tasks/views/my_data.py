"""My data: asking for an export, seeing how far it is, fetching it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from accounts.http import PersonRequest
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of
from tasks.access_data import export_for_download, team_for_export
from tasks.actions.exporting import NOT_READY, ExportRefused, ask_for_export, fetch_export
from tasks.my_data import my_data


@require_GET
def profile_data(request: PersonRequest) -> HttpResponse:
    """What can be taken along, and the exports that there are."""
    return render(request, "tasks/my_data.html", {"data": my_data(request.user, now=timezone.now())})


@require_POST
@recent_login_required
def profile_export_ask(request: PersonRequest) -> HttpResponse:
    """Have an export made: of a team that the form names, or of oneself."""
    team = team_for_export(request.user, request.POST.get("team", ""))
    now = timezone.now()
    try:
        ask_for_export(person=request.user, team=team, now=now, ip=address_of(request))
    except ExportRefused as refused:
        context = {"data": my_data(request.user, now=now), "refused": refused.text}
        return render(request, "tasks/my_data.html", context, status=409)
    messages.success(request, _("It is being put together. You get a message when it is ready."))
    return redirect("profile_data")


@require_GET
@recent_login_required
def profile_export(request: PersonRequest, export_id: UUID) -> HttpResponse:
    """The zip itself, for who asked for it."""
    export = export_for_download(request.user, export_id)
    now = timezone.now()
    try:
        content = export.file.open("rb") if export.file else None
        fetch_export(export=export, by=request.user, now=now, ip=address_of(request))
    except (ExportRefused, FileNotFoundError):
        content = None
    if content is None:
        context = {"data": my_data(request.user, now=now), "refused": NOT_READY}
        return render(request, "tasks/my_data.html", context, status=409)
    # Translators: in the name of a file, so only small letters and dashes.
    kind = slugify(pgettext("file name", "data"))
    of_whom = slugify(str(export.team or request.user.short_name))[:40].strip("-")
    name = "-".join(part for part in ("handover", kind, of_whom, f"{export.asked_at:%Y-%m-%d}") if part)
    response = FileResponse(content, as_attachment=True, filename=f"{name}.zip", content_type="application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", response)  # what streams is no HttpResponse, but answers like one
