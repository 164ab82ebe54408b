"""Two people at the same moment: one wins, and the other is told."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from delegation.models import Agreement, AgreementState
from tasks.actions.agreements import (
    NotAgreed,
    accept_agreement,
    decline_agreement,
    withdraw_agreement,
)
from tests.conftest import Cast
from tests.tasks.agreed import proposed
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def one_wins(*acts: Callable[[], object]) -> Agreement:
    found = at_once(*acts)
    assert sorted(type(result).__name__ for result in found) == ["Agreement"] + ["NotAgreed"] * (len(acts) - 1), found
    assert all(str(result.text) for result in found if isinstance(result, NotAgreed))
    return next(result for result in found if isinstance(result, Agreement))


def test_two_proposals_at_once_are_one(cast: Cast, now: datetime) -> None:
    one_wins(*(partial(proposed, cast, now, by=person) for person in (cast.owner, cast.entrepreneur, cast.assistant)))
    assert Agreement.objects.get().version == 1


@pytest.mark.parametrize(
    ("act", "other"),
    [
        ((accept_agreement, "assistant"), (withdraw_agreement, "owner")),
        ((accept_agreement, "assistant"), (decline_agreement, "assistant")),
        ((accept_agreement, "assistant"), (accept_agreement, "assistant")),
        ((decline_agreement, "assistant"), (withdraw_agreement, "owner")),
    ],
)
def test_two_answers_at_once_are_one(act: Any, other: Any, cast: Cast, now: datetime) -> None:
    version = proposed(cast, now)
    winner = one_wins(
        *(partial(each, agreement_id=version.pk, by=getattr(cast, person), now=now) for each, person in (act, other))
    )
    version.refresh_from_db()
    assert version.state == winner.state != AgreementState.PROPOSED
