"""The people of the end-to-end tests, made inside the live stack and used from the tests' own process.

Run as `manage.py shell -c "..."`: see `LiveStack.manage`. What is made is printed as JSON.
"""

import json
from dataclasses import asdict, dataclass

from django.contrib.auth.hashers import make_password

PASSWORD = "a-password-for-tests"
LANGUAGES = ("nl", "en")
CREWS_EACH = 20  # in each language; every test takes one of its own


@dataclass(frozen=True)
class Account:
    """Somebody who can log in."""

    id: str
    email: str
    name: str
    language: str


@dataclass(frozen=True)
class Crew:
    """One team in one language: who owns it, a second entrepreneur, and an assistant."""

    team_id: str
    owner: Account
    entrepreneur: Account
    assistant: Account

    @classmethod
    def from_row(cls, row: dict[str, object]) -> "Crew":
        people = {name: Account(**row[name]) for name in ("owner", "entrepreneur", "assistant")}  # type: ignore[arg-type]
        return cls(team_id=str(row["team_id"]), **people)


def make_crews() -> None:
    """Makes all crews, and prints them."""
    password = make_password(PASSWORD)  # hashed once: it is slow on purpose
    crews = [_make_crew(language, number, password) for language in LANGUAGES for number in range(CREWS_EACH)]
    print(json.dumps([asdict(crew) for crew in crews]))


def _make_crew(language: str, number: int, password: str) -> Crew:
    from allauth.account.models import EmailAddress

    from accounts.models import Role
    from tests.factories import MembershipFactory, TeamFactory, UserFactory

    team = TeamFactory.create(name="Evers Events", language=language)

    def join(name: str, role: Role) -> Account:
        email = f"{name.split()[0].lower()}.{language}{number}@example.com"
        user = UserFactory.create(name=name, email=email, language=language, password=password)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        MembershipFactory.create(team=team, user=user, role=role)
        return Account(str(user.pk), user.email, user.name, user.language)

    return Crew(
        team_id=str(team.pk),
        owner=join("Eva Evers", Role.OWNER),
        entrepreneur=join("Finn Faber", Role.ENTREPRENEUR),
        assistant=join("Sam Smit", Role.ASSISTANT),
    )
