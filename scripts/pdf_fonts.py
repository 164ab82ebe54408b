"""The fonts of the PDFs, made from the fonts of Inter: `python scripts/pdf_fonts.py /usr/share/fonts/opentype/inter`.

The weights that timesheets are set in, with quadratic outlines (fpdf2 writes no others), only the signs of European
languages, and digits of equal width, so that amounts stand in columns. The result is committed; nobody needs to run
this again.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

TARGET = Path(__file__).resolve().parent.parent / "tasks/exports/fonts"
WEIGHTS = ("Regular", "SemiBold")
# Latin with the accents of Europe, Greek, Cyrillic, quotes, dashes, currencies, arrows.
SIGNS = (
    "U+20-7E,U+A0-17F,U+18F,U+192,U+218-21B,U+2C6,U+2C7,U+2D8-2DD,U+37E,U+384-38A,U+38C,U+38E-3A1,U+3A3-3CE,U+400-45F,"
    "U+490,U+491,U+1E80-1E85,U+1E9E,U+1EF2,U+1EF3,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032,U+2033,"
    "U+2039,U+203A,U+20A9-20AC,U+20B9,U+20BA,U+20BD,U+2116,U+2122,U+2190-2193,U+2212"
)
# Of 2816 units to an em: nothing that an eye sees.
MOST_DEVIATION = 2.0


def main() -> None:
    """Writes one file a weight."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        font = TTFont(Path(sys.argv[1]) / f"Inter-{weight}.otf")
        give_equal_digits(font)
        keep_signs(font)
        make_quadratic(font)
        font.save(TARGET / f"Inter-{weight}.ttf")


def give_equal_digits(font: TTFont) -> None:
    """The digits that the feature "tnum" would choose become the usual ones."""
    rules = font["GSUB"].table
    numbers = {
        index
        for record in rules.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    instead: dict[str, str] = {}
    for number in numbers:
        for table in rules.LookupList.Lookup[number].SubTable:
            instead |= getattr(table, "ExtSubTable", table).mapping
    for table in font["cmap"].tables:
        table.cmap = {
            code: instead.get(name, name) if chr(code).isdigit() else name for code, name in table.cmap.items()
        }


def keep_signs(font: TTFont) -> None:
    """Drop all other glyphs, and what lays them out."""
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, desubroutinize=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(SIGNS))
    subsetter.subset(font)


def make_quadratic(font: TTFont) -> None:
    """Put TrueType outlines in the place of those of PostScript."""
    shapes, order = font.getGlyphSet(), font.getGlyphOrder()
    glyf, maxp = newTable("glyf"), font["maxp"]
    glyf.glyphOrder, glyf.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, MOST_DEVIATION, reverse_direction=True))
        glyf.glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), glyf
    for name, glyph in glyf.glyphs.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    maxp.tableVersion = 0x00010000
    for field in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(maxp, f"max{field}", 0)
    maxp.maxZones, maxp.maxSizeOfInstructions, maxp.maxComponentElements = 1, 0, 0
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\0\1\0\0"


if __name__ == "__main__":
    main()
