"""What files are called in a zip: as people named them, readable on every system, and never two the same."""

import re

# What Windows takes for something else, and what would open a folder.
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
FOLDER = "files/"
LONGEST = 150


class Names:
    """Gives each file a path of its own."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def path(self, name: str) -> str:
        """`draft.pdf`, and for the next one of that name `draft (2).pdf`."""
        stem, dot, ending = _clean(name).rpartition(".")
        if not stem:
            stem, dot, ending = ending, "", ""
        stem, ending = stem[:LONGEST], ending[:20]
        while True:
            key = f"{stem}{dot}{ending}".casefold()
            number = self._given[key] = self._given.get(key, 0) + 1
            if number == 1:
                return f"{FOLDER}{stem}{dot}{ending}"
            stem = f"{stem} ({number})"


def _clean(name: str) -> str:
    cleaned = FORBIDDEN.sub("_", name).strip(". ") or "file"
    return f"_{cleaned}" if RESERVED.match(cleaned) else cleaned
