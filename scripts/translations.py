"""The catalogue of translations, with Babel alone: nobody needs gettext's tools.

extract   brings locale/*/LC_MESSAGES/django.po up to date with the sources, keeping what is translated
check     fails when a text is missing, untranslated, fuzzy, obsolete, or has other placeholders than its source
compile   makes the .mo files that Django reads
"""

import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("accounts", "config", "delegation", "tasks", "templates")
TEMPLATE_SUFFIXES = (".html", ".txt")

# Which arguments of Django's functions are texts; "c" marks the context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
OTHER_NAME = re.compile(r"\b(\w*gettext\w*) as (\w+)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Text = str | tuple[str, ...]


def catalogues(root: Path) -> list[Path]:
    """The .po files under `root`, one a language."""
    return sorted(root.glob("locale/*/LC_MESSAGES/django.po"))


def source_texts(root: Path) -> Catalog:
    """Every text in the sources that a person can see, each with the files it comes from."""
    catalogue = Catalog()
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        for text, context, comments in texts_in(path):
            catalogue.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalogue


def source_files(root: Path) -> Iterator[Path]:
    """Python modules and templates of the house, in a stable order; migrations only repeat what models say."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", *TEMPLATE_SUFFIXES) and "migrations" not in path.parts:
                yield path


def texts_in(path: Path) -> Iterator[tuple[Text, str | None, list[str]]]:
    """Texts of one file, as (text or (singular, plural), context, translators' comments)."""
    source = io.BytesIO(python_of(path).encode())
    for _line, text, comments, context in extract("python", source, KEYWORDS, ["Translators:"]):
        yield text, context, list(comments)


def python_of(path: Path) -> str:
    """A module as it is; a template as Django turns it into calls that Python's extractor can read."""
    if path.suffix == ".py":
        return path.read_text()
    # Imported here, so that compiling on a fresh machine does not load Django.
    from django.utils.translation.template import templatize

    return "\n".join(line.lstrip() for line in templatize(path.read_text(), origin=str(path)).splitlines())


def read(path: Path) -> Catalog:
    """The catalogue in a .po file; its folder names the language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain="django", abort_invalid=True)


def extract_all(root: Path) -> list[str]:
    """Brings each catalogue up to date. New texts come in untranslated, what is no longer used goes."""
    current = source_texts(root)
    for path in catalogues(root):
        catalogue = read(path)
        current.creation_date = catalogue.creation_date  # else each run would change a line that nobody reads
        catalogue.update(current, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, sort_output=True, include_lineno=False)
    return []


def compile_all(root: Path) -> list[str]:
    """Writes a .mo file beside each .po file."""
    for path in catalogues(root):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
    return []


def check_all(root: Path) -> list[str]:
    """All that is wrong, one line each."""
    current = source_texts(root)
    found = [
        f"{path.relative_to(root)}: {problem}" for path in catalogues(root) for problem in problems(current, read(path))
    ]
    return [*other_names(root), *found]


def other_names(root: Path) -> Iterator[str]:
    """Where a module calls a function of texts by a name under which nothing is looked for."""
    for path in source_files(root):
        for function, name in OTHER_NAME.findall(path.read_text()) if path.suffix == ".py" else ():
            if function in KEYWORDS and name not in KEYWORDS:
                yield f"{path.relative_to(root)}: texts of `{name}` are not found, call it `{function}` or `_`"


def problems(current: Catalog, catalogue: Catalog) -> Iterator[str]:
    """What one language lacks, or has too much or wrong."""
    for message in filter(lambda message: message.id, current):
        translated = catalogue.get(message.id, message.context)
        if translated is None or translated.id != message.id:
            yield f"missing (run `make translations`): {shown(message)}"
        elif translated.fuzzy:
            yield f"fuzzy: {shown(message)}"
        elif not all(strings_of(translated)):
            yield f"untranslated: {shown(message)}"
        elif differs(translated):
            yield f"other placeholders than the source: {shown(message)}"
    for message in [*filter(lambda message: message.id, catalogue), *catalogue.obsolete.values()]:
        if current.get(message.id, message.context) is None:
            yield f"obsolete (run `make translations`): {shown(message)}"


def shown(message: Message) -> str:
    """A text as it is told to a person: its singular, with its context."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{text!r}" + (f" ({message.context})" if message.context else "")


def strings_of(message: Message) -> tuple[str, ...]:
    """The translations of one text, one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def differs(message: Message) -> bool:
    """True when a translation would fail or say less. Only the form for one may leave one value out: the number."""
    if isinstance(message.id, str):
        return placeholders(message.id) != placeholders(strings_of(message)[0])
    one, many = (placeholders(text) for text in message.id)
    first, *rest = (placeholders(text) for text in strings_of(message))
    left_out = (one | many) - first
    return not first <= (one | many) or len(left_out) > 1 or any(form != many for form in rest)


def placeholders(text: str) -> set[str]:
    """Which values a text has a place for; `%%` is a plain per cent sign."""
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "extract": extract_all,
    "check": check_all,
    "compile": compile_all,
}


def main() -> int:
    """Exit code 1 when the check found something, 2 for an unknown command."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    found = COMMANDS[sys.argv[1]](ROOT)
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
