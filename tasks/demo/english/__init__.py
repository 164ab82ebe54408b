"""What goes on in Tom's team: the six examples in other states, and a few more, in English."""

from datetime import datetime

from tasks.actions.resources import add_resource
from tasks.demo.english import agreed, assistant_decides, beside, tom_decides
from tasks.demo.people import Cast
from tasks.demo.stage import Aside, Clock, Story
from tasks.models import Resource, ResourceKind


def stories(cast: Cast, now: datetime) -> list[Story | Aside]:
    """All tasks of Tom's team, and what it agreed on."""
    clock = Clock(now, cast.pottery.time_zone)
    shelf = _resources(cast, clock)
    return [
        assistant_decides.tax_return(cast, clock),
        assistant_decides.lunch(cast, clock, shelf),
        assistant_decides.influencers(cast, clock),
        tom_decides.social_media_tool(cast, clock),
        tom_decides.fairs(cast, clock),
        tom_decides.hotel(cast, clock),
        beside.price_list(cast, clock),
        beside.kiln(cast, clock),
        agreed.agreements(cast, clock),
        agreed.tray(cast, clock),
    ]


def _resources(cast: Cast, clock: Clock) -> list[Resource]:
    given = (
        (
            ResourceKind.ADDRESS,
            "The studio",
            "Hadley Pottery\n7 Kiln Yard\nLondon SE15 4QN\nRing twice, the bell is slow.",
        ),
        (ResourceKind.COLOURS, "Our colours", "Clay #b5651d\nCream #f6efe2\nInk #22303c"),
    )
    return [
        add_resource(
            team=cast.pottery,
            by=cast.tom,
            kind=kind,
            name=name,
            content=content,
            stored_file=None,
            now=clock.back(20, "09:00"),
        )
        for kind, name, content in given
    ]
