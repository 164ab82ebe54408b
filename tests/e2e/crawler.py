"""Follows every link and sends every form, as one person, and looks at each answer for what is not theirs."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, urljoin, urlsplit

import psycopg
from playwright.sync_api import APIResponse, Page

from tasks.demo.dutch.resources import LOGINS as DUTCH_LOGINS
from tasks.demo.english.resources import LOGINS as ENGLISH_LOGINS
from tasks.demo.secrets import CANARIES
from tests.e2e.recording import gives_away
from tests.house.walks import Page as Parsed
from tests.leaks import readings

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MONTH = re.compile(r"\d{4}-\d{2}(?=/)")
MOST_OF_A_KIND = 1  # of addresses that differ in a query only: the pages of a list, the chips of a filter
MOST_OF_A_SHAPE = 2  # such as an action on a task, or a message
# Each of these, however many there are: what is entrusted to somebody, and each press that gives a secret away.
ALWAYS = (
    *("/tasks/…/", "/resources/…/", "/files/…/"),
    *("/resources/…/password/show/", "/resources/…/password/copy/", "/resources/…/code/"),
)
# These end the visit or the account that visits, or are counted for all who log in from here.
ENDS_THE_VISIT = re.compile(
    r"^/(accounts/(logout|login|signup|password|email|reauthenticate)|language|profile/delete|team/[^/]+/delete"
    r"|profile/login/devices)/"
)
# Where somebody is sent who isn't logged in, or not lately enough. Any other redirect is what a press leads to.
SENT_AWAY = re.compile(r"/accounts/(login|([a-z-]+/)*reauthenticate)/\?next=")


@dataclass(frozen=True)
class NotTheirs:
    """What somebody may not see: ids, and words that stand nowhere else.

    `not_to_change`: all that, and the tasks that they may look at and no more. `secrets`: those that they are
    given. `once_theirs`: logins that were lent to a task of theirs that has ended; a press says so, and gives nothing.
    """

    ids: frozenset[str]
    words: dict[str, str]  # what it is, by the word
    not_to_change: frozenset[str]
    secrets: frozenset[str]
    once_theirs: frozenset[str]

    def seen_in(self, data: bytes) -> list[str]:
        """What of it can be read there."""
        packed = data[:2] == b"PK" or data[:4] == b"%PDF"
        parts = readings(data, depth=2) if packed else [data]
        text = "\n".join(html.unescape(part.decode(errors="replace")) for part in parts)
        return [f"id {id}" for id in set(UUID.findall(text)) & self.ids] + [
            f"{what} “{word}”" for word, what in self.words.items() if word in text
        ]

    def named_in(self, path: str) -> bool:
        """Whether an address is that of something of it."""
        return bool(set(UUID.findall(path)) & self.ids)


@dataclass
class Crawl:
    """What one person reached. `shapes`: the pages that a browser showed already to somebody of their role."""

    page: Page
    shapes: set[str] = field(default_factory=set)
    visited: dict[str, int] = field(default_factory=dict)
    of_a_shape: Counter[str] = field(default_factory=Counter)
    forms: list[str] = field(default_factory=list)
    posts: dict[str, int] = field(default_factory=dict)
    let_in: list[str] = field(default_factory=list)  # of the posts, those that were not refused
    given: set[str] = field(default_factory=set)  # secrets
    seen: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def walk(self, not_theirs: NotTheirs) -> None:
        """Begins at the front door and follows whatever is on the pages, to the last one; changes nothing."""
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        waiting, kinds = ["/"], Counter[str]()
        while waiting:
            path = waiting.pop()
            if path in self.visited or ENDS_THE_VISIT.search(path):
                continue
            answer = self.look(path, not_theirs)
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            found = Parsed(answer.text())
            here = urlsplit(answer.url).path + (f"?{urlsplit(answer.url).query}" if urlsplit(answer.url).query else "")
            self.see_in_browser(here, answer.status)
            for link in self._own(here, found.links):
                kinds[kind_of(link)] += 1
                if kinds[kind_of(link)] <= MOST_OF_A_KIND:
                    waiting.append(link)
            self.forms += self._own(here, (form.action or here for form in found.forms if form.method == "post"))
            waiting += self._own(here, (form.action or here for form in found.forms if form.method == "get"))
            waiting = [one for one in waiting if one not in self.visited and self._still_wanted(one)]
        self.forms = first_of_each_shape(self.forms)

    def _still_wanted(self, path: str) -> bool:
        """Whether there is anything new to be learned from one more of its kind."""
        shape = shape_of(path)
        return shape in ALWAYS or self.of_a_shape[shape] < MOST_OF_A_SHAPE

    def look(self, path: str, not_theirs: NotTheirs) -> APIResponse:
        """Opens an address; redirects are followed."""
        answer = self.page.context.request.get(path)
        self.visited[path] = answer.status
        self.of_a_shape[shape_of(path)] += 1
        self._judge(path, answer, not_theirs)
        return answer

    def see_in_browser(self, path: str, status: int) -> None:
        """The first page of each shape as a browser makes it, for what the browser has to say about it."""
        shape = shape_of(path)
        if status == HTTPStatus.OK and shape not in self.shapes:
            self.shapes.add(shape)
            self.page.goto(path)

    def send(self, path: str, not_theirs: NotTheirs) -> None:
        """Posts to a form's address with nothing filled in: what needs no more than a press, happens.

        For a secret a reason is given as well, as some ask for one.
        """
        if path in self.posts or ENDS_THE_VISIT.search(path):
            return
        token = next((one["value"] for one in self.page.context.cookies() if one["name"] == "csrftoken"), "")
        form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token}
        if gives_away(path):
            form["reason"] = "To see"
        answer = self.page.context.request.post(path, form=form, max_redirects=0)
        self.posts[path] = answer.status
        told_why = answer.status == HTTPStatus.CONFLICT and set(UUID.findall(path)) <= not_theirs.once_theirs
        if not told_why and not is_refused(answer):
            self.let_in.append(path)
        self._judge(f"POST {path}", answer, not_theirs, gives=gives_away(path) and answer.status == HTTPStatus.OK)

    def _judge(self, what: str, answer: APIResponse, not_theirs: NotTheirs, *, gives: bool = False) -> None:
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.seen.append(f"{what}: {answer.status}")
        known = set(UUID.findall(what))  # an id that was asked for may come back in "log in to go on to ..."
        found = not_theirs.seen_in(answer.body())
        self.seen += [f"{what} shows {one}" for one in found if one.removeprefix("id ") not in known]
        secrets = {secret for secret in ALL_SECRETS if secret in html.unescape(answer.body().decode(errors="replace"))}
        if gives:
            self.given |= secrets
        else:
            self.seen += [f"{what} shows the secret “{secret}”" for secret in secrets]
        if answer.status < 300 and not_theirs.named_in(urlsplit(answer.url).path):
            self.seen.append(f"{what}: opened")

    def _own(self, here: str, links: Iterable[str]) -> list[str]:
        """Those of this site, as paths."""
        found = (urlsplit(urljoin(here, link)) for link in links)
        return [
            f"{link.path}?{link.query}" if link.query else link.path for link in found if not link.scheme and link.path
        ]

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
            self.complaints.append(f"{text} ({self.page.url})")


def is_refused(answer: APIResponse) -> bool:
    """Whether a press did nothing because of who pressed. What was asked for a field would have been done."""
    if answer.status == HTTPStatus.FOUND:
        return bool(SENT_AWAY.match(answer.headers.get("location", "")))
    return answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


def first_of_each_shape(paths: Iterable[str]) -> list[str]:
    """Enough of each."""
    kept, count = [], Counter[str]()
    for path in sorted(set(paths)):
        count[shape_of(path)] += 1
        if shape_of(path) in ALWAYS or count[shape_of(path)] <= MOST_OF_A_SHAPE:
            kept.append(path)
    return kept


def shape_of(path: str) -> str:
    """The address without the ids and months in it: from each month a link leads to the one before, for ever."""
    return MONTH.sub("…", UUID.sub("…", urlsplit(path).path))


def kind_of(path: str) -> str:
    """Addresses that differ only in the values asked for, or in which field of a form they fill in."""
    split = urlsplit(path)
    return f"{split.path}?{sorted(name for name, _value in parse_qsl(split.query))}"


# --- who may see what, out of the tables ----------------------------------------------------------------------------

LENDS = ("in_progress", "awaiting_approval", "awaiting_decision", "flagged", "delivered")
OPEN = ("offered", *LENDS)
HANDS_OVER = {"owner", "entrepreneur"}
# By the name of its login.
SECRETS = {login[0]: CANARIES[key] for logins in (DUTCH_LOGINS, ENGLISH_LOGINS) for key, login in logins.items()}
ALL_SECRETS = {text for parts in SECRETS.values() for text in parts.values()}


def not_theirs(connection: "psycopg.Connection[tuple[str, ...]]", email: str) -> NotTheirs:
    """By the rules of the house, not by its code. No row for an address: an anonymous visitor, to whom nothing is."""

    def rows(sql: str, *values: object) -> list[tuple[str, ...]]:
        return [tuple(str(cell) for cell in row) for row in connection.execute(sql, values).fetchall()]

    def those(sql: str, *values: object) -> set[str]:
        return {row[0] for row in rows(sql, *values)}

    person = next(iter(those("SELECT id FROM accounts_user WHERE email = %s", email)), "")
    places = rows("SELECT team_id, role FROM accounts_membership WHERE user_id::text = %s", person)
    roles = {team: role for team, role in places}  # noqa: C416 - so that the types are known
    tasks = rows("SELECT id, team_id, assistant_id, state, title FROM tasks_task")
    own = {id for id, _team, assistant, state, _title in tasks if assistant == person and state != "draft"}
    handed = {id for id, team, *_rest in tasks if roles.get(team) in HANDS_OVER}
    looked_at = {id for id, team, _a, state, _t in tasks if roles.get(team) == "assistant" and state != "draft"}
    shown = own | handed | looked_at

    def lent_in(states: tuple[str, ...]) -> set[str]:
        """What is lent to their tasks in these states, and all of the teams in which they hand over."""
        ids = [id for id, _team, assistant, state, _title in tasks if assistant == person and state in states]
        lent = those("SELECT resource_id FROM tasks_task_resources WHERE task_id::text = ANY(%s)", ids)
        return lent | {id for id, team, *_rest in resources if roles.get(team) in HANDS_OVER}

    resources = rows("SELECT id, team_id, name FROM tasks_resource")
    lendable, given, ever = lent_in(OPEN), lent_in(LENDS), lent_in(tuple(state for *_rest, state, _title in tasks))
    together = those("SELECT user_id FROM accounts_membership WHERE team_id::text = ANY(%s)", list(roles)) | {person}
    people = rows("SELECT id, name, email FROM accounts_user WHERE NOT is_staff")

    ids = {id for id, *_rest in tasks if id not in shown} | {id for id, *_rest in resources if id not in lendable}
    ids |= those("SELECT id FROM accounts_team") - set(roles)
    ids |= {id for id, _name, _email in people if id not in together}
    for (table,) in rows(HAS_BOTH, "task_id"):
        ids |= {id for id, task in rows(f"SELECT id, task_id FROM {table}") if task != "None" and task not in shown}
    for (table,) in rows(HAS_BOTH, "team_id"):
        ids |= {id for id, team in rows(f"SELECT id, team_id FROM {table}") if team != "None" and team not in roles}

    words = {name: "a team" for id, name in rows("SELECT id, name FROM accounts_team") if id not in roles}
    words |= {title: "a task" for id, *_rest, title in tasks if id not in shown}
    words |= {name: "a resource" for id, _team, name in resources if id not in lendable}
    words |= {word: "a person" for id, *known in people if id not in together for word in known}
    theirs = " ".join([title for id, *_rest, title in tasks if id in shown])
    theirs += " ".join([name for id, _team, name in resources if id in lendable])
    # What somebody was told while it was theirs stays in their inbox.
    theirs += " ".join(those("SELECT params::text FROM accounts_message WHERE recipient_id::text = %s", person))
    words = {word: what for word, what in words.items() if telling(word) and word not in theirs}
    passwords = {id: SECRETS.get(name, {}).get("password", "") for id, _team, name in resources}
    return NotTheirs(
        ids=frozenset(ids),
        words=words,
        not_to_change=frozenset(ids | (shown - own - handed)),
        once_theirs=frozenset(ever - lendable),
        secrets=frozenset({passwords[id] for id in given} - {""}),
    )


def telling(word: str) -> bool:
    """Whether it stands nowhere by chance, as “Instagram” does."""
    return " " in word or "@" in word


HAS_BOTH = """
    SELECT one.table_name FROM information_schema.columns one
    JOIN information_schema.columns other USING (table_schema, table_name)
    WHERE table_schema = 'public' AND one.column_name = 'id' AND one.data_type = 'uuid' AND other.column_name = %s
    AND table_name NOT IN ('tasks_task', 'tasks_resource')
"""


def fingerprint(connection: "psycopg.Connection[tuple[str, ...]]", ids: frozenset[str]) -> dict[str, str]:
    """Of all that these are, and that belongs to one of them, by table: it is another as soon as one row is."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(NAMES_ROWS).fetchall():
        columns.setdefault(table, []).append(f"{column} = ANY(%(ids)s::uuid[])")
    rows = "SELECT md5(string_agg(one::text, ',' ORDER BY one::text)) FROM {} one WHERE {}"
    return {
        table: str(connection.execute(rows.format(table, " OR ".join(wanted)), {"ids": list(ids)}).fetchone())
        for table, wanted in columns.items()
    }


NAMES_ROWS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'uuid' AND column_name IN ('id', 'team_id', 'task_id', 'resource_id')
"""
