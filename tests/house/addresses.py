"""Every address of the house, and what each role gets there: a table for the tests that walk through them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from accounts.unsubscribing import token_for
from tests.accounts.logging_in import with_passkey
from tests.house.conftest import World

PEOPLE = ("anonymous", "outsider", "guest", "onlooker", "assistant", "entrepreneur", "owner")
Answers = tuple[int | str, ...]

LOGIN = "login"  # a redirect to it


@dataclass(frozen=True)
class Address:
    """Expected answers in the order of PEOPLE. `sent` is posted; `args` finds the ids of the address."""

    get: Answers
    post: Answers
    args: Callable[[World], list[Any]] = lambda world: []
    sent: dict[str, str] = field(default_factory=dict)
    query: Callable[[World], str] = lambda world: ""


def everyone(answer: int) -> Answers:
    """Open to strangers too."""
    return (answer,) * 7


def after_login(answer: int) -> Answers:
    """The same for everybody who has an account."""
    return (LOGIN, *(answer,) * 6)


def but_strangers(anonymous: int, others: int) -> Answers:
    return (anonymous, *(others,) * 6)


NOT_ALLOWED = after_login(405)
HANDS_OVER = (LOGIN, 404, 403, 403, 403)  # and then what the entrepreneur and the owner get
IN_OWN_TEAM = (LOGIN, 200, 403, 403, 403, 200, 200)  # Olga has a team of her own
SEES_THE_TASK = (LOGIN, 404, 404, 200, 200, 200, 200)
BETWEEN_THE_TWO = (LOGIN, 404, 404, 403, 200, 200, 200)
OF_SAM = (LOGIN, 404, 403, 403, 200, 200, 200)  # between Sam and who hands over


def pair(world: World) -> list[Any]:
    return [world.cast.team.pk, world.cast.assistant.pk]


OWN_OF_SAM = (LOGIN, 404, 404, 404, 200, 404, 404)


def _passkey_of_sam(world: World) -> list[Any]:
    return [with_passkey(world.cast.assistant).pk]


def _sheet(world: World) -> list[Any]:
    """Sam's timesheet of this month."""
    return [world.cast.team.pk, world.cast.assistant.pk, timezone.localdate().replace(day=1)]


