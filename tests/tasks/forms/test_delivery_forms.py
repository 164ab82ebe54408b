"""Delivering: links, findings with their sources, the verdict per criterion."""

from datetime import datetime
from typing import Any

import pytest

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.forms.actions import DeliverForm, FindingsForm, SendBackForm
from tasks.payloads import CriterionCheck, Finding
from tests.conftest import Cast
from tests.tasks.factories import task_in

RUNS_SOMETHING = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "  javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://example.com/x",
    "mailto:a@example.com",
    "http://",
    "http://[::1",
    "https://exa mple.com",
    "nothing",
    "https://" + "x" * 1_100 + ".nl",
]


def deliver_form(cast: Cast, now: datetime, **sent: Any) -> DeliverForm:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, criteria=["One", "Two"])
    return DeliverForm({"text": "x", **sent}, task=task, by=cast.assistant, now=now)


def findings_form(cast: Cast, now: datetime, **sent: Any) -> FindingsForm:
    task = task_in(State.IN_PROGRESS, LevelKey.RESEARCH, cast, now)
    return FindingsForm(sent, task=task, by=cast.assistant, now=now)


def test_only_web_addresses_are_delivered(cast: Cast, now: datetime) -> None:
    task = deliver_form(cast, now).task
    for address in RUNS_SOMETHING:
        sent = {"text": "x", "links": f"https://example.com\n{address}"}
        assert list(DeliverForm(sent, task=task, by=cast.assistant, now=now).errors) == ["links"]


def test_only_web_addresses_are_sources(cast: Cast, now: datetime) -> None:
    task = findings_form(cast, now).task
    for address in RUNS_SOMETHING:
        sent = {"fact_0": "Fair", "source_0": address}
        assert list(FindingsForm(sent, task=task, by=cast.assistant, now=now).errors) == ["source_0"]


def test_an_address_may_be_typed_short(cast: Cast, now: datetime) -> None:
    form = deliver_form(cast, now, links="example.com/a?b=c\nHttps://example.com\nhttps://例え.jp/ü")
    assert form.is_valid()
    assert form.cleaned_data["links"] == ["https://example.com/a?b=c", "Https://example.com", "https://例え.jp/ü"]


def test_a_tick_means_met_when_delivering_and_not_yet_when_sending_back(cast: Cast, now: datetime) -> None:
    form = deliver_form(cast, now, check_0="on", note_0="See page 2")
    assert form.is_valid()
    assert form.checked(ticked_means_met=True) == [
        CriterionCheck(criterion="One", met=True, note="See page 2"),
        CriterionCheck(criterion="Two", met=False),
    ]
    back = SendBackForm({"text": "x", "check_0": "on"}, task=form.task, by=cast.owner, now=now)
    assert back.is_valid()
    assert [check.met for check in back.checked(ticked_means_met=False)] == [False, True]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"fact_0"}),
        ({"fact_0": "Fair"}, {"source_0"}),
        ({"source_0": "example.com"}, {"fact_0"}),
        ({"detail_3": "big"}, {"fact_3"}),
        ({"fact_0": "x" * 301, "source_0": "example.com"}, {"fact_0"}),
        ({"fact_0": "Fair", "source_0": "x" * 1_001}, {"source_0"}),
        ({"fact_0": "Fair", "source_0": "example.com", "fact_4": "Other"}, {"source_4"}),
        ({"rows": "0"}, {"fact_0"}),
        ({"fact_0": "a\x00", "source_0": "example.com"}, {"fact_0"}),
    ],
)
def test_half_a_finding_is_asked_about(sent: dict[str, str], wrong: set[str], cast: Cast, now: datetime) -> None:
    assert set(findings_form(cast, now, **sent).errors) == wrong


def test_empty_rows_are_left_out(cast: Cast, now: datetime) -> None:
    form = findings_form(cast, now, fact_3="Fair", source_3="example.com/fair", detail_3="60,000 visitors")
    assert form.is_valid()
    assert form.findings() == [Finding(fact="Fair", detail="60,000 visitors", source="https://example.com/fair")]


@pytest.mark.parametrize(
    ("rows", "count"), [("", 5), ("12", 12), ("999", 200), ("0", 1), ("-4", 5), ("٣", 5), ("9999", 5)]
)
def test_there_are_as_many_rows_as_were_on_the_page(rows: str, count: int, cast: Cast, now: datetime) -> None:
    assert findings_form(cast, now, rows=rows).row_count == count


def test_more_rows_are_given_without_a_word_about_the_empty_ones(cast: Cast, now: datetime) -> None:
    form = findings_form(cast, now, rows="5", more_rows="1", fact_0="Fair")
    assert form.wants_more()
    assert form.row_count == 10
    assert form.errors == {}


def test_there_is_no_field_for_advice(cast: Cast, now: datetime) -> None:
    assert not {"advice", "recommended", "recommendation"} & set(findings_form(cast, now).fields)
