"""The people and what they are told. Import from here."""

from accounts.models.messages import MailState, Message, MessageKind, OutgoingMail, message_id_for
from accounts.models.preferences import KIND_NAMES, USUALLY, Channel, DaysOff, How, MessagePreference
from accounts.models.teams import INVITATION_LASTS, Invitation, InvitationState, Membership, Role, Team
from accounts.models.trust import Absence, AuditEntry, Departure, Erasure, erasing
from accounts.models.users import MOST_REFUSALS, LowerEmailField, User, lower_email

__all__ = [
    "INVITATION_LASTS",
    "KIND_NAMES",
    "MOST_REFUSALS",
    "USUALLY",
    "Absence",
    "AuditEntry",
    "Channel",
    "DaysOff",
    "Departure",
    "Erasure",
    "How",
    "Invitation",
    "InvitationState",
    "LowerEmailField",
    "MailState",
    "Membership",
    "Message",
    "MessageKind",
    "MessagePreference",
    "OutgoingMail",
    "Role",
    "Team",
    "User",
    "erasing",
    "lower_email",
    "message_id_for",
]
