"""What Tom gave his team, once."""

from typing import Any

from tasks.actions.resources import add_resource
from tasks.demo.people import Cast
from tasks.demo.secrets import secrets_of
from tasks.demo.stage import Clock, Shelf
from tasks.models import ResourceKind

PLAIN = {
    "studio": (
        ResourceKind.ADDRESS,
        "The studio",
        "Hadley Pottery\n7 Kiln Yard\nLondon SE15 4QN\nRing twice, the bell is slow.",
    ),
    "colours": (ResourceKind.COLOURS, "Our colours", "Clay #b5651d\nCream #f6efe2\nInk #22303c"),
    "photos": (ResourceKind.LINK, "Photographs of all pieces", "https://photos.example.com/hadley"),
    "packing": (ResourceKind.NOTE, "How a cup is packed", "Two layers of paper, never plastic. Handle upwards."),
}
# Name, user name, web address, whether it asks for a reason.
LOGINS: dict[str, tuple[str, str, str, bool]] = {
    "shop": ("The online shop", "tom@hadley-pottery.example", "https://shop.example.com/admin", False),
    "accounts": ("Bookkeeping", "tom.hadley", "https://accounts.example.com", True),
    "caterer": ("Greens & Grains, orders", "hadley", "https://caterer.example.com", False),
}


def given(cast: Cast, clock: Clock) -> Shelf:
    """All of it, by a word for each."""
    common: dict[str, Any] = {
        "team": cast.pottery,
        "by": cast.tom,
        "now": clock.back(20, "09:00"),
        "stored_file": None,
    }
    shelf = {
        key: add_resource(kind=kind, name=name, content=content, **common)
        for key, (kind, name, content) in PLAIN.items()
    }
    for key, (name, user_name, web_address, asks_reason) in LOGINS.items():
        shelf[key] = add_resource(
            kind=ResourceKind.LOGIN,
            name=name,
            content="",
            user_name=user_name,
            web_address=web_address,
            asks_reason=asks_reason,
            secrets=secrets_of(key),
            **common,
        )
    return shelf
