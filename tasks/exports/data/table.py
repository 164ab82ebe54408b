"""What exports hold, model by model: each stands in PARTS, or in LEFT_OUT with the reason (a test walks all models)."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.audit_words import sentence_of as audit_sentence
from accounts.letters import ANSWER_PATH, message_text
from accounts.models import (
    Absence,
    AuditEntry,
    DaysOff,
    Departure,
    Invitation,
    Membership,
    Message,
    MessagePreference,
    OutgoingMail,
    Team,
    User,
)
from delegation.models import Agreement, TeamMoney
from delegation.workflow import State
from tasks.exports.data.parts import Part, Scope
from tasks.models import (
    BriefVersion,
    Checkin,
    CheckinRule,
    DataExport,
    DefaultCheckinRule,
    EntryCorrection,
    Event,
    Expense,
    Milestone,
    MoneyRecord,
    Resource,
    Reveal,
    SecretToRotate,
    StoredFile,
    Task,
    TimeEntry,
    Timer,
    ToleranceUse,
    Turn,
    UsualLimits,
    Wish,
)
from tasks.timeline import sentence_of


def _user(scope: Scope) -> Q:
    return Q(user=scope.person)


def _known_in_team(scope: Scope) -> Q:
    """Everybody who has, or had, a place in the team, or did something for it."""
    team = scope.team
    return (
        Q(pk__in=Membership.objects.filter(team=team).values("user"))
        | Q(pk__in=Departure.objects.filter(team=team).values("person"))
        | Q(pk__in=Task.objects.filter(team=team).values("entrepreneur"))
        | Q(pk__in=Task.objects.filter(team=team, assistant__isnull=False).values("assistant"))
        | Q(pk__in=TimeEntry.objects.filter(task__team=team).values("user"))
        | Q(pk__in=Expense.objects.filter(task__team=team).values("by"))
        | Q(pk__in=Event.objects.filter(task__team=team, actor__isnull=False).values("actor"))
    )


def _own_tasks(scope: Scope) -> Q:
    """What they wrote, and what was handed to them, in the teams that they are in."""
    handed_over = Q(assistant=scope.person) & ~Q(state=State.DRAFT)
    return (Q(entrepreneur=scope.person) | handed_over) & Q(team__in=scope.teams)


def _of_own_tasks(scope: Scope) -> Q:
    return Q(task__in=Task.objects.filter(_own_tasks(scope)).values("pk"))


def _own_turns(scope: Scope) -> Q:
    sides = Q(by=scope.person) | Q(waits_on=scope.person) | Q(answered_by=scope.person)
    return sides & Q(task__team__in=scope.teams)


def _own_address(entry: Any, scope: Scope) -> str:
    """Of whose device the address is, only their own is theirs."""
    return entry.ip or "" if entry.actor_id == scope.person.pk else ""


def _without_keys(message: Any, _scope: Scope) -> Any:
    return {name: value for name, value in message.params.items() if name != ANSWER_PATH}


PARTS: list[Part] = [
    Part(
        model=Team,
        name="teams",
        about=_("The team: its name, language, currency and time zone."),
        team="pk",
        person=lambda scope: Q(pk__in=scope.teams),
    ),
    Part(
        model=User,
        name="people",
        about=_("People. In the export of a team only their names; their ids return in the other files."),
        team=_known_in_team,
        only_in_team=("id",),
        person=lambda scope: Q(pk=scope.person.pk),
        without=("password",),
        columns={"name": lambda user, _scope: str(user)},
    ),
    Part(
        model=Membership,
        name="members",
        about=_("Who is in the team, since when, and as what."),
        team="team",
        person=_user,
        columns={
            "name": lambda member, _scope: str(member.user),
            "email": lambda member, _scope: member.user.email,
            "team": lambda member, _scope: member.team.name,
        },
        related=("user", "team"),
    ),
    Part(
        model=Invitation,
        name="invitations",
        about=_("Invitations into the team."),
        team="team",
        person=lambda scope: Q(accepted_by=scope.person) | Q(email=scope.person.email),
    ),
    Part(
        model=Departure,
        name="departures",
        about=_("Who left the team, and when."),
        team="team",
        person=lambda scope: Q(person=scope.person),
    ),
    Part(
        model=Absence,
        name="absences",
        about=_("Who was away from when to when, and who answered for them."),
        team="team",
        person=lambda scope: Q(person=scope.person),
    ),
    Part(
        model=Task,
        name="tasks",
        about=_("The tasks, each with its brief as it stands."),
        team="team",
        person=_own_tasks,
    ),
    Part(
        model=BriefVersion,
        name="brief_versions",
        about=_("Every version of a brief, as it was agreed at that moment."),
        team="task__team",
        person=_of_own_tasks,
    ),
    Part(
        model=Turn,
        name="turns",
        about=_("What one person put to another (offers, questions, proposals, flags, deliveries), and the answers."),
        team="task__team",
        person=_own_turns,
    ),
    Part(
        model=Event,
        name="timeline",
        about=_("What happened to the tasks, who did it and when, with the sentence that the timeline shows."),
        team="task__team",
        person=lambda scope: Q(actor=scope.person, task__team__in=scope.teams),
        columns={"sentence": lambda event, _scope: sentence_of(event)},
        related=("actor",),
    ),
    Part(
        model=CheckinRule,
        name="checkin_rules",
        about=_("When was asked how it goes."),
        team="task__team",
        person=_of_own_tasks,
    ),
    Part(
        model=Checkin,
        name="checkins",
        about=_("Check-ins and their answers."),
        team="task__team",
        person=lambda scope: Q(assistant=scope.person, task__team__in=scope.teams),
    ),
    Part(
        model=Milestone,
        name="milestones",
        about=_("The milestones of larger tasks."),
        team="task__team",
        person=_of_own_tasks,
    ),
    Part(
        model=TimeEntry,
        name="time",
        about=_("Hours that were worked, in minutes."),
        team="task__team",
        person=_user,
    ),
    Part(
        model=EntryCorrection,
        name="time_corrections",
        about=_("What an entry of time said before it was corrected, and why."),
        team="entry__task__team",
        person=lambda scope: Q(entry__user=scope.person),
    ),
    Part(
        model=Timer,
        name="timers",
        about=_("Timers that were running."),
        team="task__team",
        person=_user,
    ),
    Part(
        model=Expense,
        name="expenses",
        about=_("Money that was spent."),
        team="task__team",
        person=lambda scope: Q(by=scope.person),
    ),
    Part(
        model=ToleranceUse,
        name="tolerance_uses",
        about=_("Small overruns that were approved at once."),
        team="task__team",
    ),
    Part(
        model=Agreement,
        name="agreements",
        about=_("What was agreed, all versions."),
        team="team",
        person=lambda scope: Q(assistant=scope.person),
    ),
    Part(
        model=TeamMoney,
        name="team_money",
        about=_("What an hour of the entrepreneur is worth, and which small overruns need no discussion."),
        team="team",
    ),
    Part(
        model=MoneyRecord,
        name="money_records",
        about=_("Hours and expenses of people whose account was deleted, kept as long as the law asks."),
        team="team_key",
    ),
    Part(
        model=Wish,
        name="wishes",
        about=_("The tray: what came up along the way, and what became of it."),
        team="team",
        person=lambda scope: Q(by=scope.person, team__in=scope.teams),
    ),
    Part(
        model=UsualLimits,
        name="usual_limits",
        about=_("The limits that a new brief begins with."),
        team="team",
    ),
    Part(
        model=DefaultCheckinRule,
        name="usual_checkins",
        about=_("The check-ins that a new brief begins with."),
        team="team",
    ),
    Part(
        model=Resource,
        name="resources",
        about=_("Resources, without passwords and one-time codes."),
        team="team",
    ),
    Part(
        model=Task.resources.through,
        name="task_resources",
        about=_("Which resources each task was lent."),
        team="task__team",
    ),
    Part(
        model=Reveal,
        name="secrets_seen",
        about=_("Who saw or copied which secret, and when. Not the secrets."),
        team="team",
        person=lambda scope: Q(person=scope.person, team__in=scope.teams),
    ),
    Part(
        model=SecretToRotate,
        name="secrets_to_change",
        about=_("Secrets seen by people who left, and whether they have a new value by now."),
        team="team",
    ),
    Part(
        model=StoredFile,
        name="files",
        about=_("Files; “path” is where each lies in the folder “files” of this zip."),
        team="team",
        person=lambda scope: Q(uploaded_by=scope.person, team__in=scope.teams),
        without=("file",),
    ),
    Part(
        model=AuditEntry,
        name="what_happened",
        about=_("What happened: logging in, roles, secrets, exports, deletions."),
        team="team",
        person=lambda scope: Q(actor=scope.person) | Q(about=scope.person, team__isnull=True),
        without=("ip",),
        columns={"ip": _own_address, "sentence": lambda entry, _scope: audit_sentence(entry)},
        related=("actor", "about", "team"),
    ),
    Part(
        model=DataExport,
        name="exports",
        about=_("Exports that were asked for."),
        team="team",
        person=lambda scope: Q(person=scope.person),
        without=("file", "claim", "claimed_at", "attempts"),
    ),
    Part(
        model=MessagePreference,
        name="message_choices",
        about=_("Which messages come as mail."),
        person=_user,
    ),
    Part(model=DaysOff, name="days_off", about=_("Days off."), person=_user),
    Part(
        model=Message,
        name="messages",
        about=_("Your inbox."),
        person=lambda scope: Q(recipient=scope.person),
        without=("params", "dedup_key"),
        columns={
            "params": _without_keys,
            "subject": lambda message, scope: message_text(message, scope.person.language)[0],
            "text": lambda message, scope: message_text(message, scope.person.language)[1],
        },
        related=("recipient",),
    ),
    Part(
        model=OutgoingMail,
        name="mail",
        about=_("Mail that was sent to you: when and about what. The words stand in your inbox."),
        person=lambda scope: Q(recipient=scope.person),
        # A text may hold a link that opens a door; the rest is how the post office works.
        without=("text", "html", "dedup_key", "claim", "last_error"),
    ),
    Part(
        model=EmailAddress,
        name="addresses",
        about=_("Your e-mail addresses, and whether you confirmed them."),
        person=_user,
    ),
    Part(
        model=Authenticator,
        name="second_steps",
        about=_("Your passkeys and second steps: which kind, since when. Not what they are made of."),
        person=_user,
        without=("data",),
    ),
    Part(
        model=UserSession,
        name="sessions",
        about=_("Where you are logged in."),
        person=_user,
        without=("session_key", "data"),
    ),
]

# By label, with the reason.
LEFT_OUT: dict[str, str] = {
    "tasks.Secret": "Passwords and one-time codes: sealed, and never given out by the boxful.",
    "account.EmailConfirmation": "Keys that confirm an address.",
    "sessions.Session": "Session keys: whoever holds one is logged in.",
    "admin.LogEntry": "What administrators of this installation did: their log, and mostly about others.",
    "accounts.Erasure": "Empty but in the moment of a deletion.",
    "auth.Group": "Rights of administrators in the admin.",
    "auth.Group_permissions": "Rights of administrators in the admin.",
    "auth.Permission": "Rights of administrators in the admin.",
    "contenttypes.ContentType": "The names of the tables.",
    "accounts.User_groups": "Rights of administrators in the admin.",
    "accounts.User_user_permissions": "Rights of administrators in the admin.",
}
