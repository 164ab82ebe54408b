"""What people do here, one function a verb. Views, admin and the demo call these."""

from accounts.actions.invitations import InvitationClosedError, InviteError, accept, invite, join_as_new_user, withdraw
from accounts.actions.people import mark_all_read, mark_read, replace_address, save_profile, sign_up, try_again
from accounts.actions.teams import change_role, save_team, start_team

__all__ = [
    "InvitationClosedError",
    "InviteError",
    "accept",
    "change_role",
    "invite",
    "join_as_new_user",
    "mark_all_read",
    "mark_read",
    "replace_address",
    "save_profile",
    "save_team",
    "sign_up",
    "start_team",
    "try_again",
    "withdraw",
]
