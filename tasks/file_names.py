"""The name that a stored file gets, whatever a browser sent: one that no system takes for something else."""

import unicodedata
from pathlib import PurePosixPath

MOST = 200  # characters, as the column holds
# What Windows takes for a device, whatever ending it has.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"}
)


def clean_name(name: str | None) -> str:
    """A file name without folders, control characters and turned text, of at most 200 characters; never empty.

    A name that is too long loses of its middle, so that its ending stays what it is.
    """
    last = PurePosixPath((name or "").replace("\\", "/")).name
    visible = "".join(char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] != "C")
    short = _shortened(visible.strip(". \u00a0\u2028\u2029")) or "file"
    stem = short.partition(".")[0].rstrip()
    return f"_{short}"[:MOST] if stem.casefold() in RESERVED else short


def ending_of(name: str | None) -> str:
    """The ending in small letters with its dot, ".pdf"; empty when the name has none."""
    ending = PurePosixPath(clean_name(name)).suffix.casefold()
    return ending if len(ending) > 1 else ""


def same_name(one: str, other: str) -> bool:
    """Whether people would take these for the same file: capitals make no difference."""
    return clean_name(one).casefold() == clean_name(other).casefold()


def _shortened(name: str) -> str:
    if len(name) <= MOST:
        return name
    ending = PurePosixPath(name).suffix
    if len(ending) > 20:  # no ending, but a dot somewhere in a sentence
        return name[:MOST].rstrip(". ")
    return name[: MOST - len(ending)].rstrip(". ") + ending
