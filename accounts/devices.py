"""A browser in words, out of the text by which it presents itself."""

import re

from django.utils.translation import gettext as _

# The first that fits counts: most browsers also call themselves by the names further down.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_in_words(user_agent: str) -> str:
    """ "Firefox on Windows"; what of it is known."""
    browser = _first(BROWSERS, user_agent) or _own_name(user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")


def _own_name(text: str) -> str:
    """What stands before the first slash of a program that is no browser we know."""
    found = re.match(r"([A-Za-z][\w.-]{0,30})/", text)
    return found[1] if found and found[1] != "Mozilla" else ""
