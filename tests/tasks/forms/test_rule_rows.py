"""Check-in rules as rows of the hand-over form: what is read, what is refused and where, and what stays in sight."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from delegation.checkins import Rule, Trigger
from delegation.levels import LEVELS, LevelKey
from delegation.workflow import State
from tasks.forms.brief import BriefForm
from tasks.forms.rules import UsualRuleForm
from tasks.models import CheckinRule, DefaultCheckinRule, Task
from tasks.usual import MOST_RULES
from tests.conftest import Cast
from tests.tasks.factories import task_in

PASSED = "This moment has passed already."
TOO_FAR = "That is more than 20 years away. Is the year right?"
WEEKEND = [5, 6]


def sent_for(cast: Cast, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What is posted: a brief that is complete, with these rows."""
    brief = {"title": "x", "level": "just_do_it", "deliverable": "y", "assistant": cast.assistant.pk}
    for number, row in enumerate(rows):
        brief |= {f"checkin_{number}_{name}": value for name, value in row.items()}
    return brief | fields


def form_for(cast: Cast, now: datetime, *rows: dict[str, Any], **fields: Any) -> BriefForm:
    form = BriefForm(sent_for(cast, *rows, **fields), team=cast.team, by=cast.owner, now=now, handing_over=True)
    form.full_clean()
    return form


def hours_of(user: User, *days: int) -> None:
    """Works from nine to five on these days of the week."""
    user.working_hours = [["09:00", "17:00"] if day in days else None for day in range(7)]
    user.save()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"trigger": "after_start", "count": "2"}, "after_start 2"),
        ({"trigger": "after_work", "count": " 1 "}, "after_work 1"),
        ({"trigger": "every_hours", "count": "4", "any_time": "on"}, "every_hours 4 any"),
        ({"trigger": "every_days", "count": "3", "time": "15:00"}, "every_days 3 15:00"),
        ({"trigger": "weekdays", "time": "09:30", "weekdays": [0, 1, 2, 3, 4]}, "weekdays 09:30"),
        ({"trigger": "weekdays", "time": "09:30", "weekdays": ["0", "4"]}, "weekdays 09:30 04"),
        ({"trigger": "at", "day": "2026-11-25", "time": "09:30"}, "at 2026-11-25T08:30:00+00:00"),
        ({"trigger": "before_deadline", "count": "24"}, "before_deadline 24"),
        ({"trigger": "time_used", "count": "80"}, "time_used 80"),
        ({"trigger": "money_used", "count": "100"}, "money_used 100"),
    ],
)
def test_every_kind_of_rule_is_read(row: dict[str, Any], code: str, cast: Cast, now: datetime) -> None:
    limits = {"deadline_date": "2026-12-01", "time_limit": "2", "money_limit": "100"}
    unused = {"count": "5", "time": "10:00", "day": "2026-12-01", "weekdays": [0, 1, 2, 3, 4]}
    for form in (form_for(cast, now, row, **limits), form_for(cast, now, unused | row, **limits)):
        assert form.errors == {}
        assert [rule.code for rule in form.rules()] == [code]
    row_in_database = CheckinRule.from_rule(task_in(State.DRAFT, "just_do_it", cast, now), form.rules()[0])
    row_in_database.save()
    row_in_database.refresh_from_db()
    assert row_in_database.as_rule().code == code


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"trigger": "every_hours", "count": "0"}, "count", "This can be 1 to 2000 hours."),
        ({"trigger": "after_start", "count": "-1"}, "count", "This can be 1 to 2000 hours."),
        ({"trigger": "after_work", "count": "2001"}, "count", "This can be 1 to 2000 hours."),
        ({"trigger": "after_work", "count": "9" * 30}, "count", "This can be 1 to 2000 hours."),
        ({"trigger": "every_days", "count": "367", "time": "15:00"}, "count", "This can be 1 to 366 days."),
        ({"trigger": "time_used", "count": "200"}, "count", "This can be 1 to 100 percent."),
        ({"trigger": "after_start"}, "count", "How many hours?"),
        ({"trigger": "every_days", "time": "15:00"}, "count", "How many days?"),
        ({"trigger": "money_used", "count": ""}, "count", "How many percent?"),
        ({"trigger": "after_start", "count": "two"}, "count", "Enter a whole number."),
        ({"trigger": "after_start", "count": "1.5"}, "count", "Enter a whole number."),
        ({"trigger": "every_days", "count": "2"}, "time", "At what time?"),
        ({"trigger": "weekdays", "weekdays": [0]}, "time", "At what time?"),
        ({"trigger": "weekdays", "time": "noon", "weekdays": [0]}, "time", "Enter a valid time."),
        ({"trigger": "weekdays", "time": "15:00"}, "weekdays", "Choose at least one day."),
        ({"trigger": "weekdays", "time": "15:00", "weekdays": WEEKEND}, "weekdays",
         "Sam doesn't work on Saturday or Sunday. Tick “Also outside working time” to ask all the same."),
        ({"trigger": "at", "time": "15:00"}, "day", "On which day?"),
        ({"trigger": "at", "day": "later", "time": "15:00"}, "day", "Enter a valid date."),
        ({"trigger": "at", "day": "2026-11-23", "time": "09:59"}, "day", PASSED),
        ({"trigger": "at", "day": "0001-01-01", "time": "00:00"}, "day", PASSED),
        ({"trigger": "at", "day": "9999-12-31", "time": "23:59"}, "day", TOO_FAR),
        ({"trigger": "before_deadline", "count": "2"}, "trigger", "This needs a deadline."),
        ({"trigger": "time_used", "count": "80"}, "trigger", "This needs a limit in hours."),
        ({"trigger": "money_used", "count": "80"}, "trigger", "This needs a limit in money."),
        ({"count": "2"}, "trigger", "What makes it due? Choose it first."),
        ({"time": "noon"}, "trigger", "What makes it due? Choose it first."),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused_beside_its_field(
    row: dict[str, Any], field: str, message: str, cast: Cast, now: datetime
) -> None:
    for number in (0, MOST_RULES - 1):
        rows: list[dict[str, Any]] = [{}] * number + [row]
        errors = form_for(cast, now, *rows).errors
        assert errors[f"checkin_{number}_{field}"] == [message]


