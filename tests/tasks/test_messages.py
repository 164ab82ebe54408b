"""Every message that the code tells has its words, every words file is told, and each can be read in both languages."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from accounts.letters import words

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = {path.stem for path in (ROOT / "templates/messages").glob("*.txt")} - {"mail"}  # mail.txt is the wrapper
SAMPLES: dict[str, str | int] = {
    "title": "Lunch for the workshop",
    "actor": "Sam",
    "text": "For thirty people EUR 100 is not enough.",
    "level": "advise",
    "count": 3,
    "chosen": "Planable",
    "reason": "time",
    "mood": "stuck",
    "question": "With or without vegetarian rolls?",
    "answer_path": "/c/token/",
    "when_asked": "2026-11-23T09:00:00+00:00",
    "turn": "proposal",
    "hours": 30,
    "days": 1,
    "holds_up": True,
    "wish": "An extra vegan menu",
    "minutes": 120,
    "dropped": "Printed menus",
    "when_deadline": "2026-11-27T16:00:00+00:00",
    "when_day": "2026-11-27",
    "what": "money",
    "percent": 80,
    "used": "80.00",
    "limit": "100.00",
    "amount": "15.00",
    "most": "20.00",
    "currency": "EUR",
    "milestone": "Design",
    "following": "Build",
    "when_due": "2026-12-04",
    "items": "Flowers",
    "unpaid": 120,
    "waits": True,
    "when_started": "2026-11-23T09:00:00+00:00",
    "is_change": True,
    "when_from": "2026-12-01",
    "month": "2026-11",
    "total": "120.50 EUR + 30.00 USD",
    # of the people's floor
    "person": "Sam",
    "inviter": "Eva",
    "team": "Eva's Events",
    "owner": "Eva Evers",
    "role": "assistant",
    "when_deleted": "2026-12-07T09:00:00+00:00",
    "when_expires": "2026-12-07T09:00:00+00:00",
    "themselves": False,
    "yours": True,
    "for_them": False,
    "address": "sam.smit@example.com",
    "usable": True,
    "deputy": "Finn",
    "when_first": "2026-12-01",
    "when_last": "2026-12-03",
}
ALWAYS = {"tell": {"title", "actor"}, "tell_both": {"title"}}  # the methods of Step add these themselves
NOT_PARAMS = {"to", "template", "kind", "must_do", "urgent", "about"}


class Told:
    """The names of message templates in one module, and the params that each is told with, read from its source."""

    def __init__(self, source: str) -> None:
        self.params: dict[str, set[str]] = {}
        self.by_function: dict[str, set[str]] = defaultdict(set)
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        # What is passed on: _offer(step, "offered") tells what its parameter `template` says.
        for function in functions:
            for call in calls_in(function):
                if isinstance(call.func, ast.Name) and call.func.id in passing_on(functions):
                    self.by_function[call.func.id] |= texts(call.args[1], function)
        for function in functions:
            for call in calls_in(function):
                self._read(call, function)

    def _read(self, call: ast.Call, function: ast.FunctionDef) -> None:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ALWAYS and len(call.args) > 1:
            names = texts(call.args[1], function) or self.by_function[function.name]
            assert names, f"Which message is this? {ast.unparse(call)}"
            given = {keyword.arg for keyword in call.keywords if keyword.arg} - NOT_PARAMS | ALWAYS[call.func.attr]
        elif isinstance(call.func, ast.Name) and call.func.id == "Tell":
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            names = texts(keywords["template"], function) or self.by_function[function.name]
            given = keys(keywords["params"])
        elif isinstance(call.func, ast.Name) and call.func.id == "words":
            names, given = texts(call.args[0], function), set(SAMPLES)
        else:
            return
        for name in names:
            self.params[name] = self.params.get(name, given) & given


def calls_in(function: ast.FunctionDef) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def passing_on(functions: list[ast.FunctionDef]) -> set[str]:
    """Functions that take the name of a template as their second argument."""
    return {function.name for function in functions if [arg.arg for arg in function.args.args][1:2] == ["template"]}


def texts(node: ast.expr, function: ast.FunctionDef) -> set[str]:
    """The texts that an expression can be; a name is looked up among the assignments of the function."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return texts(node.body, function) | texts(node.orelse, function)
    if isinstance(node, ast.Name):
        assigned = [part for part in ast.walk(function) if isinstance(part, ast.Assign)]
        values = [part.value for part in assigned if getattr(part.targets[0], "id", "") == node.id]
        return set().union(*(texts(value, function) for value in values))
    return set()


