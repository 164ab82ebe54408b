"""The people and what they are told. Import from here."""

from accounts.models.messages import MailState, Message, MessageKind, OutgoingMail, message_id_for
from accounts.models.teams import INVITATION_LASTS, Invitation, InvitationState, Membership, Role, Team
from accounts.models.users import LowerEmailField, User, lower_email

__all__ = [
    "INVITATION_LASTS",
    "Invitation",
    "InvitationState",
    "LowerEmailField",
    "MailState",
    "Membership",
    "Message",
    "MessageKind",
    "OutgoingMail",
    "Role",
    "Team",
    "User",
    "lower_email",
    "message_id_for",
]
