"""The demo: who is in it, what they find, and that it disturbs nobody."""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from accounts.letters import words
from accounts.models import Membership, Message, OutgoingMail, Role, Team, User
from accounts.sealing import unseal
from delegation.levels import LevelKey
from delegation.models import Agreement, TeamMoney
from delegation.workflow import UNDER_WAY, State
from tasks.actions.resources import purpose_of
from tasks.demo.people import ADDRESSES, PASSWORD
from tasks.demo.secrets import CANARIES
from tasks.models import (
    OPEN_CHECKINS,
    Checkin,
    Event,
    Expense,
    ExpenseState,
    Milestone,
    Resource,
    ResourceKind,
    Reveal,
    Secret,
    Task,
    ToleranceUse,
    Turn,
    TurnKind,
    TurnState,
    Wish,
)
from tasks.queries import read_person, visible_to

EXAMPLES = {
    "Studio Martens": {
        LevelKey.JUST_DO_IT: State.DONE,
        LevelKey.WITHIN_LIMITS: State.FLAGGED,
        LevelKey.PROPOSE: State.AWAITING_APPROVAL,
        LevelKey.ADVISE: State.AWAITING_DECISION,
        LevelKey.RESEARCH: State.IN_PROGRESS,
        LevelKey.INSTRUCTIONS: State.IN_PROGRESS,
    },
    "Hadley Pottery": {
        LevelKey.JUST_DO_IT: State.IN_PROGRESS,
        LevelKey.WITHIN_LIMITS: State.DONE,
        LevelKey.PROPOSE: State.IN_PROGRESS,
        LevelKey.ADVISE: State.IN_PROGRESS,
        LevelKey.RESEARCH: State.DELIVERED,
        LevelKey.INSTRUCTIONS: State.AWAITING_DECISION,
    },
}


def demo(*options: str) -> str:
    """Run the command; returns what it says."""
    said = io.StringIO()
    call_command("demo", *options, stdout=said)
    return said.getvalue()


def counted() -> dict[str, int]:
    """How many rows there are of what the demo makes."""
    models: tuple[Any, ...] = (User, Team, Membership, Task, Turn, Event, Checkin, Message, Resource, OutgoingMail)
    return {model.__name__: model.objects.count() for model in models}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo as the command makes it, once for all tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def played(made: None, db: None) -> None:
    """The demo is there."""


@pytest.fixture
def browser(played: None) -> Client:
    """Not logged in yet."""
    return Client(HTTP_X_FORWARDED_PROTO="https")


def person(email: str) -> User:
    return User.objects.get(email=email)


