"""Downloads. Always an attachment, never shown inline: a file can't run in the app's own origin.

Also from a server of files the bytes come through here: there is no address at which anybody else could fetch them, and
who may is looked at each time.
"""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tasks.access import file_for_download
from tasks.files_away import logger

# Whatever opens it gets no scripts, no forms, no origin. Parts of a file are not given out: it is small.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Accept-Ranges": "none",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TYPE = "application/octet-stream"


@require_safe
def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A file of a task, an agreement or a resource that this person may see, under the name it was given."""
    stored = file_for_download(request, file_id)
    if request.method == "HEAD":
        named = {"Content-Disposition": content_disposition_header(True, stored.name) or "attachment"}
        return HttpResponse(content_type=TYPE, headers=HEADERS | named | {"Content-Length": str(stored.size)})
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:  # a database that was put back without its files
        raise Http404 from error
    except OSError:
        logger.exception("a file could not be read")
        return render(request, "tasks/files_away.html", {"name": stored.name}, status=503)
    return FileResponse(content, as_attachment=True, filename=stored.name, content_type=TYPE, headers=HEADERS)
