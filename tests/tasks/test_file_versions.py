"""A file under the name of one that is there is its next version; earlier ones stay, for whoever could fetch them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from delegation.levels import LevelKey
from delegation.models import Agreement
from delegation.workflow import State
from tasks.actions import delivery, handing_over
from tasks.actions.agreements import propose_agreement, withdraw_agreement
from tasks.examples import examples_of
from tasks.file_versions import earlier_of, put_in_place
from tasks.models import BriefVersion, Event, Expense, StoredFile, Task, Turn, TurnKind
from tasks.uploads import store, storing, write
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.agreed import terms
from tests.tasks.factories import brief_fields, task_in
from tests.tasks.files import note, pdf
from tests.tasks.views.conftest import ClientFor, text_of
from tests.threads import at_once


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


def give(task: Task, cast: Cast, now: datetime, *uploads: Any) -> list[StoredFile]:
    """Files of the task, as with a delivery."""
    return store(uploads, team=task.team, task=task, by=cast.assistant, now=now)


def numbers(task: Task) -> dict[str, int]:
    """The version of each file that nothing took the place of."""
    return dict(task.files.filter(replaced_by=None).values_list("name", "version"))


def test_the_same_name_again_is_the_next_version_whatever_its_capitals(task: Task, cast: Cast, now: datetime) -> None:
    (first,) = give(task, cast, now, pdf())
    second, other = give(task, cast, now, pdf("Plan.PDF"), pdf("other.pdf"))
    (third,) = give(task, cast, now, pdf())
    assert [(row.version, row.replaces) for row in (first, second, third)] == [(1, None), (2, first), (3, second)]
    assert other.version == 1
    assert [row.version for row in earlier_of([third])[third.pk]] == [2, 1]


def test_twice_the_same_name_in_one_press_are_two_versions(task: Task, cast: Cast, now: datetime) -> None:
    give(task, cast, now, pdf(), pdf())
    assert numbers(task) == {"plan.pdf": 2}


def test_files_of_another_task_and_receipts_are_other_files(task: Task, cast: Cast, now: datetime) -> None:
    other = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    give(other, cast, now, pdf())
    with storing([pdf()], team=task.team, task=task, by=cast.assistant, now=now, versions=False) as stored:
        Expense.objects.create(
            task=task, by=cast.assistant, amount=9, what="Ink", at=now, day=now.date(), receipt=stored[0]
        )
    give(task, cast, now, pdf())
    assert [row.version for row in task.files.all()] == [1, 1]


def test_a_file_of_another_name_can_be_said_to_be_the_next_version(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    (first,) = give(task, cast, now, pdf("draft.pdf"))
    path = reverse("task_action", args=[task.pk, "deliver"])
    sent = {"text": "Here it is", "attachments": pdf("final.pdf"), "version_of": str(first.pk)}
    client = client_for(cast.assistant)
    assert "draft.pdf" in text_of(client.get(path))
    assert client.post(path, sent).status_code == 302
    final = StoredFile.objects.get(name="final.pdf")
    assert (final.version, final.replaces) == (2, first)


def test_what_it_is_a_version_of_must_be_of_this_task_and_needs_one_file(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    (first,) = give(task, cast, now, pdf("draft.pdf"))
    (foreign,) = give(task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now), cast, now, pdf("x.pdf"))
    path, client = reverse("task_action", args=[task.pk, "deliver"]), client_for(cast.assistant)
    wrong: list[tuple[Any, Any]] = [(foreign.pk, [pdf()]), (first.pk, []), (first.pk, [pdf("a.pdf"), pdf("b.pdf")])]
    for version_of, uploads in wrong:
        page = client.post(path, {"text": "x", "attachments": uploads, "version_of": str(version_of)})
        assert page.status_code == 422
        assert page.context["form"].errors["version_of"]
    assert numbers(task) == {"draft.pdf": 1}


def deliver(task: Task, cast: Cast, now: datetime, *uploads: Any) -> Turn:
    with storing(uploads, team=task.team, task=task, by=cast.assistant, now=now) as stored:
        delivery.deliver(task_id=task.pk, by=cast.assistant, text="Here it is", files=stored, now=now)
    return Turn.objects.filter(task=task, kind=TurnKind.DELIVERY).latest("created_at")


def test_a_second_delivery_shows_the_version_with_the_earlier_one_behind_it(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    deliver(task, cast, now, pdf(words="1"))
    delivery.send_back(task_id=task.pk, by=cast.owner, text="Not yet", now=now)
    later = now + timedelta(hours=1)
    deliver(task, cast, later, pdf(words="2"))
    page = text_of(client_for(cast.owner).get(task.get_absolute_url()))
    assert "version 2" in page
    assert "Version 1: plan.pdf" in page
    for stored in StoredFile.objects.all():
        address = reverse("file", args=[stored.pk])
        assert address in page
        people = (cast.owner, cast.entrepreneur, cast.assistant, cast.guest, cast.outsider)
        assert [client_for(person).get(address).status_code for person in people] == [200, 200, 200, 404, 404]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("there", [0, 1])
def test_two_at_once_never_make_the_same_version(there: int, task: Task, cast: Cast, now: datetime) -> None:
    for _number in range(there):
        give(task, cast, now, pdf())
    found = at_once(*(partial(give, task, cast, now, pdf(words=str(number))) for number in range(3)))
    assert all(isinstance(rows, list) for rows in found), found
    assert sorted(task.files.values_list("version", flat=True)) == list(range(1, there + 4))
    assert numbers(task) == {"plan.pdf": there + 3}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_who_replace_the_same_file_come_one_after_the_other(cast: Cast, now: datetime) -> None:
    """Of a team's resource, where no task is held: the constraint makes the second one look again."""
    common = {"team": cast.team, "by": cast.owner, "now": now}
    first = store([pdf()], task=None, **common)[0]  # type: ignore[arg-type]

    def replace(words: str) -> StoredFile:
        row = write([pdf(words=words)], **common)[0]  # type: ignore[arg-type]
        put_in_place(row, first)
        return row

    found = at_once(partial(replace, "a"), partial(replace, "b"))
    assert sorted(row.version for row in found if isinstance(row, StoredFile)) == [2, 3], found
    assert StoredFile.objects.filter(replaces__isnull=False).count() == 2