@pytest.mark.parametrize(("hours", "refused"), [(9, False), (10, True), (24, True)])
def test_a_rule_that_would_ask_before_a_deadline_nearer_than_that_is_refused(
    hours: int, refused: bool, cast: Cast, now: datetime
) -> None:
    row = {"trigger": "before_deadline", "count": str(hours)}
    local = (now + timedelta(hours=10)).astimezone(cast.owner.zone)
    form = form_for(cast, now, row, deadline_date=local.date(), deadline_time=f"{local:%H:%M}")
    assert form.errors.get("checkin_0_count", []) == (["The deadline is nearer than that."] if refused else [])


def test_a_usual_rule_that_the_deadline_is_too_near_for_is_left_out(cast: Cast, now: datetime) -> None:
    asked: dict[str, Any] = {"level": "propose", "criteria": "z", "purpose": "p", "usual_checkins": "on"}
    for days, codes in ((0, []), (3, ["before_deadline 24"])):
        form = form_for(cast, now, deadline_date=(now + timedelta(days=days)).date(), **asked)
        assert [rule.code for rule in form.rules()] == codes


def test_a_draft_may_be_handed_over_at_another_moment(cast: Cast, now: datetime) -> None:
    sent = sent_for(cast, {"trigger": "before_deadline", "count": "90"}, deadline_date=now.date())
    assert "checkin_0_count" not in BriefForm(sent, team=cast.team, by=cast.owner, now=now).errors


def test_an_unknown_trigger_or_day_is_refused(cast: Cast, now: datetime) -> None:
    for row in ({"trigger": "never"}, {"trigger": "\x00"}, {"trigger": "weekdays", "time": "9:00", "weekdays": ["7"]}):
        assert form_for(cast, now, row).errors


def test_it_is_told_in_the_writers_language(cast: Cast, now: datetime) -> None:
    with translation.override("nl"):
        errors = form_for(cast, now, {"trigger": "weekdays", "time": "15:00", "weekdays": [6]}).errors
        assert "zondag" in errors["checkin_0_weekdays"][0]


def test_a_limit_that_cannot_be_read_is_not_called_missing(cast: Cast, now: datetime) -> None:
    row = {"trigger": "time_used", "count": "80"}
    assert set(form_for(cast, now, row, time_limit="a while").errors) == {"time_limit"}


# --- who is asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"trigger": "after_start", "count": "2"}, "Tick “Also outside working time”"),
        ({"trigger": "every_hours", "count": "2", "any_time": "on"}, "would never ask."),
        ({"trigger": "after_start", "count": "2", "any_time": "on"}, None),
    ],
)
def test_somebody_without_working_hours_would_never_be_asked(
    row: dict[str, Any], says: str | None, cast: Cast, now: datetime
) -> None:
    hours_of(cast.assistant)
    errors = form_for(cast, now, row).errors
    if says is None:
        assert errors == {}
        return
    told = str(errors["checkin_0_trigger"][0])
    assert told.startswith("Sam has no working hours yet")
    assert says in told


