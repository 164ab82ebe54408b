"""The hand-over form: texts, moments and what belongs together."""

import html
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.forms.brief import BriefForm
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, task_in

TEXTS = [
    "deliverable", "example", "not_like_this", "purpose", "guidelines", "reach", "when_stuck", "kept_part",
    "resource_content",
]  # fmt: skip
PASTE = "p" * 2_000_000
PASSED = "This moment has passed already."
TOO_FAR = "That is more than 20 years away. Is the year right?"


def brief_form(cast: Cast, now: datetime, **sent: Any) -> BriefForm:
    sent = {"title": "x", "level": "just_do_it", **sent}
    return BriefForm(sent, team=cast.team, by=cast.owner, now=now)


def shown(form: BriefForm, name: str) -> str:
    """A field as the page has it, also one of the form within for something new."""
    within = name.removeprefix("resource_")
    return str(form[name] if name in form.fields else form.new_resource[within])


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_too_much_is_refused_and_kept(name: str, cast: Cast, now: datetime) -> None:
    for typed in ("x" * 10_001, PASTE, "a\x00b"):
        form = brief_form(cast, now, **{name: typed})
        assert name in form.errors
        assert typed in html.unescape(shown(form, name))


@pytest.mark.parametrize(
    ("name", "most"), [("title", 200), ("tags", 200), ("resource_name", 120), ("criteria", 300), ("steps", 500)]
)
def test_a_short_text_has_a_length(name: str, most: int, cast: Cast, now: datetime) -> None:
    assert name not in brief_form(cast, now, **{name: "x" * most}).errors
    for typed in ("x" * (most + 1), PASTE, "a\x00b"):
        form = brief_form(cast, now, **{name: typed})
        assert name in form.errors
        assert typed in html.unescape(shown(form, name))


@pytest.mark.parametrize(("name", "most"), [("criteria", 30), ("steps", 60)])
def test_a_list_has_a_length(name: str, most: int, cast: Cast, now: datetime) -> None:
    assert brief_form(cast, now, **{name: "x\n" * most}).errors == {}
    assert f"At most {most} lines" in brief_form(cast, now, **{name: "x\n" * (most + 1)}).errors[name][0]


@pytest.mark.parametrize("typed", ["💥🎉", "שלום עולם", "مرحبا", "<script>alert(1)</script>", "\u202eevil"])
def test_any_script_is_taken_as_it_is(typed: str, cast: Cast, now: datetime) -> None:
    form = brief_form(cast, now, title=typed, criteria=typed, tags=typed, deliverable=typed)
    assert form.errors == {}
    assert form.columns()["title"] == typed
    assert form.columns()["criteria"] == form.columns()["tags"] == [typed]


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"deadline_date": "2026-11-22"}, "deadline_date", PASSED),
        ({"deadline_date": "0001-01-01"}, "deadline_date", PASSED),
        ({"deadline_date": "0001-01-01", "deadline_time": "00:00"}, "deadline_date", PASSED),
        ({"deadline_date": "2026-11-23", "deadline_time": "09:59"}, "deadline_date", PASSED),
        ({"deadline_date": "9999-12-31"}, "deadline_date", TOO_FAR),
        ({"deadline_date": "2047-01-01"}, "deadline_date", TOO_FAR),
        ({"deadline_time": "10:00"}, "deadline_date", "Which day? A time alone is not a deadline."),
        ({"deadline_date": "tomorrow"}, "deadline_date", "Enter a valid date."),
        ({"deadline_date": "2026-02-30"}, "deadline_date", "Enter a valid date."),
        ({"deadline_date": "2026-12-01", "deadline_time": "25:00"}, "deadline_time", "Enter a valid time."),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused_beside_its_field(
    sent: dict[str, str], field: str, message: str, cast: Cast, now: datetime
) -> None:
    with timezone.override(cast.owner.zone):
        assert dict(brief_form(cast, now, **sent).errors) == {field: [message]}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Amsterdam"])
