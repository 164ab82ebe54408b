"""What goes on in Eva's team: the six examples and a few more, in Dutch."""

from datetime import datetime

from tasks.actions.resources import add_resource
from tasks.demo.dutch import agreed, assistant_decides, beside, eva_decides, website
from tasks.demo.people import Cast
from tasks.demo.stage import Aside, Clock, Story
from tasks.models import Resource, ResourceKind


def stories(cast: Cast, now: datetime) -> list[Story | Aside]:
    """All tasks of Eva's team, and what it agreed on."""
    clock = Clock(now, cast.studio.time_zone)
    shelf = _resources(cast, clock)
    return [
        assistant_decides.tax_return(cast, clock),
        assistant_decides.lunch(cast, clock, shelf),
        assistant_decides.influencers(cast, clock, shelf),
        eva_decides.social_media_tool(cast, clock),
        eva_decides.events(cast, clock),
        eva_decides.hotel(cast, clock, shelf),
        beside.brochure(cast, clock, shelf),
        beside.printers(cast, clock),
        beside.newsletter(cast, clock),
        website.website(cast, clock),
        agreed.agreements(cast, clock),
        agreed.tray(cast, clock),
    ]


def _resources(cast: Cast, clock: Clock) -> dict[ResourceKind, Resource]:
    given = {
        ResourceKind.ADDRESS: ("Adres van de studio", "Studio Martens\nOudegracht 214\n3511 NR Utrecht"),
        ResourceKind.COLOURS: (
            "Huisstijlkleuren",
            "Donkerblauw #1f3d99\nZand #f3ede0\nRood #c2412d, alleen voor accenten",
        ),
        ResourceKind.LINK: ("Map met teksten en foto's", "https://drive.example.com/studio-martens"),
        ResourceKind.NOTE: (
            "Wat ik op reis nodig heb",
            "Rustige kamer, niet aan de straat. Ontbijt voor 7.30 uur. Factuur op naam van Studio Martens.",
        ),
    }
    return {
        kind: add_resource(
            team=cast.studio,
            by=cast.eva,
            kind=kind,
            name=name,
            content=content,
            stored_file=None,
            now=clock.back(20, "10:00"),
        )
        for kind, (name, content) in given.items()
    }