def test_a_draft_may_wait_for_working_hours(cast: Cast, now: datetime) -> None:
    hours_of(cast.assistant)
    sent = sent_for(cast, {"trigger": "after_start", "count": "2"})
    assert BriefForm(sent, team=cast.team, by=cast.owner, now=now).errors == {}


def test_a_moment_is_on_the_clock_of_who_is_asked(cast: Cast, now: datetime) -> None:
    cast.assistant.time_zone = "Asia/Manila"
    cast.assistant.save()
    row = {"trigger": "at", "day": "2026-11-25", "time": "15:00"}
    form = form_for(cast, now, row)
    assert form.rules()[0].at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert form_for(cast, now, row, assistant="").found[0].at == datetime(2026, 11, 25, 14, tzinfo=UTC)
    task = task_in(State.IN_PROGRESS, "just_do_it", cast, now, rules=form.rules())
    again = BriefForm(team=cast.team, by=cast.owner, now=now, task=task)
    assert [given.value for given in again.rows[0].inputs] == ["", "2026-11-25", "15:00"]


def test_an_hour_that_the_clocks_skip_is_asked_about(cast: Cast, now: datetime) -> None:
    row = {"trigger": "at", "day": "2027-03-28", "time": "02:30"}
    assert set(form_for(cast, now, row).errors) == {"checkin_0_day"}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_the_ends_of_the_calendar_are_no_error_there(zone: str, cast: Cast, now: datetime) -> None:
    cast.assistant.time_zone = zone
    cast.assistant.save()
    for day in ("0001-01-01", "9999-12-31"):
        row = {"trigger": "at", "day": day, "time": "23:59"}
        assert set(form_for(cast, now, row).errors) == {"checkin_0_day"}


def test_what_was_agreed_may_have_passed(cast: Cast, now: datetime) -> None:
    rules = [
        Rule(trigger=Trigger.AT, at=datetime(2026, 11, 20, 9, tzinfo=UTC)),
        Rule(trigger=Trigger.AFTER_START, hours=2),
    ]
    task = task_in(State.IN_PROGRESS, "just_do_it", cast, now, rules=rules)
    hours_of(cast.assistant)
    task.assistant = cast.assistant
    sent = {"title": "y", "deliverable": "z"} | typed_again(task, cast, now)
    form = BriefForm(sent, team=cast.team, by=cast.owner, now=now, task=task)
    assert form.errors == {}
    assert set(form.rules()) == set(rules)
    moved = sent | {name.replace("day", "time"): "11:00" for name, value in sent.items() if value == "2026-11-20"}
    assert len(BriefForm(moved, team=cast.team, by=cast.owner, now=now, task=task).errors) == 1


def typed_again(task: Task, cast: Cast, now: datetime) -> dict[str, Any]:
    """The rows as a browser sends back what it was shown."""
    form = BriefForm(team=cast.team, by=cast.owner, now=now, task=task)
    sent: dict[str, Any] = {}
    for row in form.rows:
        sent |= {given.field.html_name: given.value for given in row.inputs}
        sent |= {row.trigger.html_name: row.trigger.value() or "", row.weekdays.html_name: row.chosen}
        sent |= {row.any_time.html_name: "on"} if row.any_time.value() else {}
    return sent


def test_more_rules_than_there_are_rows_are_all_shown_and_kept(cast: Cast, now: datetime) -> None:
    rules = [Rule(trigger=Trigger.AFTER_START, hours=hours) for hours in range(1, MOST_RULES + 3)]
    task = task_in(State.IN_PROGRESS, "just_do_it", cast, now, rules=rules)
    sent = {"title": "y", "deliverable": "z"} | typed_again(task, cast, now)
    form = BriefForm(sent, team=cast.team, by=cast.owner, now=now, task=task)
    assert form.errors == {}
    assert set(form.rules()) == set(rules)


def test_one_empty_row_is_in_sight_and_the_rest_folded(cast: Cast, now: datetime) -> None:
    blank = BriefForm(team=cast.team, by=cast.owner, now=now)
    assert [row.number for row in blank.rows_in_sight] == [0]
    assert [row.number for row in blank.rows_folded] == list(range(1, MOST_RULES))
    form = form_for(cast, now, {"trigger": "after_start"}, {}, {"count": "x"})
    assert [row.number for row in form.rows_in_sight] == [0, 1, 2]


# --- the usual ones -----------------------------------------------------------------------------------------------


def usual(cast: Cast, now: datetime, **fields: Any) -> list[str]:
    """The codes of the rules when the tick is left as it is."""
    form = form_for(cast, now, usual_checkins="on", **fields)
    assert form.errors == {}
    return [rule.code for rule in form.rules()]


