"""Rows for tests. People and teams first; what tasks need comes after them."""

from datetime import timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import INVITATION_LASTS, Invitation, Membership, Message, MessageKind, Role, Team, User

PASSWORD = "a-password-for-tests"  # of every user made here


class UserFactory(DjangoModelFactory[User]):
    """Someone who reads English, in Amsterdam."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class TeamFactory(DjangoModelFactory[Team]):
    """A team in English, with nobody in it."""

    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
    language = "en"


class MembershipFactory(DjangoModelFactory[Membership]):
    """An assistant in a team."""

    class Meta:
        model = Membership

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.ASSISTANT


class InvitationFactory(DjangoModelFactory[Invitation]):
    """An open invitation of an assistant."""

    class Meta:
        model = Invitation

    team = factory.SubFactory(TeamFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.com")
    role = Role.ASSISTANT
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + INVITATION_LASTS)

    class Params:
        expired = factory.Trait(expires_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)))


class MessageFactory(DjangoModelFactory[Message]):
    """An unread message that is good to know."""

    class Meta:
        model = Message

    recipient = factory.SubFactory(UserFactory)
    kind = MessageKind.ANSWER
    template = "joined"
    params = factory.LazyFunction(lambda: {"person": "Sam", "team": "Eva's Events"})
    path = "/team/"
    dedup_key = factory.Sequence(lambda n: f"message:{n}")
