"""The demo is made in an empty place, beside other people, and on any day."""

from datetime import UTC, datetime

import pytest

from accounts.models import OutgoingMail, User
from tasks.demo import make_demo
from tasks.models import OPEN_CHECKINS, Checkin, CheckinState, Event, Task
from tests.tasks.test_demo import EXAMPLES, demo, states_of_examples

pytestmark = pytest.mark.django_db


def test_if_empty_leaves_a_database_with_any_user_alone() -> None:
    User.objects.create_user("somebody@example.org")
    demo("--if-empty")
    assert (User.objects.count(), Task.objects.count()) == (1, 0)


def test_beside_other_people_it_leaves_their_mail_alone() -> None:
    other = User.objects.create_user("somebody@example.org")
    mail = OutgoingMail.objects.create(
        recipient=other, to_address=other.email, kind="answer", language="en", time_zone="UTC",
        dedup_key="theirs", message_id="<theirs@handover>",
        next_attempt_at=datetime(2026, 1, 1, tzinfo=UTC), give_up_at=datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    said = demo()
    assert "entrepreneur@example.com" in said
    assert list(OutgoingMail.objects.all()) == [mail]


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 11, 21, 23, 5, tzinfo=UTC), id="a Sunday, just after midnight"),
        pytest.param(datetime(2027, 3, 29, 6, 30, tzinfo=UTC), id="the Monday after the clocks went forward"),
        pytest.param(datetime(2028, 2, 29, 22, 59, tzinfo=UTC), id="a leap day, just before midnight"),
        pytest.param(datetime(2027, 1, 1, 15, 0, tzinfo=UTC), id="New Year's Day"),
    ],
)
def test_it_looks_alive_on_any_day(now: datetime) -> None:
    make_demo(now=now)
    for team, states in EXAMPLES.items():
        assert states_of_examples(team) == states
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Checkin.objects.filter(state=CheckinState.DUE, due_at__lte=now).exists()
    assert Checkin.objects.filter(state__in=OPEN_CHECKINS).count() == 1
    assert not Checkin.objects.filter(state=CheckinState.MISSED).exists()
