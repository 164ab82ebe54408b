"""The check-ins that are usual in a team."""

from uuid import uuid4

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from tasks.models import DefaultCheckinRule, Task
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.views.conftest import ClientFor, text_of

AFTER_WORK = {"checkin_0_trigger": "after_work", "checkin_0_count": "3"}


def page_for(cast: Cast) -> str:
    return reverse("team_checkins", args=[cast.team.pk])


def test_it_tells_what_is_usual_at_each_level(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    page = text_of(client.get(page_for(cast)))
    for words in ("after 2 hours of work", "24 hours before the deadline", "as Handover has it", "Nothing in between."):
        assert words in page
    assert page_for(cast) in text_of(client.get(reverse("team") + f"?team={cast.team.pk}"))
    assert page_for(cast) not in text_of(client_for(cast.assistant).get(reverse("team") + f"?team={cast.team.pk}"))


@pytest.mark.parametrize("person", ["owner", "entrepreneur"])
@pytest.mark.parametrize("level", ["", "research"])
def test_a_rule_goes_into_each_new_brief(person: str, level: str, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(getattr(cast, person))
    page = client.post(page_for(cast), {"level": level, **AFTER_WORK}, follow=True)
    assert "From now on it goes into each new brief." in text_of(page)
    row = DefaultCheckinRule.objects.get()
    assert (row.team, row.level, row.as_rule().code) == (cast.team, level, "after_work 3")
    assert "after 3 hours of work" in text_of(client.get(reverse("task_new")))
    client.post(reverse("task_new"), {"title": "x", "level": "research", "do": "draft", "usual_checkins": "on"})
    assert [rule.as_rule().code for rule in Task.objects.get().checkin_rules.all()] == ["after_work 3"]


def test_a_rule_is_taken_out_and_that_twice_is_no_error(cast: Cast, client_for: ClientFor) -> None:
    row = DefaultCheckinRule.objects.create(team=cast.team, level=LevelKey.ADVISE, trigger="after_work", hours=3)
    theirs = DefaultCheckinRule.objects.create(team=cast.other_team, trigger="after_work", hours=3)
    client = client_for(cast.owner)
    for rule_id in (row.pk, row.pk, theirs.pk, uuid4()):
        path = reverse("team_checkin_remove", args=[cast.team.pk, rule_id])
        assert client.post(path).headers["Location"] == page_for(cast)
    assert list(DefaultCheckinRule.objects.all()) == [theirs]


def test_what_cannot_be_is_refused_and_kept(cast: Cast, client_for: ClientFor) -> None:
    sent = {"level": "advise", "checkin_0_trigger": "time_used", "checkin_0_count": "200"}
    page = client_for(cast.owner).post(page_for(cast), sent)
    assert page.status_code == 422
    assert "This can be 1 to 100 percent." in text_of(page)
    assert 'value="200"' in text_of(page)
    assert 'value="advise" selected' in text_of(page)
    assert not DefaultCheckinRule.objects.exists()


def test_many_rules_take_no_more_queries(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    few = queries_of(lambda: client.get(page_for(cast)))
    DefaultCheckinRule.objects.bulk_create(
        DefaultCheckinRule(team=cast.team, level=level, trigger="after_work", hours=hours)
        for level in ("", *LevelKey)
        for hours in range(1, 9)
    )
    assert queries_of(lambda: client.get(page_for(cast))) == few
