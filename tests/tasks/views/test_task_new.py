"""Writing a brief and handing it over."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Message
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Event, Resource, StoredFile, Task, Turn
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import BRIEFS, ResourceFactory, TaskFactory
from tests.tasks.test_receipts import image
from tests.tasks.views.conftest import ClientFor, field_of, text_of

NEW = reverse("task_new")


def typed(level: LevelKey | str, **fields: Any) -> dict[str, Any]:
    """What a person types for the worked example of a level."""
    brief = {name: "\n".join(value) if isinstance(value, list) else value for name, value in BRIEFS[level].items()}  # type: ignore[index]
    return {"level": str(level), "do": "delegate", **brief, **fields}


@pytest.mark.parametrize("level", LevelKey)
def test_a_complete_brief_is_handed_over(level: LevelKey, cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(NEW, typed(level, assistant=cast.assistant.pk), follow=True)
    task = Task.objects.get()
    assert (task.state, task.level, task.assistant) == (State.OFFERED, level, cast.assistant)
    assert page.redirect_chain == [(task.get_absolute_url(), 302)]
    assert "Handed over to Sam. You hear as soon as there is an answer." in text_of(page)
    assert Message.objects.get(recipient=cast.assistant).path == task.get_absolute_url()


@pytest.mark.parametrize("level", LevelKey)
def test_a_draft_may_be_as_empty_as_its_title(level: LevelKey, cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(NEW, {"title": "Later", "level": level, "do": "draft"}, follow=True)
    assert Task.objects.get().state == State.DRAFT
    assert "Kept as a draft." in text_of(page)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("level", "field", "message"),
    [
        ("just_do_it", "deliverable", "Say what you want to get back: the deliverable."),
        ("within_limits", "money_limit", "Set at least one limit: money, time or a guideline."),
        ("propose", "criteria", "Say when it has succeeded: at least one success criterion."),
        ("propose", "deliverable", "Say what you want to get back: the deliverable."),
        ("advise", "criteria", "Say when it has succeeded: at least one success criterion."),
        ("research", "purpose", "Say what the findings will be used for, or choose to keep it open."),
        ("instructions", "steps", "Write at least one step."),
    ],
)
def test_a_part_that_the_level_needs_is_asked_for_beside_its_field(
    level: str, field: str, message: str, cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.owner).post(NEW, typed(level, assistant=cast.assistant.pk, **{field: " "}))
    assert page.status_code == 422
    assert field_of(page, field).errors == [message]
    assert message in text_of(page)
    assert not Task.objects.exists()


def test_all_that_is_missing_is_told_at_once(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(NEW, {"level": "propose", "do": "delegate", "deadline_date": "soon"})
    assert set(page.context["form"].errors) == {"title", "deliverable", "criteria", "assistant", "deadline_date"}


def test_a_limit_that_cannot_be_read_is_not_called_missing(cast: Cast, client_for: ClientFor) -> None:
    sent = typed("within_limits", assistant=cast.assistant.pk, money_limit="", time_limit="a day or so")
    page = client_for(cast.owner).post(NEW, sent)
    assert set(page.context["form"].errors) == {"time_limit"}


def test_what_was_typed_is_still_there(cast: Cast, client_for: ClientFor) -> None:
    sent = {
        "title": "Typed title", "level": "advise", "deliverable": "typed deliverable", "criteria": "one\ntwo",
        "steps": "step", "purpose": "typed purpose", "money_limit": "lots", "time_limit": "ages", "ask_above": "-1",
        "deadline_date": "2020-01-01", "deadline_time": "12:34", "checkin_0_trigger": "after_start",
        "checkin_0_count": "999999", "checkin_5_trigger": "at", "checkin_5_day": "2021-02-03",
        "checkin_5_time": "10:01",
        "reach": "typed reach", "tags": "one, two", "resource_name": "typed name", "private": "on",
        "assistant": str(cast.assistant.pk), "do": "delegate", "checkin_7_count": "7 or 8",
    }  # fmt: skip
    page = client_for(cast.owner).post(NEW, sent)
    assert page.status_code == 422
    text = text_of(page)
    for value in set(sent.values()) - {"delegate", "on"}:
        assert value in text
    assert 'value="advise" checked' in text
    assert f'<option value="{cast.assistant.pk}" selected>' in text


def test_the_first_screen_asks_for_nothing_yet(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(NEW)
    assert page.status_code == 200
    assert "invalid-feedback" not in text_of(page)


@pytest.mark.parametrize("level", ["", "boss", "1", "PROPOSE", "\x00"])
def test_a_level_that_there_is_not_is_refused(level: str, cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(NEW, {"title": "x", "level": level, "do": "delegate"})
    assert page.status_code == 422
    assert field_of(page, "level").errors
    assert field_of(page, "level").errors[0] in text_of(page)


def test_a_resource_that_is_given_here_goes_with_the_task(
    cast: Cast, client_for: ClientFor, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    known = ResourceFactory.create(team=cast.team, name="Known")
    sent = typed(
        "just_do_it", do="draft", resources=[known.pk], resource_kind="file", resource_name="Logo",
        resource_file=SimpleUploadedFile("logo.png", image("PNG")),
    )  # fmt: skip
    client_for(cast.owner).post(NEW, sent)
    assert set(Task.objects.get().resources.values_list("name", flat=True)) == {"Known", "Logo"}
    assert StoredFile.objects.get().name == "logo.png"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"resource_name": "Name only"}, "resource_kind"),
        ({"resource_kind": "link"}, "resource_name"),
        ({"resource_kind": "link", "resource_name": "x"}, "resource_content"),
        ({"resource_kind": "file", "resource_name": "x"}, "resource_file"),
        ({"resource_kind": "password", "resource_name": "x", "resource_content": "y"}, "resource_kind"),
    ],
)
def test_half_a_resource_is_asked_about(sent: dict[str, str], field: str, cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(NEW, {"title": "x", "level": "advise", "do": "draft", **sent})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Resource.objects.exists()


def test_a_file_that_is_too_large_is_named(cast: Cast, client_for: ClientFor, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    upload = SimpleUploadedFile("big.pdf", b"x" * 11)
    sent = {"resource_kind": "file", "resource_name": "x", "resource_file": upload}
    page = client_for(cast.owner).post(NEW, {"title": "x", "level": "advise", "do": "draft", **sent})
    assert page.context["form"].errors["resource_file"] == ["big.pdf is too large: at most 10\xa0bytes."]
    assert "big.pdf is too large" in text_of(page)
    assert not StoredFile.objects.exists()


def test_money_hours_deadline_and_check_ins_are_kept_as_they_were_meant(cast: Cast, client_for: ClientFor) -> None:
    cast.owner.language = "nl"
    cast.owner.save()
    sent = typed(
        "within_limits", assistant=cast.assistant.pk, money_limit="€ 1.000,50", time_limit="1,5 uur", ask_above="20,-",
        deadline_date="2026-11-27", deadline_time="17:00", tags="één, twee,, één",
        checkin_0_trigger="after_start", checkin_0_count="2",
        checkin_1_trigger="weekdays", checkin_1_time="15:00", checkin_1_weekdays=[0, 1, 2, 3, 4],
        checkin_4_trigger="at", checkin_4_day="2026-11-25", checkin_4_time="09:30",
        checkin_7_trigger="before_deadline", checkin_7_count="24", checkin_7_any_time="on",
    )  # fmt: skip
    assert client_for(cast.owner).post(NEW, sent).status_code == 302
    task = Task.objects.get()
    assert (task.money_limit, task.time_limit, task.ask_above) == (Decimal("1000.50"), 90, Decimal(20))
    assert task.deadline_at is not None
    assert task.deadline_at.isoformat() == "2026-11-27T16:00:00+00:00"
    assert task.tags == ["één", "twee"]
    rules = sorted(row.as_rule().code for row in task.checkin_rules.all())
    assert rules == ["after_start 2", "at 2026-11-25T08:30:00+00:00", "before_deadline 24 any", "weekdays 15:00"]


def test_the_page_costs_the_same_with_many_resources_and_assistants(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    ResourceFactory.create_batch(3, team=cast.team)
    few = queries_of(lambda: client.get(NEW))
    ResourceFactory.create_batch(30, team=cast.team)
    for _number in range(10):
        MembershipFactory.create(team=cast.team, user=UserFactory.create())
    assert queries_of(lambda: client.get(NEW)) == few <= 12


def test_a_double_press_makes_one_task(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    new_id = field_of(client.get(NEW), "new_id").value()
    sent = typed("just_do_it", assistant=cast.assistant.pk, new_id=new_id)
    pages = [client.post(NEW, sent, follow=True) for _press in range(2)]
    assert {page.redirect_chain[0] for page in pages} == {(Task.objects.get().get_absolute_url(), 302)}
    assert all("Handed over to Sam." in text_of(page) for page in pages)
    assert Turn.objects.count() == Event.objects.count() == 1


def test_a_form_with_an_error_still_makes_one_task(cast: Cast, client_for: ClientFor) -> None:
    new_id = str(uuid4())
    page = client_for(cast.owner).post(NEW, {"do": "draft", "new_id": new_id})
    assert f'name="new_id" value="{new_id}"' in text_of(page)


def test_going_back_and_changing_the_brief_makes_another_task(cast: Cast, client_for: ClientFor) -> None:
    client, sent = client_for(cast.owner), typed("just_do_it", assistant=cast.assistant.pk, new_id=uuid4())
    for change in ({"do": "draft"}, {}, {"title": "Another return"}):
        assert client.post(NEW, {**sent, **change}).status_code == 302
    assert sorted(Task.objects.values_list("title", "state")) == [
        ("Another return", "offered"),
        ("File the tax return", "draft"),
        ("File the tax return", "offered"),
    ]


def test_a_brief_cannot_take_the_place_of_somebody_elses_task(cast: Cast, client_for: ClientFor) -> None:
    foreign = TaskFactory.create(team=cast.other_team, entrepreneur=cast.outsider, title="Olga's")
    sent = typed("just_do_it", do="draft", new_id=foreign.pk)
    assert client_for(cast.owner).post(NEW, sent).status_code == 302
    foreign.refresh_from_db()
    assert foreign.title == "Olga's"
    assert Task.objects.filter(team=cast.team).count() == 1


@pytest.mark.parametrize("days", [-1, 0])
def test_the_deadline_may_be_today_but_not_yesterday(
    days: int, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    day: date = (now + timedelta(days=days)).date()
    page = client_for(cast.owner).post(NEW, typed("just_do_it", assistant=cast.assistant.pk, deadline_date=day))
    assert page.status_code == (302 if days == 0 else 422)


def test_an_empty_press_shows_the_form(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).post(NEW, {}).status_code in {200, 422}


def test_a_team_without_assistants_can_keep_a_draft(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.outsider)
    assert "There is nobody to hand over to yet." in text_of(client.get(NEW))
    page = client.post(NEW, typed("just_do_it"))
    assert field_of(page, "assistant").errors == ["Choose who carries it out."]
    assert client.post(NEW, typed("just_do_it", do="draft")).status_code == 302
