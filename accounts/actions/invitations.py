"""Inviting someone into a team, and coming in."""

from datetime import datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions.members import tell_of_entrepreneur
from accounts.audit import Happened, note
from accounts.letters import Link, letter, words
from accounts.models import INVITATION_LASTS, Invitation, Membership, MessageKind, Team, User, lower_email
from accounts.outbox import Tell, queue_mail, tell
from accounts.second_factor import recount

# Above this a team is not inviting people but mailing them.
MOST_OPEN = 100


class InviteError(Exception):
    """Why this address can't be invited, in words for the person who typed it."""


class InvitationClosedError(Exception):
    """The invitation was used, withdrawn or has expired before this press arrived."""


def invite(*, team: Team, by: User, email: str, role: str, now: datetime, ip: str | None = None) -> Invitation:
    """Invite an address and mail it the link. Raises InviteError."""
    email = lower_email(email)
    _check_address(team, by, email, now)
    open_ones = Invitation.objects.filter(team=team, accepted_at__isnull=True, withdrawn_at__isnull=True)
    try:
        with transaction.atomic():
            if not _inviter_hands_over(team, by):
                raise InviteError(_("You don't hand over in this team any more, so you can't invite for it."))
            # An expired one still holds the only open place for this address.
            open_ones.filter(email=email, expires_at__lte=now).update(withdrawn_at=now)
            invitation = Invitation.objects.create(
                team=team, email=email, role=role, invited_by=by, created_at=now, expires_at=now + INVITATION_LASTS
            )
            _send_link(invitation, now)
            note(Happened.INVITED, now=now, actor=by, team=team, ip=ip, address=email, role=str(role))
    except IntegrityError as error:  # someone else invited the same address at the same moment
        raise InviteError(_("This address is already invited.")) from error
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime, ip: str | None = None) -> bool:
    """Make the link stop working. False when it was used or withdrawn already."""
    still_open = Invitation.objects.filter(id=invitation.id, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if still_open.update(withdrawn_at=now) != 1:
        return False
    team, address = invitation.team, invitation.email
    note(Happened.INVITATION_WITHDRAWN, now=now, actor=by, team=team, ip=ip, address=address)
    return True


@transaction.atomic
def send_again(*, invitation: Invitation, now: datetime) -> bool:
    """Mail the link once more, to work as long as a new one. False when it was used or withdrawn already."""
    still_open = Invitation.objects.filter(id=invitation.id, accepted_at__isnull=True, withdrawn_at__isnull=True)
    invitation.expires_at = now + INVITATION_LASTS
    if still_open.update(expires_at=invitation.expires_at) != 1:
        return False
    _send_link(invitation, now, key=f"invitation:{invitation.id}:{now.isoformat()}")
    return True


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime, ip: str | None = None) -> Membership:
    """Take the place in the team. Exactly one press wins; raises InvitationClosedError for any other.

    The caller has made sure that `user` is who was invited. By the word of who hands over no more nobody comes in.
    """
    if not _inviter_hands_over(invitation.team, invitation.invited_by):
        raise InvitationClosedError
    still_open = Invitation.objects.filter(
        id=invitation.id, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    if still_open.update(accepted_at=now, accepted_by=user) != 1:
        raise InvitationClosedError
    membership, created = Membership.objects.get_or_create(
        team=invitation.team, user=user, defaults={"role": invitation.role, "created_at": now}
    )
    if created:
        note(Happened.JOINED, now=now, actor=user, team=invitation.team, ip=ip, role=invitation.role)
        tell_of_entrepreneur(membership=membership, by=invitation.invited_by, now=now)
    recount([user])
    tell([_joined(invitation, user)], now=now)
    return membership


def join_as_new_user(
    *, invitation: Invitation, name: str, password: str, language: str, now: datetime, ip: str | None = None
) -> User:
    """Make an account for the invited address and take the place; the link came by mail, so the address is verified.

    Raises InvitationClosedError; also when the address has got an account meanwhile.
    """
    user = User(email=invitation.email, name=name, language=language, time_zone=invitation.team.time_zone)
    user.set_password(password)  # slow on purpose, so before the transaction
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            accept(invitation=invitation, user=user, now=now, ip=ip)
    except IntegrityError as error:
        raise InvitationClosedError from error
    return user


def _inviter_hands_over(team: Team, by: User) -> bool:
    """Whether they do, until the transaction ends: their place is held.

    Ending it or giving it another role locks the same row first, and then withdraws what they sent; so of inviting or
    coming in and that at the same moment the second sees what the first did.
    """
    place = Membership.objects.select_for_update(of=("self",), no_key=True).filter(team=team, user=by).first()
    return place is not None and place.hands_over


def _check_address(team: Team, by: User, email: str, now: datetime) -> None:
    if team.delete_at is not None:
        raise InviteError(_("The team is going to be deleted, so nobody new comes in. The owner can call that off."))
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


def _send_link(invitation: Invitation, now: datetime, key: str = "") -> None:
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
        dedup_key=key or f"invitation:{invitation.id}",
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
