"""What goes on in Eva's team: the six examples and a few more, in Dutch."""

from datetime import datetime

from tasks.demo.dutch import agreed, assistant_decides, beside, eva_decides, website
from tasks.demo.dutch.resources import given
from tasks.demo.people import Cast
from tasks.demo.stage import Aside, Clock, Story


def stories(cast: Cast, now: datetime) -> list[Story | Aside]:
    """All tasks of Eva's team, and what it agreed on."""
    clock = Clock(now, cast.studio.time_zone)
    shelf = given(cast, clock)
    return [
        assistant_decides.tax_return(cast, clock, shelf),
        assistant_decides.lunch(cast, clock, shelf),
        assistant_decides.influencers(cast, clock, shelf),
        eva_decides.social_media_tool(cast, clock),
        eva_decides.events(cast, clock),
        eva_decides.hotel(cast, clock, shelf),
        beside.brochure(cast, clock, shelf),
        beside.printers(cast, clock, shelf),
        beside.newsletter(cast, clock, shelf),
        website.website(cast, clock, shelf),
        agreed.agreements(cast, clock),
        agreed.tray(cast, clock),
    ]
