"""The profile's page "Messages": what comes by mail, how, and when."""

from collections.abc import Callable
from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import How, Message, MessageKind, MessagePreference, User
from accounts.outbox import Tell, tell
from accounts.timing import readers
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast

PAGE = reverse("profile_messages")
GOOD = {
    "how_your_turn": "now",
    "how_checkin": "digest",
    "how_answer": "never",
    "how_mention": "now",
    "how_limit": "now",
    "digest_at": "18:15",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "urgent_passes": "on",
}


def test_the_choices_are_saved_and_shown(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    assert client.post(PAGE, GOOD).status_code == 302
    person = User.objects.get(pk=cast.owner.pk)
    assert (person.digest_at, person.quiet_from, person.quiet_until) == (time(18, 15), time(22), time(7))
    assert person.urgent_passes
    reader = readers([person])[person.pk]
    assert [reader.how(kind) for kind in ("your_turn", "checkin", "answer")] == [How.NOW, How.DIGEST, How.NEVER]
    page = client.get(PAGE).content.decode()
    assert 'value="18:15"' in page
    assert page.count(" selected>") == 5
    assert '<option value="never" selected>' in page


def test_saving_again_changes_what_is_there(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    client.post(PAGE, GOOD)
    client.post(PAGE, {**GOOD, "how_answer": "now", "quiet_from": "", "quiet_until": "", "urgent_passes": ""})
    assert MessagePreference.objects.filter(user=cast.owner).count() == 5
    person = User.objects.get(pk=cast.owner.pk)
    assert readers([person])[person.pk].how("answer") == How.NOW
    assert (person.quiet_from, person.urgent_passes) == (None, False)


def test_account_mail_is_no_choice(cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.owner).post(PAGE, {**GOOD, "how_account": "never"})
    assert not MessagePreference.objects.filter(kind=MessageKind.ACCOUNT).exists()
    assert "always comes" in client_for(cast.owner).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quiet_until": ""}, "Fill in the other time too"),
        ({"quiet_until": "22:00"}, "These two times are the same."),
        ({"quiet_from": "late"}, "This is no time."),
        ({"digest_at": ""}, "This field is required."),
        ({"how_answer": "sometimes"}, "Select a valid choice"),
        ({"how_answer": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, client_for: ClientFor, wrong: dict[str, str], said: str
) -> None:
    page = client_for(cast.owner).post(PAGE, {**GOOD, "how_mention": "digest", **wrong}).content.decode()
    assert said in page
    assert '<option value="digest" selected>' in page
    assert not MessagePreference.objects.exists()
    assert User.objects.get(pk=cast.owner.pk).quiet_from is None


def test_what_waits_follows_the_new_choices(cast: Cast, client_for: ClientFor, telling: Callable[..., Tell]) -> None:
    now = timezone.now()
    kinds = (MessageKind.YOUR_TURN, MessageKind.CHECKIN, MessageKind.ANSWER)
    tell([telling(kind=kind, dedup_key=kind, thread="x") for kind in kinds], now=now)
    client_for(cast.owner).post(PAGE, {**GOOD, "quiet_from": "", "quiet_until": ""})
    your_turn, checkin, answer = (Message.objects.get(kind=kind).mail_at for kind in kinds)
    assert answer is None
    assert checkin
    assert checkin.astimezone(cast.owner.zone).time() == time(18, 15)
    assert your_turn
    assert your_turn > now
