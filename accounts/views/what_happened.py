"""What happened in a team, for its owner: to read, and as a table to keep."""

import csv
import io
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import membership_for_owning
from accounts.audit import Happened, note
from accounts.audit_words import TOPICS
from accounts.http import PersonRequest
from accounts.recent_login import recent_login_required
from accounts.safe_cells import BYTE_ORDER_MARK, safe
from accounts.signing_in import address_of
from accounts.what_happened import Line, Log, Narrowing, Place, all_of, log_of, page_of


@require_GET
def what_happened(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """What has to do with trust in this team, newest first."""
    membership = membership_for_owning(request.user, team_id)
    log = log_of(membership.team)
    narrowing, before = _narrowing(request, log), Place.parse(request.GET.get("before", ""))
    lines, following = page_of(log, narrowing, before)
    context = {
        "team": membership.team,
        "lines": lines,
        "people": log.people,
        "topics": [(key, words) for key, (words, _kinds) in TOPICS.items()],
        "narrowing": narrowing,
        "narrowed": bool(narrowing.person or narrowing.topic),
        "query": _query(narrowing),
        "following": following,
        "paged": before is not None,
    }
    return render(request, "accounts/what_happened.html", context)


@require_POST
@recent_login_required
def download(request: PersonRequest, team_id: UUID) -> HttpResponse:
    """The same as a table for a spreadsheet, in the reader's language. That it was taken along is written down too."""
    team = membership_for_owning(request.user, team_id).team
    log, now = log_of(team), timezone.now()
    narrowing = _narrowing(request, log)
    note(Happened.EXPORT_ASKED, now=now, actor=request.user, team=team, ip=address_of(request), what="what-happened")
    # Translators: in the name of a file, so only small letters and dashes.
    name = f"handover-{slugify(_('what happened'))}-{slugify(team.name)[:40] or 'team'}-{timezone.localdate(now)}.csv"
    response = HttpResponse(_table(log, narrowing), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _narrowing(request: PersonRequest, log: Log) -> Narrowing:
    """What the address asks for; 404 for a person or a kind that this page doesn't offer."""
    person, topic = request.GET.get("person", ""), request.GET.get("topic", "")
    chosen = next((member.pk for member in log.people if str(member.pk) == person), None)
    if (person and chosen is None) or (topic and topic not in TOPICS):
        raise Http404
    return Narrowing(person=chosen, topic=topic)


def _query(narrowing: Narrowing) -> str:
    """The narrowing as it stands in an address."""
    return urlencode({"person": narrowing.person or "", "topic": narrowing.topic})


def _table(log: Log, narrowing: Narrowing) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";" if get_format("DECIMAL_SEPARATOR") == "," else ",")
    writer.writerow([_("Day"), _("Time"), _("Who"), _("What happened"), _("Network address of the device")])
    for line in all_of(log, narrowing):
        writer.writerow(_row(line))
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def _row(line: Line) -> list[str]:
    at = timezone.localtime(line.at)
    return [f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", safe(line.who), safe(line.sentence), line.ip or ""]
