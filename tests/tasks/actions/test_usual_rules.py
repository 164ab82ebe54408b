"""What is usual in a team: each rule once, and no more than there is room for."""

import pytest

from delegation.checkins import Rule, Trigger
from tasks.actions.usual import NoRoom, add_usual_rule
from tasks.models import DefaultCheckinRule
from tasks.usual import MOST_RULES
from tests.conftest import Cast
from tests.threads import at_once


def after(hours: int) -> Rule:
    return Rule(trigger=Trigger.AFTER_START, hours=hours)


def test_the_same_rule_twice_is_one(cast: Cast) -> None:
    first = add_usual_rule(team=cast.team, level="", rule=after(2))
    assert add_usual_rule(team=cast.team, level="", rule=after(2)) == first
    assert add_usual_rule(team=cast.team, level="advise", rule=after(2)) != first
    assert add_usual_rule(team=cast.other_team, level="", rule=after(2)) != first


def test_there_is_room_for_as_many_as_a_brief_has_rows(cast: Cast) -> None:
    for hours in range(1, MOST_RULES + 1):
        add_usual_rule(team=cast.team, level="", rule=after(hours))
    with pytest.raises(NoRoom):
        add_usual_rule(team=cast.team, level="", rule=after(99))
    add_usual_rule(team=cast.team, level="advise", rule=after(99))


@pytest.mark.django_db(transaction=True)
def test_two_members_who_add_the_same_at_once_make_one(cast: Cast) -> None:
    made = at_once(*[lambda: add_usual_rule(team=cast.team, level="", rule=after(2))] * 2)
    assert [type(row) for row in made] == [DefaultCheckinRule] * 2
    assert DefaultCheckinRule.objects.count() == 1
