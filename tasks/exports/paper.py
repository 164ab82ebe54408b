"""A4 pages for documents: fonts, wrapped text, and tables whose head comes back on each page.

Drawn line by line: fpdf2's own tables take four seconds for a thousand rows. scripts/pdf_fonts.py made the fonts.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from fpdf import FPDF
from fpdf.fonts import TTFFont

FONTS = Path(__file__).resolve().parent / "fonts"
INK, SOFT, ACCENT, LINE = (29, 27, 24), (98, 93, 84), (31, 61, 153), (214, 208, 196)
MARGIN, GAP, PADDING, FOOT = 18.0, 3.0, 1.2, 20.0  # millimetres
MILLIMETRES = 25.4 / 72  # of a point
LEADING = 1.45
# Stands where the font has no sign for what people typed.
UNKNOWN = "?"

Style = Literal["", "B"]
WEIGHTS: dict[Style, str] = {"": "Regular", "B": "SemiBold"}


@dataclass(frozen=True)
class Column:
    """One column of a table: its words, its width in millimetres, and whether numbers stand in it."""

    head: str
    width: float
    right: bool = False


@dataclass(frozen=True)
class Text:
    """Some text in a cell. `soft`: smaller and lighter, as what is beside the point."""

    words: str
    soft: bool = False
    bold: bool = False

    @property
    def size(self) -> float:
        return 7.5 if self.soft else 9

    @property
    def style(self) -> Style:
        return "B" if self.bold else ""

    @property
    def height(self) -> float:
        """Of one line, in millimetres."""
        return self.size * LEADING * MILLIMETRES


Cell = str | Sequence[Text]
LaidOut = list[tuple[str, Text]]  # the lines of a cell


class Paper(FPDF):
    """A document under way. `running`: what stands at the top of every page but the first.

    `foot`: at the bottom, with {page} and {nb} for the number of the page and of all pages.
    """

    def __init__(self, *, title: str, language: str, running: str, foot: str, now: datetime) -> None:
        super().__init__(format="A4")
        self._widths: dict[Style, Mapping[int, float]] = {}
        for style, weight in WEIGHTS.items():
            self.add_font("Inter", style, FONTS / f"Inter-{weight}.ttf")
            font = self.fonts[f"inter{style}"]
            assert isinstance(font, TTFFont)  # noqa: S101 - just added
            self._widths[style] = {code: font.cw[code] for code in font.cmap}
        self._running, self._foot = self.plain(running), self.plain(foot)
        self._columns: Sequence[Column] = ()
        self._with_head = True
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Handover")
        self.set_creation_date(now)
        self.add_page()

    # --- pages --------------------------------------------------------------------------------------------------

    def header(self) -> None:
        """fpdf2 calls this for each new page."""
        if self.page_no() > 1:
            self.write_line(self._running, size=7.5, colour=SOFT)
            self.set_y(self.get_y() + 4)

    def footer(self) -> None:
        """Likewise, when a page is full. A cell, because only there fpdf2 fills in how many pages there are."""
        self.set_xy(self.l_margin, 6 - FOOT)
        self.set_font("Inter", "", 7.5)
        self.set_text_color(*SOFT)
        self.cell(text=self._foot.replace("{page}", str(self.page_no())))

    def room_for(self, height: float) -> bool:
        """Go on to the next page when so many millimetres don't fit on this one; whether it did."""
        if self.get_y() + height <= self.h - FOOT:
            return False
        self.add_page()
        return True

    # --- text ---------------------------------------------------------------------------------------------------

    def plain(self, text: str) -> str:
        """One line of what the font has: a letter without its accent, else a question mark, where it hasn't."""
        return "".join(self._sign(sign) for sign in unicodedata.normalize("NFC", " ".join(text.split())))

    def _sign(self, sign: str) -> str:
        if ord(sign) in self._widths[""]:
            return sign
        if unicodedata.category(sign) in {"Mn", "Me", "Cf", "Cc", "Cs"}:
            return ""
        bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if ord(part) in self._widths[""])
        return bare or UNKNOWN

    def write_line(self, text: str, *, size: float = 9, style: Style = "", colour: tuple[int, int, int] = INK) -> None:
        """One paragraph from margin to margin, wrapped."""
        for line in self.wrapped(text, self.epw, size=size, style=style):
            height = size * LEADING * MILLIMETRES
            self._put(line, self.l_margin, self.get_y() + height * 0.75, size=size, style=style, colour=colour)
            self.set_xy(self.l_margin, self.get_y() + height)

    def width_of(self, text: str, *, size: float, style: Style) -> float:
        """In millimetres. fpdf2's own looks for text that runs from right to left, which takes most of its time."""
        widths = self._widths[style]
        return sum(widths[ord(sign)] for sign in text) * size / 1000 * MILLIMETRES

    def wrapped(self, text: str, width: float, *, size: float, style: Style) -> list[str]:
        """The lines of a text in this width; a word that is too long for one goes on in the next."""

        def fits(line: str) -> bool:
            return self.width_of(line, size=size, style=style) <= width

        lines = [text] if fits(text) else [""]
        for word in text.split(" ") if lines == [""] else ():
            longer = f"{lines[-1]} {word}".strip()
            if fits(longer):
                lines[-1] = longer
            else:
                lines += _in_pieces(word, fits)
        return [line for line in lines if line]

    def _put(self, text: str, x: float, y: float, *, size: float, style: Style, colour: tuple[int, int, int]) -> None:
        self.set_font("Inter", style, size)
        self.set_text_color(*colour)
        self.text(x, y, text)

    # --- tables -------------------------------------------------------------------------------------------------

    def begin_table(self, columns: Sequence[Column], *, with_head: bool = True) -> None:
        """Its head now, and again at the top of each page that its rows go on to."""
        self._columns, self._with_head = columns, with_head
        self.room_for(20)
        self._head()

    def _head(self) -> None:
        if not self._with_head:
            return
        self._draw(self._laid_out([[Text(column.head, soft=True)] for column in self._columns]), rule=False)

    def row(self, cells: Sequence[Cell], *, rule: bool = True) -> None:
        """One row. `rule`: with a line above it; without one it belongs to the row before."""
        laid_out = self._laid_out([[Text(cell)] if isinstance(cell, str) else cell for cell in cells])
        if self.room_for(_height(laid_out)):
            self._head()
            rule = True
        self._draw(laid_out, rule=rule)

    def _laid_out(self, cells: Sequence[Sequence[Text]]) -> list[LaidOut]:
        return [
            [
                (line, text)
                for text in texts
                if text.words
                for line in self.wrapped(self.plain(text.words), column.width - GAP, size=text.size, style=text.style)
            ]
            for texts, column in zip(cells, self._columns, strict=True)
        ]

    def _draw(self, cells: Sequence[LaidOut], *, rule: bool) -> None:
        top, x = self.get_y(), self.l_margin
        if rule:
            self.set_draw_color(*LINE)
            self.set_line_width(0.2)
            self.line(self.l_margin, top, self.w - self.r_margin, top)
        for lines, column in zip(cells, self._columns, strict=True):
            y = top + PADDING
            for line, text in lines:
                width = self.width_of(line, size=text.size, style=text.style) if column.right else column.width
                start = x + column.width - width
                colour = SOFT if text.soft else INK
                self._put(line, start, y + text.height * 0.75, size=text.size, style=text.style, colour=colour)
                y += text.height
            x += column.width
        self.set_xy(self.l_margin, top + _height(cells))

    def as_bytes(self) -> bytes:
        """The file."""
        content: Any = self.output()
        return bytes(content)


def _in_pieces(word: str, fits: Callable[[str], bool]) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and not fits(pieces[-1] + sign):
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _height(cells: Sequence[LaidOut]) -> float:
    return 2 * PADDING + max(sum(text.height for _line, text in lines) for lines in cells)
