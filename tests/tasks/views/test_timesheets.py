"""The list of timesheets, one sheet, approving it and taking it along."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Membership, Message, Role
from tasks.models import EntryState, ExpenseState, TimeEntry
from tasks.months import before
from tasks.timesheets import timesheet
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import TaskFactory
from tests.tasks.sheets import NOVEMBER, agreed, lunch, spent, worked
from tests.tasks.views.conftest import ClientFor, text_of

LIST = reverse("timesheets")
MONDAY = date(2026, 11, 23)


def path_of(cast: Cast, month: date = NOVEMBER, name: str = "timesheet") -> str:
    return reverse(name, args=[cast.team.pk, cast.assistant.pk, month])


def seen_of(page: Any) -> str:
    """What the form says was looked at."""
    found = re.search(r'name="seen" value="(\w+)"', text_of(page))
    assert found
    return found[1]


def buttons(page: Any) -> list[str]:
    """What the buttons of the lines send."""
    return re.findall(r'name="line" value="([^"]+)"', text_of(page))


# --- the list -----------------------------------------------------------------------------------------------------


def shown(client: Client, **query: str) -> list[tuple[str, str, int, bool]]:
    """Month, assistant, minutes and whether something is open, line by line."""
    months = client.get(LIST, query).context["page"].months
    return [
        (f"{month:%Y-%m}", line.assistant.short_name, line.sums.minutes, line.sums.is_open)
        for month, lines in months
        for line in lines
    ]


def test_who_hands_over_sees_the_sheets_of_all_assistants(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = lunch(cast, now)
    worked(task, 60, MONDAY)
    worked(task, 30, MONDAY, by=cast.guest, approved_by=cast.owner, approved_at=now)
    spent(task, "12.50", date(2026, 10, 30))
    worked(task, 30, MONDAY, billed=0, state=EntryState.STRUCK)
    worked(task, 600, MONDAY, billed=0, state=EntryState.WAITING)
    spent(task, "99", MONDAY, state=ExpenseState.WAITING)
    client = client_for(cast.entrepreneur)
    assert shown(client) == [
        ("2026-11", "Gus", 30, False),
        ("2026-11", "Sam", 60, True),
        ("2026-10", "Sam", 0, True),
    ]
    page = text_of(client.get(LIST))
    assert "1 hour\u00a0open".replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "€\u00a012.50 open" in page
    assert "2 not counted yet" in page
    assert "Approved" in page


def test_an_assistant_sees_their_own_only(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = lunch(cast, now)
    worked(task, 60, MONDAY)
    worked(task, 30, MONDAY, by=cast.guest)
    assert shown(client_for(cast.assistant)) == [("2026-11", "Sam", 60, True)]
    assert shown(client_for(cast.guest)) == [("2026-11", "Gus", 30, True)]
    assert shown(client_for(cast.outsider)) == []


def test_somebody_with_both_roles_sees_both(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.assistant, role=Role.ENTREPRENEUR)
    helper = UserFactory.create(name="Hans")
    MembershipFactory.create(team=cast.other_team, user=helper)
    elsewhere = TaskFactory.create(team=cast.other_team, entrepreneur=cast.outsider, assistant=helper)
    worked(elsewhere, 15, MONDAY)
    worked(lunch(cast, now), 60, MONDAY)
    assert [row[1:3] for row in shown(client_for(cast.assistant))] == [("Sam", 60), ("Hans", 15)]


def test_pages_are_stretches_of_months(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = lunch(cast, now)
    for count in (0, 5, 6, 14):
        worked(task, 10, before(NOVEMBER, count))
    client = client_for(cast.owner)
    first = client.get(LIST)
    assert [row[0] for row in shown(client)] == ["2026-11", "2026-06"]
    assert 'rel="next" href="?until=2026-05"' in text_of(first)
    assert 'rel="prev"' not in text_of(first)
    assert [row[0] for row in shown(client, until="2026-05")] == ["2026-05"]
    # Over the empty months in one go.
    assert 'rel="next" href="?until=2025-09"' in text_of(client.get(LIST, {"until": "2026-05"}))
    assert 'rel="prev" href="?until=2026-11"' in text_of(client.get(LIST, {"until": "2026-05"}))
    assert [row[0] for row in shown(client, until="2025-09")] == ["2025-09"]


@pytest.mark.parametrize("until", ["garbage", "2026-13", "9999-12", "0000-01", "2099-01", "\x00", "2026-11-01", ""])
def test_an_altered_address_shows_the_latest(until: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    assert shown(client_for(cast.owner), until=until) == [("2026-11", "Sam", 60, True)]


def test_an_empty_list_says_what_comes_there(cast: Cast, client_for: ClientFor) -> None:
    assert "Each month in which somebody logs time" in text_of(client_for(cast.owner).get(LIST))


@pytest.mark.parametrize("who", ["owner", "assistant"])
def test_the_list_takes_the_same_queries_however_much_there_is(
    who: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    client = client_for(getattr(cast, who))

    def crowd(count: int) -> None:
        tasks = TaskFactory.create_batch(count, team=cast.team, entrepreneur=cast.owner, assistant=cast.assistant)
        for number, task in enumerate(tasks):
            helper = UserFactory.create()
            for month in range(8):
                worked(task, 10, before(NOVEMBER, month), by=helper if number % 2 else cast.assistant)
            spent(task, "1", MONDAY)

    crowd(6)
    few = queries_of(lambda: client.get(LIST))
    crowd(6)
    assert queries_of(lambda: client.get(LIST)) == few <= 9


# --- one sheet ----------------------------------------------------------------------------------------------------


def test_a_sheet_says_how_everything_is_priced(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast, valid_from=date(2026, 11, 9))
    task = lunch(cast, now)
    worked(task, 90, date(2026, 11, 2))
    worked(task, 120, date(2026, 11, 14), note="A Saturday")
    worked(task, 60, MONDAY, billed=45)
    spent(task, "12.50", MONDAY)
    page = text_of(client_for(cast.owner).get(path_of(cast))).replace("\u00a0", " ")
    for part in (
        "Timesheet November 2026",
        "2 hours × € 30 × 1.5 (outside regular hours)",
        "45 min × € 30",
        "45 min billed",
        "No agreement on that day: not priced",
        "1 hour 30 min on days without an agreement",
        "version 1, from Mon 9 Nov: € 30 per hour",
        "€ 112.50",  # time
        "€ 125",  # together
        "A Saturday",
        "Approve all that is open",
    ):
        assert part in page


def test_an_assistant_sees_their_sheet_without_buttons(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    page = client_for(cast.assistant).get(path_of(cast))
    assert buttons(page) == []
    assert "Approve all" not in text_of(page)
    assert "not yet" in text_of(page)


def test_what_is_not_counted_yet_stands_apart(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = lunch(cast, now)
    worked(task, 600, MONDAY, billed=0, state=EntryState.WAITING)
    spent(task, "99", MONDAY, what="A banner", state=ExpenseState.WAITING)
    page = client_for(cast.owner).get(path_of(cast))
    assert "Not counted yet" in text_of(page)
    assert "A banner" in text_of(page)
    assert buttons(page) == []


def test_months_lead_to_each_other_up_to_the_latest(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    client = client_for(cast.owner)
    latest = text_of(client.get(path_of(cast)))
    assert f'rel="prev" href="{path_of(cast, before(NOVEMBER))}"' in latest
    assert 'rel="next"' not in latest
    october = text_of(client.get(path_of(cast, before(NOVEMBER))))
    assert f'rel="next" href="{path_of(cast)}"' in october
    assert "Nothing this month" in october


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "0000-01", "9999-12", "26-11"])
def test_a_month_that_is_none_is_not_found(month: str, cast: Cast, client_for: ClientFor) -> None:
    path = path_of(cast).replace("2026-11", month)
    assert client_for(cast.owner).get(path).status_code == 404


def test_who_left_can_still_be_looked_up_by_who_hands_over(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    Membership.objects.filter(user=cast.assistant).delete()
    assert client_for(cast.owner).get(path_of(cast)).context["sheet"].total.minutes == 60
    assert client_for(cast.assistant).get(path_of(cast)).status_code == 404


def test_only_people_who_work_there_have_sheets(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    for person, status in ((cast.guest, 200), (cast.entrepreneur, 404), (cast.outsider, 404)):
        path = reverse("timesheet", args=[cast.team.pk, person.pk, NOVEMBER])
        assert client.get(path).status_code == status


def test_work_that_is_out_of_sight_by_now_is_no_link(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = lunch(cast, now)
    worked(task, 60, MONDAY, by=cast.guest)
    path = reverse("timesheet", args=[cast.team.pk, cast.guest.pk, NOVEMBER])
    assert f'href="{task.get_absolute_url()}"' not in text_of(client_for(cast.guest).get(path))
    assert f'href="{task.get_absolute_url()}"' in text_of(client_for(cast.owner).get(path))


def test_a_thousand_entries_take_no_more_queries_than_a_few(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast)
    client, tasks = client_for(cast.owner), [lunch(cast, now) for _number in range(5)]

    def crowd(count: int) -> None:
        TimeEntry.objects.bulk_create(
            TimeEntry(
                task=tasks[number % 5], user=cast.assistant, minutes=10, billed=10, day=MONDAY, created_at=now,
                approved_by=cast.owner if number % 2 else None, approved_at=now if number % 2 else None,
            )
            for number in range(count)
        )  # fmt: skip

    crowd(10)
    spent(tasks[0], "1", MONDAY)
    few = queries_of(lambda: client.get(path_of(cast)))
    crowd(990)
    assert queries_of(lambda: client.get(path_of(cast))) == few <= 10


# --- approving ----------------------------------------------------------------------------------------------------


def test_approving_all_from_the_page(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast)
    task = lunch(cast, now)
    worked(task, 60, MONDAY)
    spent(task, "5", MONDAY)
    client = client_for(cast.owner)
    seen = seen_of(client.get(path_of(cast)))
    page = client.post(path_of(cast, name="timesheet_approve"), {"seen": seen}, follow=True)
    assert "Approved. Sam has been told." in text_of(page)
    assert "All of it is approved" in text_of(page)
    assert timesheet(cast.team, cast.assistant, NOVEMBER).open.lines == 0
    message = Message.objects.get(template="timesheet_approved")
    assert message.path == path_of(cast)


def test_approving_a_line_and_taking_it_back(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = lunch(cast, now)
    entry = worked(task, 60, MONDAY)
    worked(task, 30, MONDAY)
    client = client_for(cast.entrepreneur)
    line = next(value for value in buttons(client.get(path_of(cast))) if str(entry.pk) in value)
    answer = client.post(path_of(cast, name="timesheet_approve"), {"line": line, "seen": "of the whole sheet"})
    assert answer.headers["Location"] == f"{path_of(cast)}#time-{entry.pk}"
    assert timesheet(cast.team, cast.assistant, NOVEMBER).approved.minutes == 60
    client.post(path_of(cast, name="timesheet_take_back"), {"line": f"time:{entry.pk}"})
    assert timesheet(cast.team, cast.assistant, NOVEMBER).approved.minutes == 0


@pytest.mark.parametrize("sent", [{}, {"seen": "old"}, {"line": "time:x y"}, {"line": "\x00"}, {"line": "a" * 9999}])
def test_a_press_on_what_was_not_seen_shows_the_sheet_as_it_is(
    sent: dict[str, str], cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    page = client_for(cast.owner).post(path_of(cast, name="timesheet_approve"), sent)
    assert page.status_code == 409
    assert "Something changed since you opened this page" in text_of(page)
    assert seen_of(page)
    assert timesheet(cast.team, cast.assistant, NOVEMBER).approved.lines == 0


def test_taking_back_what_is_not_approved_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    entry = worked(lunch(cast, now), 60, MONDAY)
    page = client_for(cast.owner).post(path_of(cast, name="timesheet_take_back"), {"line": f"time:{entry.pk}"})
    assert page.status_code == 409
    assert "taken back already" in text_of(page)


def test_nobody_is_offered_to_approve_their_own_hours(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    Membership.objects.filter(user=cast.assistant).update(role=Role.ENTREPRENEUR)
    client = client_for(cast.assistant)
    page = client.get(path_of(cast))
    assert buttons(page) == []
    assert "Nobody approves their own hours" in text_of(page)
    assert client.post(path_of(cast, name="timesheet_approve"), {"seen": seen_of(page)}).status_code == 403


# --- taking it along ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "content_type"), [("csv", "text/csv; charset=utf-8"), ("pdf", "application/pdf")])
@pytest.mark.parametrize("who", ["owner", "assistant"])
def test_a_sheet_is_taken_along_as_a_file(
    who: str, kind: str, content_type: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    worked(lunch(cast, now), 60, MONDAY)
    answer = client_for(getattr(cast, who)).get(path_of(cast, name=f"timesheet_{kind}"))
    assert answer.headers["Content-Type"] == content_type
    name = f"handover-timesheet-2026-11-evas-events-sam.{kind}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert len(answer.content) > 100
    entry = AuditEntry.objects.get(kind="export-downloaded")
    assert (entry.actor, entry.team, entry.about) == (getattr(cast, who), cast.team, cast.assistant)
    assert entry.data == {"what": "timesheet", "month": "2026-11"}
    assert entry.ip == "127.0.0.1"


def test_the_file_is_in_the_readers_language(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    agreed(cast)
    worked(lunch(cast, now), 90, MONDAY)
    cast.owner.language = "nl"
    cast.owner.save(update_fields=["language"])
    dutch = client_for(cast.owner).get(path_of(cast, name="timesheet_csv")).content.decode("utf-8-sig")
    english = client_for(cast.entrepreneur).get(path_of(cast, name="timesheet_csv")).content.decode("utf-8-sig")
    assert "1,50;30,00;1;;45,00;EUR" in dutch
    assert "1.50,30.00,1,,45.00,EUR" in english
