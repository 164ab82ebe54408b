"""Proposing, accepting, declining and withdrawing: nothing counts before both have said so."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from pytest_django import Settings

from accounts.models import Membership, Message, Role, User
from delegation.levels import LevelKey
from delegation.models import Agreement, AgreementState
from delegation.workflow import State
from tasks.actions.agreements import (
    NOT_AN_ASSISTANT,
    NOT_WITHDRAWN_BY_YOU,
    NOT_YOURS,
    ONE_AT_A_TIME,
    OTHER_SIDE,
    OVER,
    SAME_DAY,
    TOO_FAR_AHEAD,
    TOO_LONG_AGO,
    NotAgreed,
    accept_agreement,
    decline_agreement,
    propose_agreement,
    withdraw_agreement,
)
from tasks.models import StoredFile, TimeEntry
from tests.conftest import Cast
from tests.tasks.agreed import TODAY, agreed, proposed, terms
from tests.tasks.factories import task_in


def told() -> list[tuple[str, User, bool]]:
    return [
        (message.template, message.recipient, message.must_do)
        for message in Message.objects.filter(template__startswith="agreement").order_by("created_at", "id")
    ]


def approved(cast: Cast, now: datetime, day: date) -> TimeEntry:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    return TimeEntry.objects.create(
        task=task, user=cast.assistant, minutes=60, day=day, created_at=now, approved_by=cast.owner, approved_at=now
    )


def test_a_first_version_is_proposed_and_accepted(cast: Cast, now: datetime) -> None:
    version = proposed(cast, now)
    assert (version.version, version.state, version.proposed_by) == (1, AgreementState.PROPOSED, cast.owner)
    assert told() == [("agreement_proposed", cast.assistant, True)]
    later = now + timedelta(hours=1)
    accept_agreement(agreement_id=version.pk, by=cast.assistant, now=later)
    version.refresh_from_db()
    assert (version.state, version.answered_by, version.answered_at) == (AgreementState.AGREED, cast.assistant, later)
    assert told()[1:] == [("agreement_accepted", cast.owner, False)]
    assert Message.objects.get(template="agreement_proposed").read_at == later


def test_what_the_assistant_proposes_asks_everybody_who_hands_over(cast: Cast, now: datetime) -> None:
    version = proposed(cast, now, by=cast.assistant)
    assert {person for _template, person, _must in told()} == {cast.owner, cast.entrepreneur}
    accept_agreement(agreement_id=version.pk, by=cast.entrepreneur, now=now + timedelta(hours=1))
    assert not Message.objects.filter(must_do=True, read_at__isnull=True, template="agreement_proposed").exists()
    assert told()[2:] == [("agreement_accepted", cast.assistant, False)]


def test_each_version_is_a_row_of_its_own(cast: Cast, now: datetime) -> None:
    first = agreed(cast, now)
    second = agreed(cast, now, valid_from=TODAY + timedelta(days=7), rate=Decimal(45))
    first.refresh_from_db()
    assert (first.version, first.rate) == (1, Decimal(40))
    assert (second.version, second.rate) == (2, Decimal(45))


def test_a_decline_is_told_with_its_words(cast: Cast, now: datetime) -> None:
    version = decline_agreement(agreement_id=proposed(cast, now).pk, by=cast.assistant, text="Make it 45", now=now)
    version.refresh_from_db()
    assert (version.state, version.answer_text) == (AgreementState.DECLINED, "Make it 45")
    message = Message.objects.get(template="agreement_declined")
    assert (message.recipient, message.params["text"]) == (cast.owner, "Make it 45")
    assert message.path == f"/team/{cast.team.pk}/agreements/{cast.assistant.pk}/"


def test_who_proposed_it_can_take_it_back(cast: Cast, now: datetime) -> None:
    version = withdraw_agreement(agreement_id=proposed(cast, now).pk, by=cast.owner, now=now)
    assert version.state == AgreementState.WITHDRAWN
    assert Message.objects.get(template="agreement_proposed").read_at == now
    assert proposed(cast, now, by=cast.assistant).version == 2


def test_a_colleague_can_take_it_back_for_the_team(cast: Cast, now: datetime) -> None:
    version = proposed(cast, now, by=cast.entrepreneur)
    assert withdraw_agreement(agreement_id=version.pk, by=cast.owner, now=now).state == AgreementState.WITHDRAWN


Act = Callable[..., Agreement]


@pytest.mark.parametrize(
    ("by", "act", "person", "text"),
    [
        ("owner", accept_agreement, "owner", OTHER_SIDE),
        ("owner", accept_agreement, "entrepreneur", OTHER_SIDE),
        ("owner", decline_agreement, "entrepreneur", OTHER_SIDE),
        ("owner", withdraw_agreement, "assistant", NOT_WITHDRAWN_BY_YOU),
        ("assistant", accept_agreement, "assistant", OTHER_SIDE),
        ("assistant", decline_agreement, "assistant", OTHER_SIDE),
        ("assistant", withdraw_agreement, "owner", NOT_WITHDRAWN_BY_YOU),
        ("owner", accept_agreement, "guest", NOT_YOURS),
        ("owner", decline_agreement, "outsider", NOT_YOURS),
        ("owner", withdraw_agreement, "outsider", NOT_WITHDRAWN_BY_YOU),
    ],
)
def test_it_takes_the_other_side(by: str, act: Act, person: str, text: Any, cast: Cast, now: datetime) -> None:
    version = proposed(cast, now, by=getattr(cast, by))
    with pytest.raises(NotAgreed) as refused:
        act(agreement_id=version.pk, by=getattr(cast, person), now=now)
    assert refused.value.text == text
    version.refresh_from_db()
    assert version.state == AgreementState.PROPOSED


def test_the_database_refuses_what_one_person_alone_agrees_on(cast: Cast, now: datetime) -> None:
    version = proposed(cast, now)
    with pytest.raises(IntegrityError):
        Agreement.objects.filter(pk=version.pk).update(state=AgreementState.AGREED, answered_by=cast.owner)


@pytest.mark.parametrize("person", ["guest", "outsider"])
def test_only_the_two_sides_propose(person: str, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAgreed) as refused:
        proposed(cast, now, by=getattr(cast, person))
    assert refused.value.text == NOT_YOURS


def test_one_version_at_a_time_waits_for_an_answer(cast: Cast, now: datetime) -> None:
    proposed(cast, now)
    with pytest.raises(NotAgreed) as refused:
        proposed(cast, now, by=cast.assistant)
    assert refused.value.text == ONE_AT_A_TIME


@pytest.mark.parametrize("act", [accept_agreement, decline_agreement, withdraw_agreement])
@pytest.mark.parametrize(
    ("first", "by", "state"),
    [
        (accept_agreement, "assistant", AgreementState.AGREED),
        (decline_agreement, "assistant", AgreementState.DECLINED),
        (withdraw_agreement, "owner", AgreementState.WITHDRAWN),
    ],
)
def test_what_was_answered_is_not_answered_again(
    act: Act, first: Act, by: str, state: AgreementState, cast: Cast, now: datetime
) -> None:
    version = proposed(cast, now)
    first(agreement_id=version.pk, by=getattr(cast, by), now=now)
    with pytest.raises(NotAgreed) as refused:
        act(agreement_id=version.pk, by=cast.assistant, now=now)
    assert refused.value.text == OVER[state]


def test_nothing_is_proposed_to_who_works_here_no_more(cast: Cast, now: datetime) -> None:
    Membership.objects.filter(user=cast.assistant).update(role=Role.ENTREPRENEUR)
    with pytest.raises(NotAgreed) as refused:
        proposed(cast, now)
    assert refused.value.text == NOT_AN_ASSISTANT


def test_nothing_is_accepted_with_who_works_here_no_more(cast: Cast, now: datetime) -> None:
    version = proposed(cast, now, by=cast.assistant)
    Membership.objects.filter(user=cast.assistant).delete()
    with pytest.raises(NotAgreed) as refused:
        accept_agreement(agreement_id=version.pk, by=cast.owner, now=now)
    assert refused.value.text == NOT_AN_ASSISTANT
    assert decline_agreement(agreement_id=version.pk, by=cast.owner, now=now).state == AgreementState.DECLINED


# --- from which day -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "text"),
    [
        (TODAY - timedelta(days=367), TOO_LONG_AGO),
        (TODAY + timedelta(days=732), TOO_FAR_AHEAD),
        (TODAY, SAME_DAY),
    ],
)
def test_some_days_are_refused(first: date, text: Any, cast: Cast, now: datetime) -> None:
    agreed(cast, now)
    with pytest.raises(NotAgreed) as refused:
        proposed(cast, now, valid_from=first)
    assert (refused.value.text, refused.value.field) == (text, "valid_from")


def test_it_may_count_from_a_year_back(cast: Cast, now: datetime) -> None:
    assert agreed(cast, now, valid_from=TODAY - timedelta(days=366)).state == AgreementState.AGREED


def test_it_does_not_change_the_price_of_what_was_approved(cast: Cast, now: datetime) -> None:
    approved(cast, now, date(2026, 11, 13))
    with pytest.raises(NotAgreed) as refused:
        proposed(cast, now, valid_from=date(2026, 11, 13))
    assert "It can count from Sat 14 Nov at the earliest." in str(refused.value.text)
    assert agreed(cast, now, valid_from=date(2026, 11, 14)).state == AgreementState.AGREED


def test_what_is_approved_while_it_waits_keeps_its_price_too(cast: Cast, now: datetime) -> None:
    version = proposed(cast, now, valid_from=date(2026, 11, 1))
    approved(cast, now, date(2026, 11, 2))
    with pytest.raises(NotAgreed) as refused:
        accept_agreement(agreement_id=version.pk, by=cast.assistant, now=now)
    assert refused.value.field == "valid_from"


def test_time_of_others_and_in_other_teams_says_nothing(cast: Cast, now: datetime) -> None:
    entry = approved(cast, now, TODAY)
    TimeEntry.objects.filter(pk=entry.pk).update(user=cast.guest)
    assert agreed(cast, now).state == AgreementState.AGREED


# --- attachments --------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(settings: Settings, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_attachments_belong_to_their_version(cast: Cast, now: datetime, folder: Any) -> None:
    uploads = [SimpleUploadedFile("contract.pdf", b"first"), SimpleUploadedFile("terms.pdf", b"second")]
    common: dict[str, Any] = {"team": cast.team, "assistant": cast.assistant, "by": cast.owner, "now": now}
    first = propose_agreement(fields=terms(), uploads=uploads, **common)
    withdraw_agreement(agreement_id=first.pk, by=cast.owner, now=now)
    kept = StoredFile.objects.get(name="contract.pdf")
    second = propose_agreement(fields=terms(), keep=[kept], **common)
    assert [stored.name for stored in first.files.order_by("name")] == ["contract.pdf", "terms.pdf"]
    (again,) = second.files.all()
    assert (again.name, again.file.read()) == ("contract.pdf", b"first")


def test_a_refused_proposal_leaves_no_bytes(cast: Cast, now: datetime, folder: Any, monkeypatch: Any) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no disk")

    monkeypatch.setattr("tasks.actions.agreements.tell", broken)
    with pytest.raises(RuntimeError):
        propose_agreement(
            team=cast.team,
            assistant=cast.assistant,
            by=cast.owner,
            fields=terms(),
            uploads=[SimpleUploadedFile("contract.pdf", b"first")],
            now=now,
        )
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert not Agreement.objects.exists()
