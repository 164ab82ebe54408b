"""How what a task needs is written on a page: colours beside their names, and addresses of the web as links."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tasks.swatches import Swatches
from tasks.swatches import swatches as read_swatches

register = template.Library()

# Only what the browser opens as a page. Whatever else calls itself an address stays text.
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'`\\\x00-\x1f]+", re.IGNORECASE)
CLOSING = {")": "(", "]": "[", "}": "{"}


@register.filter
def linked(text: str) -> SafeString:
    """A text in which http and https addresses can be pressed; lines stay lines, and nothing else becomes a link."""
    return mark_safe("<br>".join(_linked_line(line) for line in text.splitlines()))  # noqa: S308 - escaped piece by piece


def _linked_line(line: str) -> str:
    pieces, end = [], 0
    for match in ADDRESS.finditer(line):
        address = _without_ending(match[0])
        pieces.append(conditional_escape(line[end : match.start()]))
        href = address if "//" in address[:8] else f"https://{address}"
        pieces.append(format_html('<a href="{}" rel="noopener noreferrer">{}</a>', href, address))
        end = match.start() + len(address)
    return "".join([*pieces, conditional_escape(line[end:])])


def _without_ending(address: str) -> str:
    """Without the full stop or the bracket that belongs to the sentence around it."""
    while address and (address[-1] in ".,;:!?" or _closes_nothing(address)):
        address = address[:-1]
    return address


def _closes_nothing(address: str) -> bool:
    opening = CLOSING.get(address[-1])
    return opening is not None and address.count(address[-1]) > address.count(opening)


@register.filter
def swatches(text: str) -> list[Swatches]:
    """The lines of what was written about colours, each with the colours that it names."""
    return read_swatches(text)