ADDRESSES: dict[str, Address] = {
    "home": Address(get=after_login(302), post=after_login(302)),
    "inbox": Address(get=after_login(200), post=NOT_ALLOWED),
    "inbox_read": Address(get=NOT_ALLOWED, post=after_login(302)),
    "message": Address(
        get=(LOGIN, 404, 404, 404, 302, 404, 404), post=NOT_ALLOWED, args=lambda world: [world.message.pk]
    ),
    "profile": Address(get=after_login(200), post=after_login(200), sent={"name": ""}),
    "profile_address_again": Address(get=NOT_ALLOWED, post=after_login(302)),
    "profile_working_time": Address(get=after_login(200), post=after_login(200), sent={"from_0": "x"}),
    "profile_days_off": Address(get=NOT_ALLOWED, post=after_login(200), sent={"first": ""}),
    "profile_days_off_remove": Address(
        get=NOT_ALLOWED, post=(LOGIN, 404, 404, 404, 302, 404, 404), args=lambda world: [world.days_off.pk]
    ),
    "profile_messages": Address(get=after_login(200), post=after_login(200), sent={"digest_at": "x"}),
    # The signed link is what lets somebody in, as they are; mail programs follow it without a login.
    "unsubscribe": Address(
        get=everyone(200), post=everyone(200), args=lambda world: [token_for(world.cast.assistant.pk, "answer")]
    ),
    "team": Address(
        get=(LOGIN, 404, 200, 200, 200, 200, 200),
        post=NOT_ALLOWED,
        query=lambda world: f"?team={world.cast.team.pk}",
    ),
    "team_new": Address(get=after_login(200), post=after_login(200), sent={"name": ""}),
    "invite": Address(get=NOT_ALLOWED, post=(*HANDS_OVER, 200, 200), args=lambda world: [world.cast.team.pk]),
    "absences": Address(
        get=(*HANDS_OVER, 200, 200),
        post=(*HANDS_OVER, 422, 422),
        args=lambda world: [world.cast.team.pk],
        sent={"first": "x"},
    ),
    "absence_end": Address(get=NOT_ALLOWED, post=(*HANDS_OVER, 302, 302), args=lambda world: [world.absence.pk]),
    "what_happened": Address(get=(*HANDS_OVER, 403, 200), post=NOT_ALLOWED, args=lambda world: [world.cast.team.pk]),
    "what_happened_download": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 403, 200), args=lambda world: [world.cast.team.pk]
    ),
    "team_settings": Address(get=NOT_ALLOWED, post=(*HANDS_OVER, 403, 200), args=lambda world: [world.cast.team.pk]),
    "member_role": Address(get=NOT_ALLOWED, post=(*HANDS_OVER, 403, 302), args=lambda world: [world.membership.pk]),
    "member_ceiling": Address(
        get=(*HANDS_OVER, 403, 200),
        post=(*HANDS_OVER, 403, 422),
        args=lambda world: [world.membership.pk],
        sent={"ceiling": "x"},
    ),
    # Sam may leave by himself, and who hands over may let him go; but work of his is open.
    "member_leaving": Address(
        get=(*HANDS_OVER[:4], 200, 200, 200), post=NOT_ALLOWED, args=lambda world: [world.membership.pk]
    ),
    "member_leaving_work": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER[:4], 422, 302, 302), args=lambda world: [world.membership.pk]
    ),
    **{
        name: Address(get=NOT_ALLOWED, post=(*HANDS_OVER[:4], 409, 409, 409), args=lambda world: [world.membership.pk])
        for name in ("member_leaving_timer", "member_leaving_end")
    },
    "departures": Address(get=(*HANDS_OVER, 200, 200), post=NOT_ALLOWED, args=lambda world: [world.cast.team.pk]),
    "departure_secret_done": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 302, 302), args=lambda world: [world.cast.team.pk, world.to_rotate.pk]
    ),
    "team_owner": Address(
        get=(*HANDS_OVER, 403, 200), post=(*HANDS_OVER, 403, 422), args=lambda world: [world.cast.team.pk]
    ),
    "member_address_again": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 403, 302), args=lambda world: [world.membership.pk]
    ),
    "invitation_withdraw": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 302, 302), args=lambda world: [world.invitation.pk]
    ),
    "invitation": Address(get=everyone(200), post=everyone(200), args=lambda world: [world.invitation.token]),
    "invitation_join": Address(
        get=everyone(405), post=but_strangers(200, 302), args=lambda world: [world.invitation.token]
    ),
    "now": Address(get=after_login(200), post=NOT_ALLOWED),
    "task_list": Address(get=after_login(200), post=NOT_ALLOWED),
    "task_new": Address(get=IN_OWN_TEAM, post=(LOGIN, 422, 403, 403, 403, 422, 422), sent={"do": "draft"}),
    "clarity": Address(get=NOT_ALLOWED, post=IN_OWN_TEAM, sent={"title": "x"}),
    "resource_picker": Address(get=NOT_ALLOWED, post=IN_OWN_TEAM, sent={"resource_search": "x"}),
    "task": Address(get=SEES_THE_TASK, post=NOT_ALLOWED, args=lambda world: [world.task.pk]),
    "task_versions": Address(get=SEES_THE_TASK, post=NOT_ALLOWED, args=lambda world: [world.task.pk]),
    "task_edit": Address(
        get=(LOGIN, 404, 404, 403, 403, 200, 200),
        post=(LOGIN, 404, 404, 403, 403, 422, 422),
        args=lambda world: [world.task.pk],
    ),
    "task_time": Address(get=BETWEEN_THE_TWO, post=NOT_ALLOWED, args=lambda world: [world.task.pk]),
    # Somebody's own, wherever its task has gone; nobody else has a part in it.
    "time_entry": Address(
        get=(LOGIN, 404, 404, 404, 200, 404, 404),
        post=(LOGIN, 404, 404, 404, 422, 404, 404),
        args=lambda world: [world.time_entry.pk],
    ),
    "timer_stop": Address(get=NOT_ALLOWED, post=after_login(302)),
    "timer_still": Address(get=NOT_ALLOWED, post=after_login(302)),
    # The actions have a table of their own below.
    "task_action": Address(get=after_login(404), post=after_login(404), args=lambda world: [world.task.pk, "juggle"]),
    "team_checkins": Address(
        get=(*HANDS_OVER, 200, 200), post=(*HANDS_OVER, 422, 422), args=lambda world: [world.cast.team.pk]
    ),
    "team_checkin_remove": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 302, 302), args=lambda world: [world.cast.team.pk, world.usual_rule.pk]
    ),
    "task_expenses": Address(get=BETWEEN_THE_TWO, post=NOT_ALLOWED, args=lambda world: [world.task.pk]),
    # Only who logged it gives its receipt, and takes it back.
    "expense_receipt": Address(
        get=NOT_ALLOWED,
        post=(LOGIN, 404, 404, 403, 302, 403, 403),
        args=lambda world: [world.task.pk, world.expense.pk],
    ),
    "expense_withdraw": Address(
        get=NOT_ALLOWED,
        post=(LOGIN, 404, 404, 403, 302, 403, 403),
        args=lambda world: [world.task.pk, world.expense.pk],
    ),
    "team_limits": Address(
        get=(*HANDS_OVER, 200, 200), post=(*HANDS_OVER, 422, 422), args=lambda world: [world.cast.team.pk]
    ),
    "team_limits_remove": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 302, 302), args=lambda world: [world.cast.team.pk, world.usual_limits.pk]
    ),
    "resources": Address(get=after_login(200), post=(LOGIN, 422, 403, 403, 403, 422, 422), sent={"kind": "link"}),
    "resource": Address(
        get=(LOGIN, 404, 404, 404, 403, 200, 200),
        post=NOT_ALLOWED,
        args=lambda world: [world.resource_file.resource.pk],
    ),
    "resource_edit": Address(
        get=(LOGIN, 404, 404, 404, 403, 200, 200),
        post=(LOGIN, 404, 404, 404, 403, 422, 422),
        args=lambda world: [world.resource_file.resource.pk],
        sent={"kind": "link"},
    ),
    "resource_remove": Address(
        get=NOT_ALLOWED,
        post=(LOGIN, 404, 404, 404, 403, 302, 302),
        args=lambda world: [world.resource_file.resource.pk],
    ),
    # Lent to Sam, for a task that Sam accepted.
    **{
        name: Address(get=NOT_ALLOWED, post=(LOGIN, 404, 404, 404, 200, 200, 200), args=lambda world: [world.login.pk])
        for name in ("secret_show", "secret_copy", "secret_code")
    },
    # Olga has a tray of her own; a guest may drop something only with a task that they see.
    "wishes": Address(get=after_login(200), post=(LOGIN, 422, 403, 422, 422, 422, 422), sent={"text": ""}),
    "wish_task": Address(
        get=NOT_ALLOWED, post=(LOGIN, 404, 404, 403, 403, 302, 409), args=lambda world: [world.wish.pk]
    ),
    "wish_drop": Address(
        get=(LOGIN, 404, 404, 403, 200, 200, 200),
        post=(LOGIN, 404, 404, 403, 302, 409, 409),
        args=lambda world: [world.wish.pk],
    ),
    "team_money": Address(
        get=(*HANDS_OVER, 403, 200),
        post=(*HANDS_OVER, 403, 422),
        args=lambda world: [world.cast.team.pk],
        sent={"own_rate": "x"},
    ),
    # An assistant has one agreement with a team, and goes there at once. Eva proposed the one to Sam.
    "agreements": Address(
        get=(LOGIN, 404, 302, 302, 302, 200, 200), post=NOT_ALLOWED, args=lambda world: [world.cast.team.pk]
    ),
    "agreement_pair": Address(get=OF_SAM, post=NOT_ALLOWED, args=lambda world: pair(world)),
    "agreement": Address(get=OF_SAM, post=NOT_ALLOWED, args=lambda world: [*pair(world), world.agreement.pk]),
    # While one waits for an answer there is none to propose.
    "agreement_propose": Address(
        get=(*HANDS_OVER[:4], 302, 302, 302), post=(*HANDS_OVER[:4], 422, 422, 422), args=lambda world: pair(world)
    ),
    "agreement_accept": Address(
        get=NOT_ALLOWED,
        post=(*HANDS_OVER[:4], 302, 409, 409),
        args=lambda world: [*pair(world), world.agreement.pk],
    ),
    "agreement_decline": Address(
        get=NOT_ALLOWED,
        post=(*HANDS_OVER[:4], 302, 409, 409),
        args=lambda world: [*pair(world), world.agreement.pk],
        sent={"text": "Too little"},
    ),
    "agreement_withdraw": Address(
        get=NOT_ALLOWED,
        post=(*HANDS_OVER[:4], 409, 302, 409),
        args=lambda world: [*pair(world), world.agreement.pk],
    ),
    "profile_data": Address(get=after_login(200), post=NOT_ALLOWED),
    "profile_export_ask": Address(get=NOT_ALLOWED, post=after_login(302)),
    "profile_export": Address(
        get=(LOGIN, 404, 404, 404, 404, 404, 200), post=NOT_ALLOWED, args=lambda world: [world.export.pk]
    ),
    "profile_delete": Address(get=after_login(200), post=after_login(422), sent={"typed": "no"}),
    "team_delete": Address(
        get=(*HANDS_OVER, 403, 200),
        post=(*HANDS_OVER, 403, 422),
        args=lambda world: [world.cast.team.pk],
        sent={"typed": "no"},
    ),
    "team_delete_call_off": Address(
        get=NOT_ALLOWED, post=(*HANDS_OVER, 403, 409), args=lambda world: [world.cast.team.pk]
    ),
    **{
        name: Address(get=(*HANDS_OVER, 403, 200), post=NOT_ALLOWED, args=lambda world: [world.cast.team.pk])
        for name in ("money_records", "money_records_csv")
    },
    "timesheets": Address(get=after_login(200), post=NOT_ALLOWED),
    **{
        name: Address(get=(LOGIN, 404, 403, 403, 200, 200, 200), post=NOT_ALLOWED, args=_sheet)
        for name in ("timesheet", "timesheet_csv", "timesheet_pdf")
    },
    # Nothing was looked at, so nothing is approved or taken back.
    **{
        name: Address(get=NOT_ALLOWED, post=(LOGIN, 404, 403, 403, 403, 409, 409), args=_sheet)
        for name in ("timesheet_approve", "timesheet_take_back")
    },
    # Whoever holds the link may look, and answer once. Here nothing is chosen, so nothing is answered.
    "answer_link": Address(get=everyone(200), post=everyone(422), args=lambda world: [world.answer_token]),
    "file": Address(get=SEES_THE_TASK, post=NOT_ALLOWED, args=lambda world: [world.file.pk]),
    "account_login": Address(get=but_strangers(200, 302), post=but_strangers(200, 302)),
    "account_logout": Address(get=but_strangers(302, 200), post=everyone(302)),
    "account_inactive": Address(get=everyone(200), post=everyone(405)),
    "account_signup": Address(get=but_strangers(200, 302), post=but_strangers(200, 302)),
    "account_reauthenticate": Address(get=after_login(200), post=after_login(200)),
    "account_email": Address(get=after_login(200), post=after_login(302)),
    # Nobody waits for a code here.
    "account_email_verification_sent": Address(get=everyone(302), post=everyone(302)),
    "account_change_password": Address(get=after_login(200), post=after_login(200)),
    "account_set_password": Address(get=after_login(302), post=after_login(302)),
    "account_reset_password": Address(get=everyone(200), post=everyone(200)),
    "account_reset_password_done": Address(get=everyone(200), post=everyone(405)),
    "account_reset_password_from_key": Address(
        get=everyone(200), post=everyone(200), args=lambda world: ["1", "set-password"]
    ),
    "account_reset_password_from_key_done": Address(get=everyone(200), post=everyone(405)),
    "account_confirm_login_code": Address(get=but_strangers(302, 302), post=but_strangers(302, 302)),
    "profile_login": Address(get=after_login(200), post=NOT_ALLOWED),
    # Devices of somebody else, or none, were "logged out already".
    "session_end": Address(get=NOT_ALLOWED, post=after_login(302), args=lambda world: [1]),
    "sessions_end_others": Address(get=NOT_ALLOWED, post=after_login(302)),
    "team_second_step": Address(get=NOT_ALLOWED, post=(*HANDS_OVER, 403, 302), args=lambda world: [world.cast.team.pk]),
    "mfa_index": Address(get=after_login(200), post=NOT_ALLOWED),
    # Nobody is half-way logging in here.
    "mfa_authenticate": Address(get=everyone(302), post=everyone(302)),
    "mfa_login_webauthn": Address(get=everyone(302), post=everyone(302)),
    # Nobody has a second step here: to the page that asks for the password.
    "mfa_reauthenticate": Address(get=after_login(302), post=after_login(302)),
    "mfa_reauthenticate_webauthn": Address(get=after_login(302), post=after_login(302)),
    "mfa_activate_totp": Address(get=after_login(200), post=after_login(200)),
    "mfa_deactivate_totp": Address(get=after_login(404), post=after_login(404)),
    "mfa_view_recovery_codes": Address(get=after_login(404), post=NOT_ALLOWED),
    "mfa_download_recovery_codes": Address(get=after_login(404), post=after_login(404)),
    "mfa_generate_recovery_codes": Address(get=after_login(200), post=after_login(200)),
    "mfa_list_webauthn": Address(get=after_login(200), post=NOT_ALLOWED),
    "mfa_add_webauthn": Address(get=after_login(200), post=after_login(200)),
    "mfa_edit_webauthn": Address(get=OWN_OF_SAM, post=OWN_OF_SAM, args=_passkey_of_sam),
    "mfa_remove_webauthn": Address(get=OWN_OF_SAM, post=(LOGIN, 404, 404, 404, 302, 404, 404), args=_passkey_of_sam),
    "admin:": Address(get=everyone(302), post=everyone(302)),
    "set_language": Address(get=everyone(302), post=everyone(302)),
    "security_txt": Address(get=everyone(404), post=everyone(405)),  # nobody is named here
    "healthz": Address(get=everyone(200), post=everyone(405)),
    "readyz": Address(get=everyone(200), post=everyone(405)),
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Every name in the URLconf; a namespace counts as one, by its name and a colon."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        elif pattern.namespace:
            yield f"{pattern.namespace}:"
        else:
            yield from names(pattern.url_patterns)


def answers(world: World, method: str, path: str, sent: dict[str, str]) -> dict[str, int | str]:
    """What each person gets there."""
    found: dict[str, int | str] = {}
    for person in PEOPLE:
        client = world.clients[person]
        response = client.get(path) if method == "get" else client.post(path, sent)
        to_login = response.headers.get("Location", "").startswith(f"{reverse('account_login')}?next=/")
        found[person] = LOGIN if to_login else response.status_code
    return found
