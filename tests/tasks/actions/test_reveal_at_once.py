"""Asking for a secret at the moment at which the right to it ends: written down in time, or not given."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from accounts.models import Membership
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.resources import change_resource
from tasks.actions.secrets import Revealed, reveal
from tasks.departures import secrets_seen
from tasks.models import Reveal, RevealWay, SecretPart, Task
from tasks.secrets import NotGiven
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.secrets import PASSWORD, login_of
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

End = Callable[[Cast, Task, datetime], object]


def stop(cast: Cast, task: Task, now: datetime) -> object:
    return handing_over.stop(task_id=task.pk, by=cast.owner, now=now, text="No longer needed.")


def reassign(cast: Cast, task: Task, now: datetime) -> object:
    return handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)


def let_go(cast: Cast, task: Task, now: datetime) -> object:
    return Membership.objects.filter(user=cast.assistant).delete()


@pytest.mark.parametrize("end", [stop, reassign, let_go])
def test_at_the_very_end_it_is_written_down_or_not_given(end: End, cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now, resources=[shop])
    ask = partial(reveal, resource=shop, part=SecretPart.PASSWORD, way=RevealWay.SHOWN, by=cast.assistant, now=now)
    given, ended = at_once(ask, lambda: end(cast, task, now))
    assert not isinstance(ended, Exception)
    assert isinstance(given, Revealed | NotGiven)
    assert Reveal.objects.count() == isinstance(given, Revealed)
    with pytest.raises(NotGiven):
        ask()


def test_who_asks_while_it_is_changed_has_seen_the_one_that_they_got(cast: Cast, now: datetime) -> None:
    shop = login_of(cast, now)

    def change() -> object:
        return change_resource(
            resource=shop, by=cast.owner, now=now, kind="login", name="Shop", content="", stored_file=None,
            secrets={"password": "another"},
        )  # fmt: skip

    ask = partial(reveal, resource=shop, part=SecretPart.PASSWORD, way=RevealWay.COPIED, by=cast.entrepreneur, now=now)
    given, changed = at_once(ask, change)
    assert isinstance(given, Revealed), given
    assert not isinstance(changed, Exception)
    assert given.text in {PASSWORD, "another"}
    if given.text == "another":
        assert [seen.resource_id for seen in secrets_seen(cast.entrepreneur, cast.team)] == [shop.pk]
