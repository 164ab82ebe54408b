"""Being away, and who answers meanwhile: the rules."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.actions.absences import AbsenceError, absences_shown, arrange_absence, drop_absences, end_absence
from accounts.deputies import answers_for, deputies_of, lasts
from accounts.models import Absence, AuditEntry, Membership, Message, Role, User
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.threads import at_once

TODAY = date(2026, 11, 23)


@pytest.fixture
def arrange(cast: Cast, now: datetime) -> Callable[..., Absence]:
    """Eva is away from tomorrow, three days, and Finn answers; anything can be said otherwise."""

    def make(start: int = 1, days: int = 3, **changes: Any) -> Absence:
        first = TODAY + timedelta(days=start)
        fields: dict[str, Any] = {
            "team": cast.team,
            "person": cast.owner,
            "deputy": cast.entrepreneur,
            "first": first,
            "last": first + timedelta(days=days - 1),
            "now": now,
        }
        return arrange_absence(**fields | changes)

    return make


@pytest.fixture
def third(cast: Cast) -> User:
    """Gina, one more entrepreneur of the team."""
    person = UserFactory.create(name="Gina Gans")
    MembershipFactory.create(team=cast.team, user=person, role=Role.ENTREPRENEUR)
    return person


def refused(field: str, words: str, act: Callable[[], object]) -> None:
    with pytest.raises(AbsenceError, match=words) as caught:
        act()
    assert caught.value.field == field


def test_it_is_kept_told_and_written_down(cast: Cast, arrange: Callable[..., Absence], now: datetime) -> None:
    absence = arrange()
    assert (absence.first, absence.last) == (date(2026, 11, 24), date(2026, 11, 26))
    [message] = Message.objects.all()
    assert (message.recipient, message.template, message.kind) == (cast.entrepreneur, "deputy_arranged", "account")
    [entry] = AuditEntry.objects.all()
    assert (entry.kind, entry.actor, entry.about) == ("deputy-arranged", cast.owner, cast.entrepreneur)
    assert entry.data == {"first": "2026-11-24", "last": "2026-11-26"}


@pytest.mark.parametrize(
    ("start", "days", "field", "words"),
    [
        (3, 0, "last", "before the first"),
        (-5, 3, "last", "are over"),
        (-1, 3, "first", "This day is over"),
        (1, 367, "last", "more than a year"),
        (733, 1, "first", "more than two years ahead"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    arrange: Callable[..., Absence], start: int, days: int, field: str, words: str
) -> None:
    refused(field, words, lambda: arrange(start, days))
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("start", "days"), [(0, 1), (0, 366), (732, 1)])
def test_the_outermost_days_will_do(arrange: Callable[..., Absence], start: int, days: int) -> None:
    assert arrange(start, days)


@pytest.mark.parametrize(
    ("who", "words"),
    [("owner", "Somebody else"), ("assistant", "does not hand over"), ("outsider", "does not hand over")],
)
def test_only_another_entrepreneur_of_the_team_answers(
    cast: Cast, arrange: Callable[..., Absence], who: str, words: str
) -> None:
    refused("deputy", words, lambda: arrange(deputy=getattr(cast, who)))


@pytest.mark.parametrize(("start", "days"), [(1, 1), (3, 1), (0, 9), (2, 9)])
def test_two_of_ones_own_do_not_overlap(arrange: Callable[..., Absence], third: User, start: int, days: int) -> None:
    arrange()
    refused("first", "You arranged to be away from", lambda: arrange(start, days, deputy=third))
    assert Absence.objects.count() == 1


def test_one_may_follow_the_other(arrange: Callable[..., Absence], third: User) -> None:
    arrange()
    assert arrange(4, 2, deputy=third)
    assert arrange(0, 1)


def test_a_deputy_who_is_away_then_is_refused(cast: Cast, arrange: Callable[..., Absence], third: User) -> None:
    arrange(person=cast.entrepreneur, deputy=third)
    refused("deputy", "Finn is away too, from", lambda: arrange(3, 5))
    assert arrange(4, 5)


def test_who_answers_for_somebody_then_can_not_be_away(
    cast: Cast, arrange: Callable[..., Absence], third: User
) -> None:
    arrange()
    refused("first", "You answer for Eva from", lambda: arrange(2, 1, person=cast.entrepreneur, deputy=third))
    assert arrange(4, 1, person=cast.entrepreneur, deputy=third)


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("Europe/Amsterdam", datetime(2026, 11, 23, 23, 0, tzinfo=UTC), datetime(2026, 11, 26, 23, 0, tzinfo=UTC)),
        ("Asia/Manila", datetime(2026, 11, 23, 16, 0, tzinfo=UTC), datetime(2026, 11, 26, 16, 0, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 11, 23, 10, 0, tzinfo=UTC), datetime(2026, 11, 26, 10, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 11, 24, 11, 0, tzinfo=UTC), datetime(2026, 11, 27, 11, 0, tzinfo=UTC)),
    ],
)
def test_it_begins_and_ends_at_midnight_where_the_absent_one_is(
    cast: Cast, arrange: Callable[..., Absence], zone: str, begins: datetime, ends: datetime
) -> None:
    absence = arrange()
    cast.owner.time_zone = zone
    cast.owner.save(update_fields=["time_zone"])
    absence.person.time_zone = zone
    moment = timedelta(seconds=1)
    for at, away in ((begins - moment, False), (begins, True), (ends - moment, True), (ends, False)):
        assert lasts(absence, at) == away
        assert bool(answers_for(cast.entrepreneur, now=at)) == away
        assert bool(deputies_of(cast.team.pk, {cast.owner.pk}, now=at)) == away
        assert not answers_for(cast.owner, now=at)


def test_the_day_on_which_the_clock_changes_is_a_day(cast: Cast, arrange: Callable[..., Absence]) -> None:
    day = date(2027, 3, 28)  # in Amsterdam it has 23 hours
    arrange(first=day, last=day)
    begins, ends = datetime(2027, 3, 27, 23, 0, tzinfo=UTC), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)
    moment = timedelta(seconds=1)
    found = [bool(answers_for(cast.entrepreneur, now=at)) for at in (begins - moment, begins, ends - moment, ends)]
    assert found == [False, True, True, False]


def test_somebody_who_no_longer_hands_over_answers_for_nobody(
    cast: Cast, arrange: Callable[..., Absence], now: datetime
) -> None:
    arrange(0)
    assert answers_for(cast.entrepreneur, now=now)
    Membership.objects.filter(user=cast.entrepreneur).update(role=Role.ASSISTANT)
    assert not answers_for(cast.entrepreneur, now=now)
    Membership.objects.filter(user=cast.entrepreneur).update(role=Role.ENTREPRENEUR)
    User.objects.filter(pk=cast.entrepreneur.pk).update(is_active=False)
    assert not answers_for(cast.entrepreneur, now=now)


# --- coming back --------------------------------------------------------------------------------------------------


def test_who_comes_back_answers_from_today_and_the_days_before_stay_known(
    cast: Cast, arrange: Callable[..., Absence], now: datetime
) -> None:
    absence = arrange(0, 9)
    later = now + timedelta(days=3)
    assert end_absence(absence=absence, by=cast.owner, now=later)
    absence.refresh_from_db()
    assert absence.last == date(2026, 11, 25)
    assert not answers_for(cast.entrepreneur, now=later)
    assert Message.objects.get(template="deputy_ended").recipient == cast.entrepreneur
    entry = AuditEntry.objects.get(kind="deputy-ended")
    assert (entry.actor, entry.about) == (cast.owner, cast.owner)


@pytest.mark.parametrize("start", [0, 5])
def test_what_has_not_lasted_a_day_is_gone(
    cast: Cast, arrange: Callable[..., Absence], now: datetime, start: int
) -> None:
    assert end_absence(absence=arrange(start), by=cast.owner, now=now)
    assert not Absence.objects.exists()


def test_it_ends_once(cast: Cast, arrange: Callable[..., Absence], now: datetime) -> None:
    absence = arrange(0, 9)
    later = now + timedelta(days=3)
    assert [end_absence(absence=absence, by=cast.owner, now=later) for _press in range(2)] == [True, False]
    assert AuditEntry.objects.filter(kind="deputy-ended").count() == 1


def test_what_is_over_can_not_be_ended(cast: Cast, arrange: Callable[..., Absence], now: datetime) -> None:
    assert not end_absence(absence=arrange(0, 1), by=cast.owner, now=now + timedelta(days=1))
    assert Absence.objects.count() == 1


def test_both_are_told_when_the_owner_ends_it(
    cast: Cast, arrange: Callable[..., Absence], third: User, now: datetime
) -> None:
    absence = arrange(person=cast.entrepreneur, deputy=third)
    Message.objects.all().delete()
    end_absence(absence=absence, by=cast.owner, now=now)
    assert set(Message.objects.values_list("recipient", flat=True)) == {cast.entrepreneur.pk, third.pk}


def test_a_deputy_who_leaves_is_told_to_who_is_away(cast: Cast, arrange: Callable[..., Absence], now: datetime) -> None:
    arrange(0)
    drop_absences(team=cast.team, person=cast.entrepreneur, by=cast.entrepreneur, now=now)
    assert not Absence.objects.exists()
    assert Message.objects.get(template="deputy_gone").recipient == cast.owner
    entry = AuditEntry.objects.get(kind="deputy-ended")
    assert (entry.about, entry.data) == (cast.owner, {"left": True})


def test_what_is_over_is_not_shown(cast: Cast, arrange: Callable[..., Absence], now: datetime) -> None:
    arrange(0, 1)
    arrange(5, 1)
    assert len(absences_shown(cast.team, now=now)) == 2
    assert len(absences_shown(cast.team, now=now + timedelta(days=1))) == 1


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """One is arranged, the other is told why not."""

    def test_the_same_days_are_arranged_once(self, arrange: Callable[..., Absence], third: User) -> None:
        found = at_once(arrange, lambda: arrange(2, deputy=third))
        assert sorted(type(one).__name__ for one in found) == ["Absence", "AbsenceError"]
        assert Absence.objects.count() == 1

    def test_two_do_not_answer_for_each_other(self, cast: Cast, arrange: Callable[..., Absence]) -> None:
        found = at_once(arrange, lambda: arrange(person=cast.entrepreneur, deputy=cast.owner))
        assert sorted(type(one).__name__ for one in found) == ["Absence", "AbsenceError"]

    def test_it_is_ended_once(self, cast: Cast, arrange: Callable[..., Absence], now: datetime) -> None:
        absence = arrange(0, 9)
        later = now + timedelta(days=2)
        press = lambda: end_absence(absence=absence, by=cast.owner, now=later)  # noqa: E731
        assert sorted(map(str, at_once(press, press))) == ["False", "True"]
