"""Agreements: one side proposes a version, the other one accepts or declines it. Nothing of it is ever edited.

All of it happens with the team's agreements locked (`lock_agreements`), so that two who press at once come one after
the other; the constraints of the table hold whatever else writes to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MessageKind, Role, Team, User
from accounts.outbox import Tell, mark_done, tell
from accounts.templatetags.moments import day
from delegation.agreements import agreements_of, in_force_on, lock_agreements
from delegation.levels import REOPEN_DAYS
from delegation.models import Agreement, AgreementState
from delegation.workflow import LOGGABLE, State
from tasks.entry_rules import is_rush_by
from tasks.file_names import same_name
from tasks.models import StoredFile, Task, TimeEntry, Timer
from tasks.uploads import keep as keep_rows
from tasks.uploads import writing

# So far back and ahead a version may count from: further is a slip of the year.
MOST_DAYS_BACK = 366
MOST_DAYS_AHEAD = 731

NOT_YOURS = _("Only the assistant, and who hands over in this team, can do this.")
NOT_AN_ASSISTANT = _("This person doesn't work for the team as an assistant any more.")
ONE_AT_A_TIME = _("A version is waiting for an answer already. Answer it first, or have it withdrawn.")
OTHER_SIDE = _("It takes two to agree: the other side answers what you proposed.")
NOT_WITHDRAWN_BY_YOU = _("Only who proposed this can withdraw it.")
SAME_DAY = _("Another version counts from this day already. Choose a later day.")
TOO_LONG_AGO = _("That is more than a year ago. Is the year right?")
TOO_FAR_AHEAD = _("That is more than two years away. Is the year right?")
OVER: dict[str, Promise] = {
    AgreementState.AGREED: _("This version has been accepted already."),
    AgreementState.DECLINED: _("This version has been declined already."),
    AgreementState.WITHDRAWN: _("This version has been withdrawn."),
}


class NotAgreed(Exception):
    """It can't be done now; nothing was written. `text` says why, and `field` beside what, if it is about one."""

    def __init__(self, text: str | Promise, field: str = "") -> None:
        super().__init__(str(text))
        self.text = text
        self.field = field


def propose_agreement(
    *,
    team: Team,
    assistant: User,
    by: User,
    fields: Mapping[str, Any],
    uploads: "Iterable[UploadedFile[Any]]" = (),
    keep: Sequence[StoredFile] = (),
    now: datetime,
) -> Agreement:
    """Put a version to the other side. `keep`: attachments of the version before that belong to this one as well.

    Raises NotAgreed: while another version waits, for who is on neither side, or when it can't count from its day; and
    NotStored.
    """
    with writing(uploads, team=team, by=by, now=now) as written, transaction.atomic():
        lock_agreements(team.pk)
        _check_sides(team, assistant, by)
        theirs = Agreement.objects.filter(team=team, assistant=assistant)
        if theirs.filter(state=AgreementState.PROPOSED).exists():
            raise NotAgreed(ONE_AT_A_TIME)
        check_first_day(team, assistant, fields["valid_from"], now=now)
        latest: int = theirs.aggregate(Max("version"))["version__max"] or 0
        agreement = Agreement.objects.create(
            team=team, assistant=assistant, version=latest + 1, proposed_by=by, proposed_at=now, **fields
        )
        keep_rows(written, agreement=agreement)
        # What comes again under the same name is its next version, and takes its place.
        again = [stored for stored in keep if any(same_name(stored.name, row.name) for row in written)]
        _keep([stored for stored in keep if stored not in again], agreement)
        tell([_proposed(agreement, to) for to in _other_side(agreement)], now=now)
    return agreement


def accept_agreement(*, agreement_id: UUID, by: User, now: datetime) -> Agreement:
    """Say yes to what the other side proposed: from its first day on it counts, also if that has passed.

    Raises NotAgreed.
    """
    with transaction.atomic():
        agreement = _waiting(agreement_id)
        _check_sides(agreement.team, agreement.assistant, by)
        _check_other_side(agreement, by)
        check_first_day(agreement.team, agreement.assistant, agreement.valid_from, now=now)
        _answer(agreement, AgreementState.AGREED, by=by, now=now)
        _say_what_is_rush(agreement, now=now)
        tell([_accepted(agreement)], now=now)
    return agreement


def decline_agreement(*, agreement_id: UUID, by: User, text: str = "", now: datetime) -> Agreement:
    """Say no to what the other side proposed, and in words why. What counted goes on. Raises NotAgreed."""
    with transaction.atomic():
        agreement = _waiting(agreement_id)
        _check_other_side(agreement, by)
        _answer(agreement, AgreementState.DECLINED, by=by, text=text, now=now)
        tell([_declined(agreement)], now=now)
    return agreement


