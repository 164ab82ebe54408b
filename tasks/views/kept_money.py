"""Money records: what the law has a team keep of people who have gone. For its owner."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.http import PersonRequest
from accounts.recent_login import recent_login_required
from accounts.signing_in import address_of
from tasks.access_data import team_for_kept_money
from tasks.actions.exporting import take_money_records
from tasks.exports.kept_csv import as_csv
from tasks.money_records import kept_page, read_cursor


@require_GET
def money_records(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """The records, newest day first, a page at a time."""
    team = team_for_kept_money(request.user, team_id)
    before = read_cursor(request.GET.get("before", ""))
    context = {"team": team, "page": kept_page(team, before), "before": before}
    return render(request, "tasks/money_records.html", context)


@require_GET
@recent_login_required
def money_records_csv(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """All of them as a table for a spreadsheet, in the reader's language."""
    team = team_for_kept_money(request.user, team_id)
    take_money_records(team=team, by=request.user, now=timezone.now(), ip=address_of(request))
    # Translators: in the name of a file, so only small letters and dashes.
    kind = slugify(pgettext("file name", "kept"))
    name = "-".join(part for part in ("handover", kind, slugify(team.name)[:40].strip("-")) if part)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"}
    return HttpResponse(as_csv(team), content_type="text/csv; charset=utf-8", headers=headers)
