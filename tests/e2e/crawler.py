"""Follows every link and sends every form, as one person, and looks at each answer for what is not theirs."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import psycopg
from playwright.sync_api import APIResponse, Page

from tests.house.walks import Page as Parsed
from tests.leaks import readings

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MONTH = re.compile(r"\d{4}-\d{2}(?=/)")
MOST_OF_A_KIND = 1  # of addresses that differ in a query only: the pages of a list, the chips of a filter
MOST_OF_A_SHAPE = 2  # such as an action on a task, or a message
ALWAYS = ("/tasks/…/", "/resources/…/", "/files/…/")  # each of these, however many there are
# These end the visit, or the account that visits, and hold nothing to look at.
ENDS_THE_VISIT = re.compile(
    r"/(logout|language|delete|2fa|password|sessions|reauthenticate|email|login|signup|passkeys?)/"
)


@dataclass(frozen=True)
class NotTheirs:
    """What somebody may not see: ids, and words that stand nowhere else."""

    ids: frozenset[str]
    words: dict[str, str]  # what it is, by the word

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
    """What one person reached."""

    page: Page
    visited: dict[str, int] = field(default_factory=dict)
    of_a_shape: Counter[str] = field(default_factory=Counter)
    forms: list[str] = field(default_factory=list)
    posts: dict[str, int] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def walk(self, not_theirs: NotTheirs) -> None:
        """Begins at the front door and follows whatever is on the pages, to the last one; changes nothing."""
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        waiting, kinds, shapes = ["/"], Counter[str](), set[str]()
        while waiting:
            path = waiting.pop()
            if path in self.visited or ENDS_THE_VISIT.search(path):
                continue
            answer = self.look(path, not_theirs)
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            found = Parsed(answer.text())
            here = urlsplit(answer.url).path + (f"?{urlsplit(answer.url).query}" if urlsplit(answer.url).query else "")
            self.see_in_browser(here, shapes, answer.status)
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

    def see_in_browser(self, path: str, shapes: set[str], status: int) -> None:
        """The first page of each shape as a browser makes it, for what the browser has to say about it."""
        shape = shape_of(path)
        if status == 200 and shape not in shapes:
            shapes.add(shape)
            self.page.goto(path)

    def send(self, path: str, not_theirs: NotTheirs) -> None:
        """Posts to a form's address with nothing filled in: what needs no more than a press, happens."""
        if path in self.posts or ENDS_THE_VISIT.search(path):
            return
        token = next((one["value"] for one in self.page.context.cookies() if one["name"] == "csrftoken"), "")
        answer = self.page.context.request.post(path, form={"csrfmiddlewaretoken": token}, max_redirects=0)
        self.posts[path] = answer.status
        self._judge(f"POST {path}", answer, not_theirs)

    def _judge(self, what: str, answer: APIResponse, not_theirs: NotTheirs) -> None:
        if answer.status >= 500:
            self.seen.append(f"{what}: {answer.status}")
        known = set(UUID.findall(what))  # an id that was asked for may come back in "log in to go on to ..."
        found = not_theirs.seen_in(answer.body())
        self.seen += [f"{what} shows {one}" for one in found if one.removeprefix("id ") not in known]
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


def first_of_each_shape(paths: Iterable[str]) -> list[str]:
    """Enough of each."""
    kept, count = [], Counter[str]()
    for path in sorted(set(paths)):
        count[shape_of(path)] += 1
        if count[shape_of(path)] <= MOST_OF_A_SHAPE:
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

OPEN = ("offered", "in_progress", "awaiting_approval", "awaiting_decision", "flagged", "delivered")


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
    shown = own | {
        id
        for id, team, _assistant, state, _title in tasks
        if roles.get(team) in {"owner", "entrepreneur"} or (roles.get(team) == "assistant" and state != "draft")
    }
    at_work = {id for id, _team, assistant, state, _title in tasks if assistant == person and state in OPEN}
    lent = those("SELECT resource_id FROM tasks_task_resources WHERE task_id::text = ANY(%s)", list(at_work))
    resources = rows("SELECT id, team_id, name FROM tasks_resource")
    lendable = {id for id, team, _name in resources if id in lent or roles.get(team) in {"owner", "entrepreneur"}}
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
    return NotTheirs(
        ids=frozenset(ids), words={word: what for word, what in words.items() if telling(word) and word not in theirs}
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


def fingerprint(connection: "psycopg.Connection[tuple[str, ...]]", team: str) -> dict[str, str]:
    """Of everything that a team has, by table: it is another as soon as one row is."""
    found = {}
    for (table,) in connection.execute(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'team_id'"
    ).fetchall():
        sql = f"SELECT md5(string_agg(one::text, ',' ORDER BY one::text)) FROM {table} one WHERE team_id::text = %s"
        found[str(table)] = str(connection.execute(sql, [team]).fetchone())
    events = "SELECT count(*) FROM tasks_event JOIN tasks_task ON tasks_task.id = task_id WHERE team_id::text = %s"
    return found | {"events": str(connection.execute(events, [team]).fetchone())}
