"""Timesheets: which there are, one month of one assistant, approving it, and its exports."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role, Team, User
from accounts.signing_in import address_of
from tasks.access import timesheet_to_approve, timesheets_of
from tasks.actions.approving import NotApproved, approve, take_back
from tasks.actions.exporting import take_timesheet
from tasks.exports.timesheet_csv import as_csv
from tasks.exports.timesheet_names import file_name
from tasks.exports.timesheet_pdf import as_pdf
from tasks.money_records import teams_with_records
from tasks.months import before, month_in, month_of
from tasks.queries import person_for, visible_to
from tasks.timesheet_list import sheet_page
from tasks.timesheets import Timesheet
from tasks.timesheets import timesheet as read_sheet

A_DAY = timedelta(days=1)


@require_GET
def timesheets(request: HttpRequest) -> HttpResponse:
    """The sheets of some months: of the teams in which I hand over, and my own."""
    person, newest = person_for(request), _newest()
    until = min(month_in(request.GET.get("until", "")) or newest, newest)
    context = {
        "page": sheet_page(person, until, newest=newest),
        "several_teams": len(person.teams) > 1,
        "kept": teams_with_records(person.teams_as(Role.OWNER)),
    }
    return render(request, "tasks/timesheets.html", context)


@require_GET
def timesheet(request: HttpRequest, team_id: UUID, assistant_id: UUID, month: date) -> HttpResponse:
    """One sheet, all of it."""
    team, assistant, may_approve = timesheets_of(request, team_id, assistant_id)
    return _page(request, team, assistant, month, may_approve=may_approve)


@require_POST
def timesheet_approve(request: HttpRequest, team_id: UUID, assistant_id: UUID, month: date) -> HttpResponse:
    """Approve all that is open on the sheet, or the one line whose button was pressed."""
    team, assistant = timesheet_to_approve(request, team_id, assistant_id)
    key, _space, seen = request.POST.get("line", "").partition(" ")
    try:
        approve(
            team=team,
            assistant=assistant,
            month=month,
            by=person_for(request).user,
            seen=seen if key else request.POST.get("seen", ""),
            key=key,
            now=timezone.now(),
        )
    except NotApproved as refused:
        return _refused(request, team, assistant, month, refused)
    if not key:
        messages.success(request, _("Approved. %(name)s has been told.") % {"name": assistant.short_name})
    return _back(team, assistant, month, key)


@require_POST
def timesheet_take_back(request: HttpRequest, team_id: UUID, assistant_id: UUID, month: date) -> HttpResponse:
    """Take the approval of one line back."""
    team, assistant = timesheet_to_approve(request, team_id, assistant_id)
    key = request.POST.get("line", "").partition(" ")[0]
    by, now = person_for(request).user, timezone.now()
    try:
        take_back(team=team, assistant=assistant, month=month, by=by, key=key, now=now)
    except NotApproved as refused:
        return _refused(request, team, assistant, month, refused)
    return _back(team, assistant, month, key)


@require_GET
def timesheet_csv(request: HttpRequest, team_id: UUID, assistant_id: UUID, month: date) -> HttpResponse:
    """The sheet as a table for a spreadsheet, in the reader's language."""
    team, assistant, _may_approve = timesheets_of(request, team_id, assistant_id)
    sheet = _taken(request, team, assistant, month)
    return _download(as_csv(sheet), "text/csv; charset=utf-8", file_name(sheet, "csv"))


@require_GET
def timesheet_pdf(request: HttpRequest, team_id: UUID, assistant_id: UUID, month: date) -> HttpResponse:
    """The sheet on paper, in the reader's language."""
    team, assistant, _may_approve = timesheets_of(request, team_id, assistant_id)
    sheet = _taken(request, team, assistant, month)
    return _download(as_pdf(sheet, now=timezone.now()), "application/pdf", file_name(sheet, "pdf"))


def _taken(request: HttpRequest, team: Team, assistant: User, month: date) -> Timesheet:
    """The sheet, to take along, which is written down."""
    by, now = person_for(request).user, timezone.now()
    take_timesheet(team=team, assistant=assistant, month=month, by=by, now=now, ip=address_of(request))
    return read_sheet(team, assistant, month)


def _newest() -> date:
    """The last month in which somebody may have worked: for some, tomorrow has begun."""
    return month_of(timezone.localdate() + A_DAY)


def _page(
    request: HttpRequest, team: Team, assistant: User, month: date, *, may_approve: bool, refusal: str = ""
) -> HttpResponse:
    sheet = read_sheet(team, assistant, month)
    shown = {row.task_id for row in sheet.rows}
    context = {
        "sheet": sheet,
        "may_approve": may_approve,
        "own": assistant.pk == person_for(request).user.pk,
        # Work that went to somebody else since is on the sheet, but its page may be out of sight.
        "in_sight": set(visible_to(person_for(request)).filter(pk__in=shown).values_list("pk", flat=True)),
        "previous": before(month),
        "following": before(month, -1) if month < _newest() else None,
        "refusal": refusal,
    }
    return render(request, "tasks/timesheet.html", context, status=409 if refusal else 200)


def _refused(request: HttpRequest, team: Team, assistant: User, month: date, refused: NotApproved) -> HttpResponse:
    """The sheet as it is now, and why nothing was done."""
    return _page(request, team, assistant, month, may_approve=True, refusal=str(refused.text))


def _back(team: Team, assistant: User, month: date, key: str) -> HttpResponse:
    place = f"#{key.replace(':', '-')}" if key else ""
    address = redirect("timesheet", team.pk, assistant.pk, month)
    address["Location"] += place
    return address


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