def keys(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Dict):
        return {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}
    return set()


def told() -> dict[str, set[str]]:
    """All template names in the code with the params that each can count on."""
    found: dict[str, set[str]] = {}
    for folder in ("accounts", "tasks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for name, given in Told(path.read_text()).params.items():
                found[name] = found.get(name, given) & given
    return found


TOLD = told()


def test_the_names_are_read_from_the_code() -> None:
    assert {"offered", "reassigned", "deviation_refused", "checkin", "checkin_trouble", "handed_back"} <= set(TOLD)
    assert TOLD["offered"] == {"title", "actor", "level", "text"}
    assert TOLD["checkin"] == {"title", "answer_path"}
    assert TOLD["checkin_silent"] == {"title", "actor", "when_asked"}


def test_every_message_that_is_told_has_its_words() -> None:
    assert set(TOLD) - FILES == set()


def test_no_words_lie_there_unused() -> None:
    assert FILES - set(TOLD) == set()


@pytest.fixture
def strict_templates(settings: Settings) -> None:
    """A variable that the message was not given shows up in its words."""
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "string_if_invalid": "NOT GIVEN %s"}}]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(FILES & set(TOLD)))
def test_a_message_can_be_read(name: str, language: str, strict_templates: None) -> None:
    params = {key: SAMPLES[key] for key in TOLD[name]}
    subject, paragraphs = words(name, params, language=language, zone=ZoneInfo("Europe/Amsterdam"))
    whole = "\n".join([subject, *paragraphs])
    assert 5 < len(subject) < 120
    assert 1 <= len(paragraphs) <= 4
    assert "NOT GIVEN" not in whole
    assert "{" not in whole
    assert all("  " not in paragraph for paragraph in paragraphs)


OFTEN_WORDLESS = {name for name in FILES & set(TOLD) if "text" in TOLD[name]} - {"answered"}  # an answer has words


@pytest.mark.parametrize("name", sorted(OFTEN_WORDLESS))
def test_a_message_without_words_of_the_sender_shows_no_empty_quotes(name: str, strict_templates: None) -> None:
    params = {key: SAMPLES[key] for key in TOLD[name]} | {"text": ""}
    _subject, paragraphs = words(name, params, language="en", zone=ZoneInfo("Europe/Amsterdam"))
    assert paragraphs
    assert "“”" not in "".join(paragraphs)


def test_what_people_typed_is_kept_as_it_is_and_cut_where_it_is_endless() -> None:
    params = {"title": "<b>R&D</b> \N{ROCKET}", "actor": "Sam", "text": "x" * 100_000}
    subject, paragraphs = words("flag", params, language="en", zone=ZoneInfo("Asia/Manila"))
    assert subject.endswith("<b>R&D</b> \N{ROCKET}")
    assert len(paragraphs[0]) < 700


def test_an_offer_names_the_level_and_who_decides() -> None:
    params = {"title": "Lunch", "actor": "Eva", "level": "within_limits", "text": ""}
    _subject, paragraphs = words("offered", params, language="en", zone=ZoneInfo("Europe/Amsterdam"))
    assert paragraphs[0] == "Level: Stay within my limits. The assistant decides, inside the limits."


@pytest.mark.parametrize(("mood", "said"), [("stuck", "Sam is stuck: Lunch"), ("at_risk", "Sam sees a risk: Lunch")])
def test_a_check_in_that_goes_badly_says_how_badly(mood: str, said: str) -> None:
    params = {"title": "Lunch", "actor": "Sam", "mood": mood, "text": ""}
    assert words("checkin_trouble", params, language="en", zone=ZoneInfo("Europe/Amsterdam"))[0] == said