def withdraw_agreement(*, agreement_id: UUID, by: User, now: datetime) -> Agreement:
    """Take back what one proposed, or what a colleague did who hands over in one's own team. Raises NotAgreed."""
    with transaction.atomic():
        agreement = _waiting(agreement_id)
        if not may_withdraw(agreement, by, hands_over=_hands_over(agreement.team_id, by)):
            raise NotAgreed(NOT_WITHDRAWN_BY_YOU)
        _answer(agreement, AgreementState.WITHDRAWN, by=by, now=now)
    return agreement


def withdraw_for_leaving(agreement: Agreement, *, by: User, now: datetime) -> None:
    """Take back what waits for an answer, as the assistant leaves. With the team's agreements locked by the caller."""
    _answer(agreement, AgreementState.WITHDRAWN, by=by, now=now)


def check_first_day(team: Team, assistant: User, first: date, *, now: datetime) -> None:
    """Whether a version can count from this day on. Raises NotAgreed, about the field `valid_from`.

    What has been approved on a timesheet keeps its price, so nothing counts from a day up to the last of it.
    """
    today = now.astimezone(team.zone).date()
    if first < today - timedelta(days=MOST_DAYS_BACK):
        raise NotAgreed(TOO_LONG_AGO, "valid_from")
    if first > today + timedelta(days=MOST_DAYS_AHEAD):
        raise NotAgreed(TOO_FAR_AHEAD, "valid_from")
    if Agreement.objects.filter(team=team, assistant=assistant, state=AgreementState.AGREED, valid_from=first).exists():
        raise NotAgreed(SAME_DAY, "valid_from")
    approved = TimeEntry.objects.filter(user=assistant, task__team=team, approved_at__isnull=False, day__gte=first)
    last: date | None = approved.aggregate(Max("day"))["day__max"]
    if last:
        text = gettext("Time up to %(last)s has been approved already. It can count from %(first)s at the earliest.")
        raise NotAgreed(text % {"last": day(last), "first": day(last + timedelta(days=1))}, "valid_from")


def may_answer(agreement: Agreement, user: User, *, hands_over: bool) -> bool:
    """Whether this person is on the other side than who proposed it. `hands_over`: in the agreement's team."""
    if agreement.proposed_by_id == agreement.assistant_id:
        return hands_over and user.pk != agreement.assistant_id
    return user.pk == agreement.assistant_id


def may_withdraw(agreement: Agreement, user: User, *, hands_over: bool) -> bool:
    """Who proposed it; what the team's side proposed also a colleague, who may outlast them there."""
    if user.pk == agreement.proposed_by_id:
        return True
    by_team = agreement.proposed_by_id != agreement.assistant_id
    return by_team and hands_over and user.pk != agreement.assistant_id


def _check_sides(team: Team, assistant: User, by: User) -> None:
    """By the memberships as they are now. Raises NotAgreed."""
    if not Membership.objects.filter(team=team, user=assistant, role__in=Role.assistants()).exists():
        raise NotAgreed(NOT_AN_ASSISTANT)
    if by.pk != assistant.pk and not _hands_over(team.pk, by):
        raise NotAgreed(NOT_YOURS)


def _check_other_side(agreement: Agreement, by: User) -> None:
    hands_over = _hands_over(agreement.team_id, by)
    if not hands_over and by.pk != agreement.assistant_id:
        raise NotAgreed(NOT_YOURS)
    if not may_answer(agreement, by, hands_over=hands_over):
        raise NotAgreed(OTHER_SIDE)


def _hands_over(team_id: UUID, user: User) -> bool:
    return Membership.objects.filter(team=team_id, user=user, role__in=Role.entrepreneurs()).exists()


def _waiting(agreement_id: UUID) -> Agreement:
    """The version, with its pair locked, while it waits for an answer. Raises NotAgreed."""
    lock_agreements(Agreement.objects.values_list("team_id", flat=True).get(pk=agreement_id))
    agreement = Agreement.objects.select_related("team", "assistant", "proposed_by").get(pk=agreement_id)
    if agreement.state != AgreementState.PROPOSED:
        raise NotAgreed(OVER[agreement.state])
    return agreement