def test_the_history_of_many_files_is_one_query(task: Task, cast: Cast, now: datetime) -> None:
    names = [f"{number}.pdf" for number in range(4)]
    for _round in range(2):
        rows = give(task, cast, now, *map(pdf, names))
    few = queries_of(partial(earlier_of, rows[:2]))
    for _round in range(3):
        rows = give(task, cast, now, *map(pdf, names))
    assert queries_of(partial(earlier_of, rows)) == few == 1
    assert queries_of(partial(earlier_of, list(task.files.filter(version=1)))) == 0


# --- examples -----------------------------------------------------------------------------------------------------


def brief(**fields: Any) -> dict[str, Any]:
    return {"title": "Menus", "level": "just_do_it", "deliverable": "Five menus", **fields}


@pytest.fixture
def draft(cast: Cast, client_for: ClientFor) -> Task:
    """With one example."""
    client_for(cast.owner).post(reverse("task_new"), brief(do="draft", example_files=[pdf("menu.pdf")]))
    return Task.objects.get(title="Menus")


def test_an_example_goes_with_the_brief_and_is_shown_there(draft: Task, cast: Cast, client_for: ClientFor) -> None:
    (example,) = examples_of(draft)
    assert (example.name, example.version, example.media_type) == ("menu.pdf", 1, "application/pdf")
    assert example.is_example
    client = client_for(cast.owner)
    assert reverse("file", args=[example.pk]) in text_of(client.get(draft.get_absolute_url()))
    address = reverse("file", args=[example.pk])
    assert client_for(cast.assistant).get(address).status_code == 404  # it has not been handed over
    assert client.get(address).status_code == 200


def test_an_example_by_the_same_name_is_its_next_version_and_one_without_its_tick_goes(
    draft: Task, cast: Cast, client_for: ClientFor
) -> None:
    (first,) = examples_of(draft)
    path, client = reverse("task_edit", args=[draft.pk]), client_for(cast.owner)
    sent = brief(do="draft", keep_examples=[str(first.pk)], example_files=[pdf("menu.pdf", "2"), note("tone.txt")])
    assert client.post(path, {**sent, "revision": draft.revision}).status_code == 302
    assert [(row.name, row.version) for row in examples_of(draft)] == [("menu.pdf", 2), ("tone.txt", 1)]
    page = text_of(client.get(draft.get_absolute_url()))
    assert "Version 1: menu.pdf" in page
    draft.refresh_from_db()
    kept = examples_of(draft).get(name="tone.txt")
    sent = brief(do="draft", keep_examples=[str(kept.pk)], revision=draft.revision)
    assert client.post(path, sent).status_code == 302
    assert list(StoredFile.objects.all()) == [kept]


