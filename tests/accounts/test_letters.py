"""The words of messages and mails."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from accounts.letters import Link, letter, message_text, one_line, words
from tests.factories import MessageFactory, UserFactory

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def template(tmp_path: Path, settings: Settings) -> Path:
    """The file of a template called `trial`."""
    folder = tmp_path / "messages"
    folder.mkdir()
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    return folder / "trial.txt"


def test_the_first_line_is_the_subject_and_the_rest_paragraphs(template: Path) -> None:
    template.write_text("{% load i18n %}\nA & {{ b }}\n\nOne\nline\n\n\n  Two  \n")
    assert words("trial", {"b": "<B>"}, language="en", zone=AMSTERDAM) == ("A & <B>", ["One\nline", "Two"])


def test_times_are_in_the_zone_of_the_reader(template: Path) -> None:
    template.write_text('{{ when_due|date:"H:i" }} {{ when_day|date:"j M" }} {{ when_odd }} {{ plain }}')
    params = {
        "when_due": datetime(2026, 11, 23, 9, 0, tzinfo=UTC).isoformat(),
        "when_day": "2026-12-01",
        "when_odd": "soon",
        "plain": "2026-12-01T10:00:00+00:00",
    }
    assert words("trial", params, language="en", zone=AMSTERDAM)[0] == "10:00 1 Dec soon 2026-12-01T10:00:00+00:00"
    assert words("trial", params, language="en", zone=ZoneInfo("Asia/Manila"))[0].startswith("17:00 1 Dec")


def test_dates_are_in_the_language_of_the_reader(template: Path) -> None:
    template.write_text('{{ when_day|date:"j F" }}')
    assert words("trial", {"when_day": "2026-05-01"}, language="nl", zone=AMSTERDAM)[0] == "1 mei"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["gone", "../../etc/passwd"])
def test_a_message_whose_template_has_gone_is_still_a_line(name: str) -> None:
    message = MessageFactory.create(template=name)
    assert message_text(message, "en") == ("A message that can no longer be shown", "")


@pytest.mark.django_db
def test_a_broken_template_is_still_a_line(template: Path) -> None:
    template.write_text("{% nonsense %}")
    message = MessageFactory.create(template="trial", recipient=UserFactory.create())
    assert message_text(message, "en")[1] == ""


def test_what_people_typed_is_text_in_the_html_part() -> None:
    link = Link(url="https://example.com/?a=1&b=2", words="Go")
    made = letter(subject="<script>", paragraphs=["<b>bold</b>"], language="en", links=[link])
    assert "<script>" not in made.html
    assert "&lt;b&gt;bold&lt;/b&gt;" in made.html
    assert "<b>bold</b>" in made.text
    assert "https://example.com/?a=1&b=2" in made.text


def test_a_subject_is_one_bearable_line() -> None:
    assert one_line(" a\r\nb\tc ") == "a b c"
    assert one_line("x" * 300).endswith("x…")
    assert len(one_line("x" * 300)) == 200
