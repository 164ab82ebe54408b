"""Whether a drawing (SVG) only draws. One that could do anything else is refused: no cleaner is trusted to find it all.

The parser is expat, which asks nobody for anything. It stops at the first thing that is not known to be harmless.
"""

import re
from typing import Any
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
DRAWS = frozenset(
    """svg g defs symbol use title desc metadata style switch a view
    path rect circle ellipse line polyline polygon image text tspan textPath tref
    linearGradient radialGradient meshgradient meshrow meshpatch stop pattern solidcolor hatch hatchpath
    clipPath mask marker cursor color-profile font font-face font-face-src font-face-name glyph missing-glyph hkern
    filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence""".split()  # noqa: SIM905 - one to a line would take pages
)
# What a drawing may point at: parts of itself, and pictures that it carries along.
OWN = re.compile(r"\s*(#.*|data:image/(png|jpe?g|gif|webp)[;,].*|)", re.DOTALL | re.IGNORECASE)
LINKS = re.compile(r"url\s*\(\s*[\"']?\s*([^)\"']*)", re.IGNORECASE)
DEEPEST = 200
MOST_ELEMENTS = 200_000

SCRIPTED = _("holds a script, or something that starts one")
REACHES_OUT = _("points at something outside itself")
EMBEDS = _("holds something that is no drawing")
ENTITIES = _("holds definitions of its own (entities), as some programs write them")
UNREADABLE = _("can't be read")
TOO_MUCH = _("is too large to look through")


class NotJustADrawing(Exception):
    """Why not: the end of a sentence that begins with the file's name."""

    def __init__(self, why: Promise) -> None:
        super().__init__(str(why))
        self.why = why


def check_drawing(content: bytes) -> None:
    """Raises NotJustADrawing when there is anything in it but shapes, words and pictures of its own."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except NotJustADrawing:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotJustADrawing(UNREADABLE) from error
    if not reader.count:
        raise NotJustADrawing(UNREADABLE)


class _Reader:
    """Looks at each part of the file as expat comes across it."""

    def __init__(self) -> None:
        self.depth = self.count = 0
        self.style: list[str] | None = None
        parser = self.parser = expat.ParserCreate(namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = self.entity
        parser.ProcessingInstructionHandler = self.instruction
        parser.ExternalEntityRefHandler = self.entity
        parser.SkippedEntityHandler = self.entity

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise NotJustADrawing(TOO_MUCH)
        space, _space, local = name.rpartition(" ")
        if self.count == 1 and (space, local) != (SVG, "svg"):
            raise NotJustADrawing(UNREADABLE)
        if space == SVG and local not in DRAWS:
            # "script" says so; the rest can run or show what is no drawing, or change an address while it is looked at.
            raise NotJustADrawing(SCRIPTED if local == "script" else EMBEDS)
        if space in {XHTML, ""}:
            raise NotJustADrawing(EMBEDS)
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2].casefold(), value)
        if local == "style":
            self.style = []

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.style is not None and name.rpartition(" ")[2] == "style":
            _check_style("".join(self.style))
            self.style = None

    def text(self, text: str) -> None:
        if self.style is not None:
            self.style.append(text)

    def entity(self, *_arguments: Any) -> int:
        raise NotJustADrawing(ENTITIES)

    def instruction(self, target: str, _data: str) -> None:
        raise NotJustADrawing(REACHES_OUT if "stylesheet" in target.casefold() else EMBEDS)


def _check_attribute(name: str, value: str) -> None:
    plain = "".join(value.split()).casefold()
    if name.startswith("on") or "javascript:" in plain or "vbscript:" in plain:
        raise NotJustADrawing(SCRIPTED)
    if name in {"href", "src", "action", "formaction", "base"} and not OWN.fullmatch(value):
        raise NotJustADrawing(REACHES_OUT)
    if name == "style" or "url(" in plain:
        _check_style(value)


def _check_style(text: str) -> None:
    low = text.casefold()
    # A backslash can spell any word in another way.
    if "\\" in text or "@import" in low or "image-set" in low:
        raise NotJustADrawing(REACHES_OUT)
    if "expression(" in low or "javascript:" in low or "-moz-binding" in low or "behavior:" in low:
        raise NotJustADrawing(SCRIPTED)
    if not all(OWN.fullmatch(link) for link in LINKS.findall(text)):
        raise NotJustADrawing(REACHES_OUT)
