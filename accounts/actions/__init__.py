"""What people do here, one function a verb. Views, admin and the demo call these."""

from accounts.actions.absences import AbsenceError, arrange_absence, drop_absences, end_absence
from accounts.actions.invitations import (
    InvitationClosedError,
    InviteError,
    accept,
    invite,
    join_as_new_user,
    send_again,
    withdraw,
)
from accounts.actions.people import mark_all_read, mark_read, replace_address, save_profile, sign_up, try_again
from accounts.actions.reaching import (
    add_days_off,
    remove_days_off,
    save_message_choices,
    save_working_time,
    try_address_again,
    unsubscribe,
)
from accounts.actions.second_factor import OwnFactorFirst, ask_second_factor, stop_asking_second_factor
from accounts.actions.teams import change_role, save_team, start_team

__all__ = [
    "AbsenceError",
    "InvitationClosedError",
    "InviteError",
    "OwnFactorFirst",
    "accept",
    "add_days_off",
    "arrange_absence",
    "ask_second_factor",
    "change_role",
    "drop_absences",
    "end_absence",
    "invite",
    "join_as_new_user",
    "mark_all_read",
    "mark_read",
    "remove_days_off",
    "replace_address",
    "save_message_choices",
    "save_profile",
    "save_team",
    "save_working_time",
    "send_again",
    "sign_up",
    "start_team",
    "stop_asking_second_factor",
    "try_address_again",
    "try_again",
    "unsubscribe",
    "withdraw",
]
