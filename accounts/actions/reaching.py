"""What a person says about how and when they are reached, and what it does to messages that wait to go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db import transaction

from accounts import refusals
from accounts.models import USUALLY, Channel, DaysOff, How, Message, MessageKind, MessagePreference, User
from accounts.timing import readers
from accounts.unsubscribing import Unsubscription

Hours = tuple[time, time] | None


@transaction.atomic
def save_working_time(*, user: User, hours: Sequence[Hours], country: str, now: datetime) -> None:
    """When somebody works (Monday first, None for a day off), and whose public holidays they have."""
    user.working_hours = [[f"{span[0]:%H:%M}", f"{span[1]:%H:%M}"] if span else None for span in hours]
    user.country = country
    user.save(update_fields=["working_hours", "country"])
    replan(user=user, now=now)


@transaction.atomic
def add_days_off(*, user: User, first: date, last: date, now: datetime) -> None:
    """Days on which the person is left alone. The same days twice are one."""
    DaysOff.objects.get_or_create(user=user, first=first, last=last)
    replan(user=user, now=now)


@transaction.atomic
def remove_days_off(*, days_off: DaysOff, now: datetime) -> None:
    """They are there after all."""
    days_off.delete()
    replan(user=days_off.user, now=now)


@transaction.atomic
def save_message_choices(
    *,
    user: User,
    how: Mapping[str, How],
    digest_at: time,
    quiet_from: time | None,
    quiet_until: time | None,
    urgent_passes: bool,
    now: datetime,
) -> None:
    """Which messages reach the person by mail, how and when."""
    user.digest_at, user.urgent_passes = digest_at, urgent_passes
    user.quiet_from, user.quiet_until = quiet_from, quiet_until
    user.save(update_fields=["digest_at", "urgent_passes", "quiet_from", "quiet_until"])
    _prefer(user, how)
    replan(user=user, now=now)


@transaction.atomic
def unsubscribe(*, unsubscription: Unsubscription, now: datetime) -> None:
    """Stop this kind of mail; for the summary, all kinds that come in it. In the app nothing changes."""
    person = unsubscription.person
    kinds = [unsubscription.kind.value]
    if unsubscription.kind == MessageKind.DIGEST:
        reader = readers([person])[person.pk]
        kinds = [kind for kind in USUALLY if reader.how(kind) == How.DIGEST]
    _prefer(person, dict.fromkeys(kinds, How.NEVER))
    replan(user=person, now=now)


def try_address_again(*, user: User) -> bool:
    """Somebody says that the address is fine. False when it had refused nothing."""
    return refusals.forgive(User.objects.filter(pk=user.pk)) == 1


def replan(*, user: User, now: datetime) -> None:
    """Work out anew when the messages that wait go out. What was not to go out by mail stays so."""
    waiting = Message.objects.filter(recipient=user, mail_at__isnull=False, read_at__isnull=True)
    reader = readers([user])[user.pk]
    for kind, urgent in set(waiting.order_by().values_list("kind", "urgent")):
        same = waiting.filter(kind=kind, urgent=urgent)
        alone, in_thread = same.filter(thread=""), same.exclude(thread="")
        alone.update(mail_at=reader.mail_at(kind, urgent=urgent, in_thread=False, now=now))
        in_thread.update(mail_at=reader.mail_at(kind, urgent=urgent, in_thread=True, now=now))


def _prefer(user: User, how: Mapping[str, How]) -> None:
    MessagePreference.objects.bulk_create(
        [MessagePreference(user=user, kind=kind, channel=Channel.MAIL, how=way) for kind, way in how.items()],
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["how"],
    )