def test_a_new_brief_begins_with_what_is_usual_at_its_level(cast: Cast, now: datetime) -> None:
    assert BriefForm(team=cast.team, by=cast.owner, now=now)["usual_checkins"].value() is True
    limited = {"level": "within_limits", "money_limit": "100"}
    assert usual(cast, now, **limited) == ["money_used 80"]
    assert usual(cast, now, **limited, time_limit="2") == ["time_used 80", "money_used 80"]
    assert usual(cast, now, level="research", purpose="p") == ["after_work 2"]
    assert usual(cast, now, level="just_do_it") == []
    assert form_for(cast, now, level="research", purpose="p").rules() == []


def test_the_teams_own_come_first_and_a_levels_own_before_those_for_all(cast: Cast, now: datetime) -> None:
    DefaultCheckinRule.objects.create(team=cast.team, trigger="after_work", hours=3)
    DefaultCheckinRule.objects.create(team=cast.other_team, trigger="after_work", hours=9)
    assert usual(cast, now) == usual(cast, now, level="research", purpose="p") == ["after_work 3"]
    DefaultCheckinRule.objects.create(team=cast.team, level="research", trigger="after_start", hours=1)
    assert usual(cast, now, level="research", purpose="p") == ["after_start 1"]
    assert usual(cast, now) == ["after_work 3"]


def test_what_is_written_comes_on_top_and_only_once(cast: Cast, now: datetime) -> None:
    rows = ({"trigger": "after_work", "count": "2"}, {"trigger": "after_start", "count": "1"})
    form = form_for(cast, now, *rows, level="research", purpose="p", usual_checkins="on")
    assert [rule.code for rule in form.rules()] == ["after_work 2", "after_start 1"]


def test_a_usual_one_that_would_never_ask_says_so(cast: Cast, now: datetime) -> None:
    hours_of(cast.assistant)
    form = form_for(cast, now, level="research", purpose="p", usual_checkins="on")
    told = "Sam has no working hours yet, so this would never ask. Working hours are set under Profile."
    assert dict(form.errors) == {"usual_checkins": [told]}


def test_a_draft_keeps_the_tick_and_follows_its_level(cast: Cast, now: datetime) -> None:
    rules = [Rule.from_code("after_work 2"), Rule.from_code("after_start 1")]
    task = task_in(State.DRAFT, LevelKey.RESEARCH, cast, now, rules=rules)
    form = BriefForm(team=cast.team, by=cast.owner, now=now, task=task)
    assert form["usual_checkins"].value() is True
    assert [row.trigger.value() for row in form.rows_in_sight] == ["after_start", None]
    sent = sent_for(cast, level="within_limits", time_limit="2", usual_checkins="on") | typed_again(task, cast, now)
    form = BriefForm(sent, team=cast.team, by=cast.owner, now=now, task=task)
    assert form.is_valid()
    assert [rule.code for rule in form.rules()] == ["time_used 80", "after_start 1"]


def test_a_draft_without_the_usual_ones_has_no_tick(cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.RESEARCH, cast, now, rules=[Rule.from_code("after_start 1")])
    assert BriefForm(team=cast.team, by=cast.owner, now=now, task=task)["usual_checkins"].value() is False


def test_every_level_says_what_is_usual(cast: Cast, now: datetime) -> None:
    words = dict(BriefForm(team=cast.team, by=cast.owner, now=now).usual_in_words())
    assert set(words) == {key.value for key in LEVELS}
    assert words["research"] == "after 2 hours of work"
    assert words["just_do_it"] == "nothing"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Choose when."),
        ({"checkin_0_trigger": "at", "checkin_0_day": "2026-12-01", "checkin_0_time": "9:00"}, "Select a valid choice"),
        ({"checkin_0_trigger": "after_work", "checkin_0_count": "2"}, "This one is there already."),
        ({"checkin_0_trigger": "after_work", "checkin_0_count": "3"}, "There are 8 already; that is the most."),
    ],
)
def test_a_usual_rule_is_one_that_can_come_back_in_each_brief(sent: dict[str, str], message: str) -> None:
    rules = [Rule(trigger=Trigger.AFTER_WORK, hours=2)]
    rules += [Rule(trigger=Trigger.AFTER_START, hours=hours) for hours in range(1, MOST_RULES)]
    form = UsualRuleForm(sent, there={"": rules})
    assert message in form.errors["checkin_0_trigger"][0]


def test_a_usual_rule_may_need_what_a_brief_will_have() -> None:
    form = UsualRuleForm({"level": "propose", "checkin_0_trigger": "before_deadline", "checkin_0_count": "4"}, there={})
    assert form.is_valid()
    assert form.found[0].code == "before_deadline 4"
