"""Who plays in the demo."""

from dataclasses import dataclass
from datetime import datetime, time

from allauth.account.models import EmailAddress

from accounts.actions import accept, invite, join_as_new_user, save_profile, save_team, save_working_time, sign_up
from accounts.models import Role, Team, User
from tasks.actions.team_money import change_currency

PASSWORD = "handover-demo"  # noqa: S105 - it is shown at every start of the demo
ADDRESSES = (
    "entrepreneur@example.com",
    "assistant@example.com",
    "assistant2@example.com",
    "guest@example.com",
    "admin@example.com",
    "entrepreneur2@example.com",
)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Eva has Sam, Noor (in Manila) and Gijs (a guest) work for her; Tom has Sam. Ada runs the place."""

    eva: User
    tom: User
    sam: User
    noor: User
    gijs: User
    ada: User
    studio: Team  # Eva's
    pottery: Team  # Tom's

    @property
    def everybody(self) -> tuple[User, ...]:
        return (self.eva, self.tom, self.sam, self.noor, self.gijs, self.ada)


def gather(*, joined: datetime) -> Cast:
    """Everybody signs up and joins as they would in the app. Raises IntegrityError when somebody is there already."""
    eva, studio = _owner("entrepreneur@example.com", "Eva Martens", "Studio Martens", language="nl", now=joined)
    tom, pottery = _owner("entrepreneur2@example.com", "Tom Hadley", "Hadley Pottery", language="en", now=joined)
    _move_to(tom, pottery, time_zone="Europe/London", currency="GBP", now=joined)
    sam = _joins(studio, eva, "assistant@example.com", "Sam de Vries", language="nl", now=joined)
    noor = _joins(studio, eva, "assistant2@example.com", "Noor Santos", language="en", now=joined)
    save_profile(user=noor, name=noor.name, language=noor.language, time_zone="Asia/Manila")
    # She works while it is morning where Eva is.
    save_working_time(user=noor, hours=[*[(time(14), time(22, 30))] * 5, None, None], country="", now=joined)
    gijs = _joins(studio, eva, "guest@example.com", "Gijs Mulder", language="nl", role=Role.GUEST, now=joined)
    accept(
        invitation=invite(team=pottery, by=tom, email=sam.email, role=Role.ASSISTANT, now=joined), user=sam, now=joined
    )
    ada = User.objects.create_superuser("admin@example.com", PASSWORD, name="Ada Beheer", language="nl")
    return Cast(eva=eva, tom=tom, sam=sam, noor=noor, gijs=gijs, ada=ada, studio=studio, pottery=pottery)


def _owner(email: str, name: str, business: str, *, language: str, now: datetime) -> tuple[User, Team]:
    user = User(email=email, name=name, language=language)
    user.set_password(PASSWORD)
    team = sign_up(user=user, business=business, now=now)
    _verify(user)
    return user, team


def _joins(
    team: Team, by: User, email: str, name: str, *, language: str, now: datetime, role: Role = Role.ASSISTANT
) -> User:
    invitation = invite(team=team, by=by, email=email, role=role, now=now)
    return join_as_new_user(invitation=invitation, name=name, password=PASSWORD, language=language, now=now)


def _move_to(user: User, team: Team, *, time_zone: str, currency: str, now: datetime) -> None:
    save_profile(user=user, name=user.name, language=user.language, time_zone=time_zone)
    save_team(team=team, by=user, name=team.name, language=team.language, time_zone=time_zone, now=now)
    change_currency(team=team, currency=currency)


def _verify(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
