"""What Eva gave her team, once."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tasks.actions.resources import add_resource
from tasks.demo.people import Cast
from tasks.demo.secrets import secrets_of
from tasks.demo.stage import Clock, Shelf
from tasks.models import ResourceKind
from tasks.uploads import store

PLAIN = {
    "studio": (ResourceKind.ADDRESS, "Adres van de studio", "Studio Martens\nOudegracht 214\n3511 NR Utrecht"),
    "colours": (
        ResourceKind.COLOURS,
        "Kleuren van de studio",
        "Donkerblauw #1f3d99\nZand #f3ede0\nRood #c2412d, alleen voor accenten",
    ),
    "texts": (ResourceKind.LINK, "Map met teksten en foto's", "https://drive.example.com/studio-martens"),
    "travel": (
        ResourceKind.NOTE,
        "Wat ik op reis nodig heb",
        "Rustige kamer, niet aan de straat. Ontbijt voor 7.30 uur. Factuur op naam van Studio Martens.",
    ),
}
# Name, user name, web address, a word about it, whether it asks for a reason.
LOGINS: dict[str, tuple[str, str, str, str, bool]] = {
    "webwinkel": (
        "Webwinkel, beheer",
        "eva@studio-martens.example",
        "https://webwinkel.example.com/beheer",
        "Bestellingen niet aanpassen, wel bekijken.",
        False,
    ),
    "nieuwsbrief": (
        "Nieuwsbriefprogramma",
        "studio-martens",
        "https://nieuwsbrief.example.com/inloggen",
        "Verzenden doe ik zelf.",
        False,
    ),
    "instagram": ("Instagram", "@studiomartens", "https://instagram.example.com", "", True),
    "boekhouding": ("Boekhoudprogramma", "eva.martens", "https://boekhouding.example.com", "", True),
    "vertalen": ("Vertaalprogramma", "eva@studio-martens.example", "https://vertalen.example.com", "", False),
    "bank": ("Zakelijke rekening", "studio-martens", "https://bank.example.com", "Alleen voor mijzelf.", True),
}
GUIDE = """Schrijfwijzer van Studio Martens

We zeggen je en jij.
Korte zinnen. Geen uitroeptekens.
Een workshop heet een workshop, geen training en geen sessie.
Bedragen zonder btw, en dat erbij zeggen.
"""


def given(cast: Cast, clock: Clock) -> Shelf:
    """All of it, by a word for each."""
    common: dict[str, Any] = {"team": cast.studio, "by": cast.eva, "now": clock.back(20, "10:00")}
    upload = SimpleUploadedFile("Schrijfwijzer Studio Martens.txt", GUIDE.encode())
    (guide,) = store([upload], team=cast.studio, task=None, by=cast.eva, now=common["now"])
    shelf = {
        key: add_resource(kind=kind, name=name, content=content, stored_file=None, **common)
        for key, (kind, name, content) in PLAIN.items()
    }
    shelf["guide"] = add_resource(
        kind=ResourceKind.FILE, name="Schrijfwijzer", content="Hoe wij schrijven.", stored_file=guide, **common
    )
    for key, (name, user_name, web_address, content, asks_reason) in LOGINS.items():
        shelf[key] = add_resource(
            kind=ResourceKind.LOGIN,
            name=name,
            content=content,
            stored_file=None,
            user_name=user_name,
            web_address=web_address,
            asks_reason=asks_reason,
            secrets=secrets_of(key),
            **common,
        )
    return shelf