@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_the_ends_of_the_calendar_are_no_error_in_any_zone(zone: str, moment: str, cast: Cast, now: datetime) -> None:
    cast.owner.time_zone = zone
    day, at = moment.split("T")
    with timezone.override(cast.owner.zone):
        rule = {"checkin_0_trigger": "at", "checkin_0_day": day, "checkin_0_time": at}
        form = brief_form(cast, now, deadline_date=day, deadline_time=at, **rule)
        assert set(form.errors) == {"deadline_date", "checkin_0_day"}


def test_a_day_is_the_teams_and_a_time_that_of_who_hands_over(cast: Cast, now: datetime) -> None:
    cast.owner.time_zone = "Pacific/Kiritimati"  # where it is past midnight
    late = now.replace(hour=11)
    assert brief_form(cast, late, deadline_date="2026-11-23").errors == {}
    assert brief_form(cast, late, deadline_date="2026-11-23", deadline_time="23:00").errors != {}
    assert brief_form(cast, late, deadline_date="2026-11-24", deadline_time="02:00").errors == {}
    cast.team.time_zone = "Pacific/Kiritimati"
    assert brief_form(cast, late, deadline_date="2026-11-23").errors != {}


def test_the_hint_says_whose_clock_counts(cast: Cast, now: datetime) -> None:
    def hint() -> str:
        return str(BriefForm(team=cast.team, by=cast.owner, now=now).fields["deadline_time"].help_text)

    assert hint() == "Empty: until the end of that day. On the clock of Europe/Amsterdam."
    cast.owner.time_zone = "America/New_York"
    assert "that day in Europe/Amsterdam, the team's zone" in hint()
    assert "on the clock of America/New York." in hint()


def test_a_deadline_that_passed_does_not_block_a_change_of_the_brief(cast: Cast, now: datetime) -> None:
    passed = now.date().replace(day=1)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, deadline_date=passed)
    sent = {"title": "y", "deliverable": "z", "deadline_date": passed.isoformat()}
    form = BriefForm(sent, team=cast.team, by=cast.owner, now=now, task=task)
    assert form.errors == {}


def test_a_draft_with_a_deadline_that_passed_is_not_handed_over(cast: Cast, now: datetime) -> None:
    passed = now.date().replace(day=1)
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, deadline_date=passed)
    sent = {"title": "y", "level": task.level, "deliverable": "z", "deadline_date": passed.isoformat()}
    keep, hand_over = (
        BriefForm(
            {**sent, "assistant": cast.assistant.pk}, team=cast.team, by=cast.owner, now=now, task=task,
            handing_over=handing_over,
        )
        for handing_over in (False, True)
    )  # fmt: skip
    assert keep.errors == {}
    assert dict(hand_over.errors) == {"deadline_date": [PASSED]}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_amounts_are_read_in_either_language(language: str, cast: Cast, now: datetime) -> None:
    with translation.override(language):
        form = brief_form(cast, now, money_limit="1.000,50", ask_above="20", time_limit="1:30")
        assert form.errors == {}
        assert form.columns()["time_limit"] == 90


def test_what_goes_into_the_form_comes_out_unchanged(cast: Cast, now: datetime) -> None:
    resource = ResourceFactory.create(team=cast.team)
    task = task_in(
        State.DRAFT, LevelKey.INSTRUCTIONS, cast, now, resources=[resource], tags=["a", "b"], time_limit=90,
        criteria=["one", "two"], deliverable="x",
    )  # fmt: skip
    blank = BriefForm(team=cast.team, by=cast.owner, now=now, task=task)
    sent = {field.html_name: field.value() for field in blank if field.value() not in (None, "", False)}
    sent["resources"] = [resource.pk]
    again = BriefForm(sent, team=cast.team, by=cast.owner, now=now, task=task)
    assert again.errors == {}
    for name, value in again.columns().items():
        assert getattr(task, name) == value


@pytest.mark.parametrize(("level", "kept"), [("just_do_it", []), ("instructions", ["one", "two"])])
def test_steps_belong_to_instructions_only(level: str, kept: list[str], cast: Cast, now: datetime) -> None:
    form = brief_form(cast, now, level=level, steps="one\ntwo")
    assert form.is_valid()
    assert form.columns()["steps"] == kept
