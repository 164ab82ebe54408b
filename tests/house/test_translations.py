"""scripts/translations.py on a small house of its own."""

from pathlib import Path

import pytest

from scripts import translations

PO = "locale/nl/LC_MESSAGES/django.po"
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
TEXT = 'msgid "%s"\nmsgstr "%s"\n\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A module and a template with four texts, and an empty Dutch catalogue."""
    write(tmp_path, "tasks/views.py", 'from x import gettext as _\n_("Hand over")\npgettext("of a task", "Open")\n')
    template = (
        "{% load i18n %}\n  {% translate 'Whose turn' %}\n  {% blocktranslate trimmed count n=tasks %}\n"
        "    {{ n }} task\n  {% plural %}\n    {{ n }} tasks\n  {% endblocktranslate %}\n"
    )
    write(tmp_path, "templates/now.html", template)
    write(tmp_path, PO, HEADER)
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def fill(root: Path) -> None:
    """Translates everything, as a translator would."""
    path = root / PO
    text = path.read_text()
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s taak"').replace('msgstr[1] ""', 'msgstr[1] "%(n)s taken"')
    head, _, rest = text.partition("\n\n")
    path.write_text(head + "\n\n" + rest.replace('msgstr ""', 'msgstr "vertaald"'))


def test_texts_of_modules_and_templates_are_found(house: Path) -> None:
    translations.extract_all(house)

    text = (house / PO).read_text()
    assert 'msgid "Hand over"' in text
    assert 'msgctxt "of a task"\nmsgid "Open"' in text
    assert 'msgid "Whose turn"' in text
    assert 'msgid "%(n)s task"\nmsgid_plural "%(n)s tasks"' in text
    assert "#: templates/now.html\n" in text


def test_extracting_twice_changes_nothing(house: Path) -> None:
    translations.extract_all(house)
    fill(house)
    before = (house / PO).read_bytes()

    translations.extract_all(house)

    assert (house / PO).read_bytes().splitlines() == before.splitlines()


def test_extracting_keeps_translations_and_drops_what_is_no_longer_used(house: Path) -> None:
    write(house, PO, HEADER + TEXT % ("Hand over", "Overdragen") + TEXT % ("Gone", "Weg"))

    translations.extract_all(house)

    text = (house / PO).read_text()
    assert 'msgid "Hand over"\nmsgstr "Overdragen"' in text
    assert "Gone" not in text


def test_a_complete_catalogue_passes(house: Path) -> None:
    translations.extract_all(house)
    fill(house)

    assert translations.check_all(house) == []


def test_missing_texts_are_told(house: Path) -> None:
    assert f"{PO}: missing (run `make translations`): 'Open' (of a task)" in translations.check_all(house)


def test_untranslated_texts_are_told(house: Path) -> None:
    translations.extract_all(house)

    assert f"{PO}: untranslated: '%(n)s task'" in translations.check_all(house)


def test_obsolete_texts_are_told(house: Path) -> None:
    translations.extract_all(house)
    fill(house)
    write(house, PO, (house / PO).read_text() + "\n" + TEXT % ("Gone", "Weg"))

    assert translations.check_all(house) == [f"{PO}: obsolete (run `make translations`): 'Gone'"]


def test_fuzzy_texts_are_told(house: Path) -> None:
    translations.extract_all(house)
    fill(house)
    write(house, PO, (house / PO).read_text().replace('msgid "Hand over"', '#, fuzzy\nmsgid "Hand over"'))

    assert translations.check_all(house) == [f"{PO}: fuzzy: 'Hand over'"]


def test_a_function_under_a_name_of_its_own_is_told(house: Path) -> None:
    write(house, "tasks/words.py", "from django.utils.translation import gettext as now\n")

    told = "tasks/words.py: texts of `now` are not found, call it `gettext` or `_`"
    assert told in translations.check_all(house)


@pytest.mark.parametrize(
    ("source", "translation", "wrong"),
    [
        ("%(name)s waits", "%(name)s wacht", False),
        ("%(name)s waits", "%(naam)s wacht", True),
        ("{count} hours", "uren", True),
        ("50% done", "50% klaar", False),
        ("100 %% sure", "100 %% zeker", False),
    ],
)
def test_other_placeholders_than_the_source_are_told(house: Path, source: str, translation: str, wrong: bool) -> None:
    write(house, "tasks/views.py", f'_("{source}")\n')
    write(house, "templates/now.html", "")
    write(house, PO, HEADER + TEXT % (source, translation))

    assert translations.check_all(house) == ([f"{PO}: other placeholders than the source: {source!r}"] if wrong else [])


def test_the_form_for_one_may_leave_the_number_out(house: Path) -> None:
    translations.extract_all(house)
    fill(house)
    write(house, PO, (house / PO).read_text().replace("%(n)s taak", "één taak"))

    assert translations.check_all(house) == []


def test_compiling_writes_what_django_reads(house: Path) -> None:
    translations.extract_all(house)
    fill(house)

    translations.compile_all(house)

    assert b"vertaald" in (house / PO).with_suffix(".mo").read_bytes()