@pytest.mark.parametrize("address", ADDRESSES)
def test_everybody_can_log_in(browser: Client, address: str) -> None:
    answer = browser.post(reverse("account_login"), {"login": address, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("now"))


def test_the_password_is_the_one_that_is_announced() -> None:
    assert PASSWORD == "handover-demo"


@pytest.mark.usefixtures("played")
def test_every_address_is_verified() -> None:
    verified = EmailAddress.objects.filter(verified=True, primary=True).values_list("user__email", "email")
    assert set(verified) == {(address, address) for address in ADDRESSES}


@pytest.mark.usefixtures("played")
def test_everybody_has_their_place() -> None:
    places = Membership.objects.values_list("user__email", "team__name", "role")
    assert set(places) == {
        ("entrepreneur@example.com", "Studio Martens", Role.OWNER),
        ("assistant@example.com", "Studio Martens", Role.ASSISTANT),
        ("assistant2@example.com", "Studio Martens", Role.ASSISTANT),
        ("guest@example.com", "Studio Martens", Role.GUEST),
        ("entrepreneur2@example.com", "Hadley Pottery", Role.OWNER),
        ("assistant@example.com", "Hadley Pottery", Role.ASSISTANT),
    }
    languages = {user.email: user.language for user in User.objects.all()}
    assert (languages["entrepreneur@example.com"], languages["entrepreneur2@example.com"]) == ("nl", "en")
    assert person("assistant2@example.com").time_zone == "Asia/Manila"
    assert person("admin@example.com").is_superuser


def states_of_examples(team: str) -> dict[str, str]:
    """The state of the example at each level: the first task that was written at it, but for the larger one."""
    tasks = Task.objects.filter(team__name=team, assistant__email__startswith="assistant", milestone_count=0)
    tasks = tasks.exclude(state=State.STOPPED)
    newest_first = tasks.order_by("-created_at").values_list("level", "state")
    return dict(newest_first)


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("team", EXAMPLES)
def test_the_six_examples_stand_in_different_states(team: str) -> None:
    assert states_of_examples(team) == EXAMPLES[team]


@pytest.mark.usefixtures("played")
def test_every_state_can_be_seen() -> None:
    assert set(Task.objects.values_list("state", flat=True)) == set(State)


@pytest.mark.usefixtures("played")
def test_the_lunch_for_thirty_takes_more_than_a_hundred() -> None:
    lunch = Task.objects.get(state=State.FLAGGED)
    flag = Turn.objects.get(task=lunch, kind=TurnKind.FLAG, state=TurnState.OPEN).flag
    assert (lunch.money_limit, flag.money, lunch.team.currency) == (Decimal(100), Decimal(240), "EUR")
    assert "30 mensen" in lunch.deliverable


@pytest.mark.usefixtures("played")
def test_one_of_three_options_is_recommended() -> None:
    options = Turn.objects.get(kind=TurnKind.OPTIONS, state=TurnState.OPEN).options
    assert [option.recommended for option in options] == [False, True, False]


@pytest.mark.usefixtures("played")
def test_sam_is_asked_how_it_goes_and_has_a_changed_brief_to_look_at() -> None:
    sam = person("assistant@example.com")
    checkin = Checkin.objects.get(state__in=OPEN_CHECKINS)
    change = Turn.objects.get(kind=TurnKind.AMENDMENT, state=TurnState.OPEN)
    assert checkin.assistant == change.waits_on == sam
    assert checkin.task == change.task
    assert {row["field"] for row in change.payload["changes"]} == {"guidelines", "deadline_date"}


@pytest.mark.usefixtures("played")
def test_something_waits_on_eva_in_each_way() -> None:
    waiting = Turn.objects.filter(waits_on__email="entrepreneur@example.com", state=TurnState.OPEN)
    assert set(waiting.values_list("kind", flat=True)) == {"flag", "proposal", "options", "question", "expense"}


@pytest.mark.usefixtures("played")
def test_an_expense_above_what_may_be_spent_without_asking_waits_for_eva() -> None:
    expense = Expense.objects.get(state=ExpenseState.WAITING)
    assert expense.task.ask_above is not None
    assert expense.amount > expense.task.ask_above


@pytest.mark.usefixtures("played")
def test_a_few_pounds_too_many_were_approved_at_once() -> None:
    used = ToleranceUse.objects.get()
    assert (used.amount, used.cap) == (Decimal(5), Decimal(10))
    assert used.task.events.filter(kind="tolerance-used").exists()


@pytest.mark.usefixtures("played")
def test_what_was_logged_is_what_the_meters_say() -> None:
    assert Task.objects.filter(minutes_logged__gt=0).count() > 8
    for task in Task.objects.all():
        counted = task.time_entries.filter(state="counted")
        spent = task.expenses.filter(state="counted")
        assert task.minutes_logged == sum(entry.minutes for entry in counted)
        assert task.money_spent == sum(expense.amount for expense in spent)


@pytest.mark.usefixtures("played")
def test_a_milestone_was_accepted_late_and_moved_what_comes_after_it() -> None:
    first, second, third, last = Milestone.objects.order_by("position")
    assert first.accepted_at
    assert first.due_on
    assert first.accepted_at.date() > first.due_on
    assert (first.state, second.state, third.state, last.state) == ("accepted", "accepted", "open", "locked")
    assert third.due_on
    assert third.planned_on
    assert third.due_on > third.planned_on
    task = first.task
    assert task.must_items
    assert "Een filmpje bovenaan de voorpagina" in task.could_items


@pytest.mark.usefixtures("played")
def test_the_tray_holds_wishes_and_what_became_of_some() -> None:
    assert set(Wish.objects.values_list("state", flat=True)) == {"open", "dropped", "swapped"}
    for team in ("Studio Martens", "Hadley Pottery"):
        assert Wish.objects.filter(team__name=team, state="open", task=None).count() == 2


@pytest.mark.usefixtures("played")
def test_each_assistant_has_an_agreement_that_both_accepted() -> None:
    pairs = Membership.objects.filter(role__in=Role.assistants()).values_list("team", "user")
    agreed = Agreement.objects.filter(state="agreed")
    assert set(agreed.values_list("team", "assistant")) == set(pairs)
    assert all(agreement.answered_by == agreement.assistant for agreement in agreed)
    assert Agreement.objects.get(state="proposed").proposed_by == person("assistant@example.com")
    assert {money.tolerance_amount for money in TeamMoney.objects.all()} == {Decimal(10), Decimal(20)}


@pytest.mark.usefixtures("played")
def test_the_guest_sees_one_task_of_their_own() -> None:
    guest = person("guest@example.com")
    assert visible_to(read_person(guest)).get().assistant == guest


@pytest.mark.usefixtures("played")
def test_the_team_has_its_resources() -> None:
    kinds = set(Resource.objects.filter(team__name="Studio Martens").values_list("kind", flat=True))
    assert kinds == set(ResourceKind)
    assert Resource.objects.filter(tasks__state=State.FLAGGED, kind=ResourceKind.ADDRESS).exists()
    for team in ("Studio Martens", "Hadley Pottery"):
        lent = Resource.objects.filter(team__name=team, kind=ResourceKind.LOGIN)
        assert lent.filter(tasks__state=State.DONE).exists()
        assert lent.filter(tasks__state__in=sorted(UNDER_WAY)).exists()


@pytest.mark.usefixtures("played")
def test_the_secrets_of_the_demo_are_sealed_and_some_were_seen() -> None:
    texts = {text for login in CANARIES.values() for text in login.values()}
    opened = [unseal(row.sealed, purpose=purpose_of(row.resource, row.part)) for row in Secret.objects.all()]
    assert len(opened) == len(texts)
    assert all(any(text in secret for secret in opened) for text in texts)
    assert not any(text in f"{row.sealed} {row.resource.content}" for row in Secret.objects.all() for text in texts)
    assert set(Reveal.objects.values_list("way", "part")) >= {("shown", "password"), ("copied", "password")}
    assert Reveal.objects.filter(resource__asks_reason=True, reason="").count() == 0
    assert {reveal.person.email for reveal in Reveal.objects.all()} == {
        "assistant@example.com", "assistant2@example.com", "guest@example.com"
    }  # fmt: skip


@pytest.mark.usefixtures("played")
def test_no_mail_is_queued() -> None:
    assert Message.objects.count() > 30
    assert not OutgoingMail.objects.exists()


@pytest.mark.usefixtures("played")
def test_what_waits_on_somebody_is_unread() -> None:
    waiting = Turn.objects.filter(state=TurnState.OPEN).values_list("task_id", "waits_on_id")
    for task_id, user_id in waiting:
        assert Message.objects.filter(thread=str(task_id), recipient=user_id, must_do=True, read_at=None).exists()
    assert Message.objects.exclude(read_at=None).exists()


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_message_of_the_demo_can_be_read(settings: Settings, language: str) -> None:
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "string_if_invalid": "NOT GIVEN %s"}}]
    for message in Message.objects.all():
        subject, paragraphs = words(message.template, message.params, language=language, zone=ZoneInfo("UTC"))
        assert "NOT GIVEN" not in "\n".join([subject, *paragraphs]), message.template


@pytest.mark.parametrize("address", [address for address in ADDRESSES if not address.startswith("admin")])
def test_everybody_can_open_all_that_they_may_see(browser: Client, address: str) -> None:
    user = person(address)
    browser.force_login(user)
    names = ("now", "task_list", "resources", "wishes", "timesheets", "inbox", "team", "profile")
    pages = [reverse(name) for name in names]
    pages.append(f"{reverse('wishes')}?show=closed")
    pages += [task.get_absolute_url() for task in visible_to(read_person(user))]
    assert {page: browser.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.usefixtures("played")
def test_a_second_time_it_makes_nothing_new() -> None:
    before = counted()
    assert demo("--if-empty") == ""
    with pytest.raises(CommandError, match="has an account already"):
        demo()
    assert counted() == before