def test_an_example_that_is_added_later_is_a_new_version_of_the_brief(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    path = reverse("task_edit", args=[task.pk])
    fields = brief_fields(LevelKey.JUST_DO_IT)
    sent = {"title": fields["title"], "deliverable": fields["deliverable"], "do": "save", "revision": task.revision}
    assert client_for(cast.owner).post(path, {**sent, "example_files": [pdf("menu.pdf")]}).status_code == 302
    changes = Turn.objects.get(task=task, kind=TurnKind.AMENDMENT).payload["changes"]
    assert {"field": "example_files", "was": [], "now": ["menu.pdf"]} in changes
    assert BriefVersion.objects.get(task=task, number=2).content["example_files"] == ["menu.pdf"]
    sam = client_for(cast.assistant)
    assert sam.get(reverse("file", args=[StoredFile.objects.get().pk])).status_code == 200
    assert "menu.pdf" in text_of(sam.get(task.get_absolute_url()))


def test_examples_are_no_deliveries(draft: Task, cast: Cast, now: datetime) -> None:
    give(draft, cast, now, pdf("menu.pdf"))
    assert sorted(draft.files.values_list("version", flat=True)) == [1, 1]


def test_examples_cost_the_page_no_query(draft: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    few = queries_of(partial(client.get, draft.get_absolute_url()))
    draft.refresh_from_db()
    uploads = [pdf(f"{number}.pdf") for number in range(8)]
    sent = brief(do="draft", keep_examples=[str(examples_of(draft).get().pk)], example_files=uploads)
    client.post(reverse("task_edit", args=[draft.pk]), {**sent, "revision": draft.revision})
    assert examples_of(draft).count() == 9
    assert queries_of(partial(client.get, draft.get_absolute_url())) == few


def test_a_refused_brief_leaves_no_example_behind(
    cast: Cast, client_for: ClientFor, now: datetime, folder: Path
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    sent = brief(do="save", revision=task.revision - 1, example_files=[pdf()])
    before = Event.objects.count()
    assert client_for(cast.owner).post(reverse("task_edit", args=[task.pk]), sent).status_code == 409
    assert (Event.objects.count(), StoredFile.objects.count()) == (before, 0)
    assert not [found for found in folder.rglob("*") if found.is_file()]


def test_a_copy_of_a_brief_is_not_needed_to_keep_its_examples(draft: Task, cast: Cast, now: datetime) -> None:
    """Actions that say nothing about them leave them as they are."""
    handing_over.edit_draft(task_id=draft.pk, by=cast.owner, fields={"title": "Menus 2"}, now=now)
    assert examples_of(draft).count() == 1


# --- agreements ---------------------------------------------------------------------------------------------------

Propose = Callable[..., Agreement]


@pytest.fixture
def propose(cast: Cast, now: datetime) -> Propose:
    def make(*uploads: Any, keep: Any = ()) -> Agreement:
        fields = terms(valid_from=now.date())
        common: dict[str, Any] = {"team": cast.team, "assistant": cast.assistant, "by": cast.owner, "now": now}
        return propose_agreement(fields=fields, uploads=uploads, keep=list(keep), **common)

    return make


def test_an_attachment_by_the_same_name_is_its_next_version_and_takes_its_place(
    propose: Propose, cast: Cast, now: datetime, client_for: ClientFor
) -> None:
    first = propose(pdf("contract.pdf"), pdf("terms.pdf"))
    withdraw_agreement(agreement_id=first.pk, by=cast.owner, now=now)
    second = propose(pdf("Contract.pdf", "2"), keep=first.files.all())
    assert dict(second.files.values_list("name", "version")) == {"Contract.pdf": 2, "terms.pdf": 1}
    assert dict(first.files.values_list("name", "version")) == {"contract.pdf": 1, "terms.pdf": 1}
    address = reverse("agreement", args=[cast.team.pk, cast.assistant.pk, second.pk])
    page = text_of(client_for(cast.assistant).get(address))
    assert "version 2" in page
    assert "Version 1: contract.pdf" in page


def test_attachments_of_somebody_else_are_other_files(propose: Propose, cast: Cast, now: datetime) -> None:
    propose(pdf("contract.pdf"))
    fields = terms(valid_from=now.date())
    other = propose_agreement(
        team=cast.team, assistant=cast.guest, by=cast.owner, fields=fields, uploads=[pdf("contract.pdf")], now=now
    )
    assert other.files.get().version == 1
