"""Downloads. Always an attachment, never shown inline: a file can't run in the app's own origin."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from tasks.access import file_for_download


@require_GET
def file(request: HttpRequest, file_id: UUID) -> FileResponse:
    """A file of a task or resource that this person may see, under the name it was given."""
    stored = file_for_download(request, file_id)
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:  # a database that was put back without its files
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type="application/octet-stream")
    response.headers["Cache-Control"] = "private, no-store"
    return response
