"""Inviting someone into a team, and coming in."""

from datetime import datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.letters import Link, letter, words
from accounts.models import INVITATION_LASTS, Invitation, Membership, MessageKind, Team, User, lower_email
from accounts.outbox import Tell, queue_mail, tell

# Above this a team is not inviting people but mailing them.
MOST_OPEN = 100


class InviteError(Exception):
    """Why this address can't be invited, in words for the person who typed it."""


class InvitationClosedError(Exception):
    """The invitation was used, withdrawn or has expired before this press arrived."""


def invite(*, team: Team, by: User, email: str, role: str, now: datetime) -> Invitation:
    """Invite an address and mail it the link. Raises InviteError."""
    email = lower_email(email)
    _check_address(team, by, email, now)
    open_ones = Invitation.objects.filter(team=team, accepted_at__isnull=True, withdrawn_at__isnull=True)
    try:
        with transaction.atomic():
            # An expired one still holds the only open place for this address.
            open_ones.filter(email=email, expires_at__lte=now).update(withdrawn_at=now)
            invitation = Invitation.objects.create(
                team=team, email=email, role=role, invited_by=by, created_at=now, expires_at=now + INVITATION_LASTS
            )
            _send_link(invitation, now)
    except IntegrityError as error:  # someone else invited the same address at the same moment
        raise InviteError(_("This address is already invited.")) from error
    return invitation


def withdraw(*, invitation: Invitation, now: datetime) -> bool:
    """Make the link stop working. False when it was used or withdrawn already."""
    still_open = Invitation.objects.filter(id=invitation.id, accepted_at__isnull=True, withdrawn_at__isnull=True)
    return still_open.update(withdrawn_at=now) == 1


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Take the place in the team. Exactly one press wins; raises InvitationClosedError for any other.

    The caller has made sure that `user` is who was invited.
    """
    still_open = Invitation.objects.filter(
        id=invitation.id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    if still_open.update(accepted_at=now, accepted_by=user) != 1:
        raise InvitationClosedError
    membership, _created = Membership.objects.get_or_create(
        team=invitation.team, user=user, defaults={"role": invitation.role, "created_at": now}
    )
    tell([_joined(invitation, user)], now=now)
    return membership


def join_as_new_user(*, invitation: Invitation, name: str, password: str, language: str, now: datetime) -> User:
    """Make an account for the invited address and take the place; the link came by mail, so the address is verified.

    Raises InvitationClosedError; also when the address has got an account meanwhile.
    """
    user = User(email=invitation.email, name=name, language=language, time_zone=invitation.team.time_zone)
    user.set_password(password)  # slow on purpose, so before the transaction
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            accept(invitation=invitation, user=user, now=now)
    except IntegrityError as error:
        raise InvitationClosedError from error
    return user


def _check_address(team: Team, by: User, email: str, now: datetime) -> None:
    if email == by.email:
        raise InviteError(_("This is your own address. You are already in the team."))
    if Membership.objects.filter(team=team, user__email=email).exists():
        raise InviteError(_("This person is already in the team."))
    open_ones = Invitation.objects.filter(
        team=team, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    if open_ones.filter(email=email).exists():
        raise InviteError(_("This address is already invited."))
    if open_ones.count() >= MOST_OPEN:
        raise InviteError(_("So many invitations are open already. Withdraw some first."))


def _send_link(invitation: Invitation, now: datetime) -> None:
    """Mail the link: in the language of the person if they have an account, else in that of the team."""
    team, by = invitation.team, invitation.invited_by
    person = User.objects.filter(email=invitation.email, is_active=True).first()
    language = person.language if person else team.language
    params = {
        "inviter": str(by),
        "team": team.name,
        "role": invitation.role,
        "when_expires": invitation.expires_at.isoformat(),
    }
    zone = ZoneInfo(person.time_zone if person else team.time_zone)
    subject, paragraphs = words("invitation", params, language=language, zone=zone)
    with override(language):
        footer = _("You get this mail because %(inviter)s typed in your address. Not meant for you? Then do nothing.")
        footer, button = footer % {"inviter": by}, _("See the invitation")
    link = Link(url=settings.BASE_URL + reverse("invitation", args=[invitation.token]), words=button)
    ready = letter(subject=subject, paragraphs=paragraphs, language=language, links=[link], footer=footer)
    queue_mail(
        to_address=invitation.email,
        subject=ready.subject,
        text=ready.text,
        html=ready.html,
        language=language,
        dedup_key=f"invitation:{invitation.id}",
        now=now,
        recipient=person,
    )


def _joined(invitation: Invitation, user: User) -> Tell:
    return Tell(
        to=invitation.invited_by,
        kind=MessageKind.ANSWER,
        template="joined",
        params={"person": str(user), "team": invitation.team.name},
        path=f"{reverse('team')}?team={invitation.team_id}",
        dedup_key=f"joined:{invitation.id}",
    )
