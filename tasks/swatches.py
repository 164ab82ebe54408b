"""Colours as people write them down: which colours a line names, so that they can be shown beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_IN_A_LINE = 8

_CODE = re.compile(
    r"""
    \#(?P<hex>[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-z])
    | rgba?\(\s*(?P<red>\d{1,3})\s*[,\s]\s*(?P<green>\d{1,3})\s*[,\s]\s*(?P<blue>\d{1,3})\s*(?:[,/][^)]*)?\)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Six signs without the sharp, when they can't be a word or a number.
_BARE = re.compile(r"(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])(?P<hex>[0-9a-f]{6})(?![0-9a-z])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")

# The names that people use, in English (as in CSS) and in Dutch.
NAMES = {
    "aqua": "#00ffff", "aquamarine": "#7fffd4", "azure": "#f0ffff", "beige": "#f5f5dc", "black": "#000000",
    "blue": "#0000ff", "brown": "#a52a2a", "chocolate": "#d2691e", "coral": "#ff7f50", "crimson": "#dc143c",
    "cyan": "#00ffff", "darkblue": "#00008b", "darkgray": "#a9a9a9", "darkgreen": "#006400", "darkgrey": "#a9a9a9",
    "darkorange": "#ff8c00", "darkred": "#8b0000", "fuchsia": "#ff00ff", "gold": "#ffd700", "gray": "#808080",
    "green": "#008000", "grey": "#808080", "hotpink": "#ff69b4", "indigo": "#4b0082", "ivory": "#fffff0",
    "khaki": "#f0e68c", "lavender": "#e6e6fa", "lightblue": "#add8e6", "lightgray": "#d3d3d3",
    "lightgreen": "#90ee90", "lightgrey": "#d3d3d3", "lightyellow": "#ffffe0", "lime": "#00ff00",
    "magenta": "#ff00ff", "maroon": "#800000", "midnightblue": "#191970", "navy": "#000080", "ochre": "#cc7722",
    "olive": "#808000", "orange": "#ffa500", "pink": "#ffc0cb", "plum": "#dda0dd", "purple": "#800080",
    "red": "#ff0000", "royalblue": "#4169e1", "salmon": "#fa8072", "silver": "#c0c0c0", "skyblue": "#87ceeb",
    "slateblue": "#6a5acd", "slategray": "#708090", "slategrey": "#708090", "steelblue": "#4682b4",
    "teal": "#008080", "tomato": "#ff6347", "turquoise": "#40e0d0", "violet": "#ee82ee", "white": "#ffffff",
    "yellow": "#ffff00",
    "blauw": "#0000ff", "bruin": "#a52a2a", "donkerblauw": "#00008b", "donkergrijs": "#555555",
    "donkergroen": "#006400", "donkerrood": "#8b0000", "geel": "#ffff00", "goud": "#ffd700", "grijs": "#808080",
    "groen": "#008000", "lichtblauw": "#add8e6", "lichtgrijs": "#d3d3d3", "lichtgroen": "#90ee90",
    "lila": "#c8a2c8", "marineblauw": "#000080", "oker": "#cc7722", "oranje": "#ffa500", "paars": "#800080",
    "rood": "#ff0000", "roze": "#ffc0cb", "wit": "#ffffff", "zilver": "#c0c0c0", "zwart": "#000000",
}  # fmt: skip


@dataclass(frozen=True)
class Swatches:
    """One line of what was written, and the colours that it names: #rrggbb each, in their order."""

    text: str
    colours: tuple[str, ...]


def swatches(text: str) -> list[Swatches]:
    """Each line that says something, with its colours. What is no colour stays text; a line may have none."""
    return [Swatches(line, _colours(line)) for line in map(str.strip, text.splitlines()) if line]


def _colours(line: str) -> tuple[str, ...]:
    """Codes come first: in "Red #c2412d" the code says which red is meant."""
    found = [colour for match in _CODE.finditer(line) if (colour := _read(match))]
    found = found or [f"#{match['hex'].lower()}" for match in _BARE.finditer(line)] or _named(line)
    return tuple(dict.fromkeys(found))[:MOST_IN_A_LINE]


def _read(match: re.Match[str]) -> str | None:
    if code := match["hex"]:
        short = len(code) < 6
        return "#" + "".join(digit * 2 for digit in code[:3]).lower() if short else f"#{code[:6].lower()}"
    parts = [int(match[name]) for name in ("red", "green", "blue")]
    return None if max(parts) > 255 else "#" + "".join(f"{part:02x}" for part in parts)


def _named(line: str) -> list[str]:
    """Names of one word or of two: "teal", "light blue", "donker blauw"."""
    words, found, number = [word.casefold() for word in _WORD.findall(line)], [], 0
    while number < len(words):
        pair = "".join(words[number : number + 2])
        step = 2 if pair in NAMES and pair != words[number] else 1
        if colour := NAMES.get(pair if step == 2 else words[number]):
            found.append(colour)
        number += step
    return found