def _answer(agreement: Agreement, state: AgreementState, *, by: User, text: str = "", now: datetime) -> None:
    agreement.state, agreement.answered_by, agreement.answered_at, agreement.answer_text = state, by, now, text
    waiting = Agreement.objects.filter(pk=agreement.pk, state=AgreementState.PROPOSED)
    if waiting.update(state=state, answered_by=by, answered_at=now, answer_text=text) != 1:
        raise NotAgreed(OVER[AgreementState.WITHDRAWN])  # can't be: the team is locked
    mark_done(thread=_thread(agreement), user=None, now=now)


def _say_what_is_rush(agreement: Agreement, *, now: datetime) -> None:
    """Time that was logged before the agreement on its days was accepted is a rush, or not, as it says.

    The tasks are held, in the order of their ids: also those without such time, on which some is just being logged.
    """
    days = Q(day__gte=agreement.valid_from, approved_at__isnull=True)
    theirs = TimeEntry.objects.filter(days, user=agreement.assistant_id, task__team=agreement.team_id)
    timers = Timer.objects.filter(user=agreement.assistant_id, task__team=agreement.team_id)
    long_done = Q(state=State.DONE, done_at__lte=now - timedelta(days=REOPEN_DAYS))
    loggable = Q(assistant=agreement.assistant_id, state__in=LOGGABLE) & ~long_done
    may_log = loggable | Q(pk__in=theirs.values("task")) | Q(pk__in=timers.values("task"))
    tasks = Task.objects.select_for_update(of=("self",), no_key=True).filter(may_log, team=agreement.team_id)
    held = {task.pk: task for task in tasks.only("deadline_at", "handed_over_at").order_by("pk")}
    agreed = agreements_of(agreement.team_id, agreement.assistant_id)
    moved: dict[bool, list[UUID]] = {True: [], False: []}
    for entry in theirs.filter(task__in=held).only("day", "task_id", "is_rush"):
        rush = is_rush_by(in_force_on(agreed, entry.day), held[entry.task_id])
        if rush != entry.is_rush:
            moved[rush].append(entry.pk)
    for rush, entries in moved.items():
        TimeEntry.objects.filter(pk__in=entries).update(is_rush=rush)


def _keep(files: Sequence[StoredFile], agreement: Agreement) -> None:
    """The same files, as rows of this version: each version has what belonged to it."""
    for kept in files:
        StoredFile.objects.create(
            team_id=agreement.team_id,
            agreement=agreement,
            file=kept.file.name,
            name=kept.name,
            size=kept.size,
            media_type=kept.media_type,
            version=kept.version,
            uploaded_by_id=kept.uploaded_by_id,
            created_at=kept.created_at,
        )


# --- what is told -------------------------------------------------------------------------------------------------


def _other_side(agreement: Agreement) -> list[User]:
    if agreement.proposed_by_id != agreement.assistant_id:
        return [agreement.assistant]
    members = Membership.objects.filter(team=agreement.team_id, role__in=Role.entrepreneurs())
    return [member.user for member in members.select_related("user").order_by("created_at", "id")]


def _thread(agreement: Agreement) -> str:
    return f"agreement:{agreement.pk}"


def _path(agreement: Agreement) -> str:
    return reverse("agreement_pair", args=[agreement.team_id, agreement.assistant_id])


def _proposed(agreement: Agreement, to: User) -> Tell:
    return Tell(
        to=to,
        kind=MessageKind.YOUR_TURN,
        template="agreement_proposed",
        params={
            "team": agreement.team.name,
            "actor": agreement.proposed_by.short_name,
            "is_change": agreement.version > 1,
            "when_from": agreement.valid_from.isoformat(),
        },
        path=_path(agreement),
        thread=_thread(agreement),
        must_do=True,
        dedup_key=f"agreement:{agreement.pk}:proposed:{to.pk}",
    )


def _accepted(agreement: Agreement) -> Tell:
    return Tell(
        to=agreement.proposed_by,
        kind=MessageKind.ANSWER,
        template="agreement_accepted",
        params={
            "team": agreement.team.name,
            "actor": agreement.answered_by.short_name if agreement.answered_by else "",
            "when_from": agreement.valid_from.isoformat(),
        },
        path=_path(agreement),
        thread=_thread(agreement),
        dedup_key=f"agreement:{agreement.pk}:answered",
    )


def _declined(agreement: Agreement) -> Tell:
    return Tell(
        to=agreement.proposed_by,
        kind=MessageKind.ANSWER,
        template="agreement_declined",
        params={
            "team": agreement.team.name,
            "actor": agreement.answered_by.short_name if agreement.answered_by else "",
            "text": agreement.answer_text,
        },
        path=_path(agreement),
        thread=_thread(agreement),
        dedup_key=f"agreement:{agreement.pk}:answered",
    )
