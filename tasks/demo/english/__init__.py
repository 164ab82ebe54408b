"""What goes on in Tom's team: the six examples in other states, and a few more, in English."""

from datetime import datetime

from tasks.demo.english import agreed, assistant_decides, beside, tom_decides
from tasks.demo.english.resources import given
from tasks.demo.people import Cast
from tasks.demo.stage import Aside, Clock, Story


def stories(cast: Cast, now: datetime) -> list[Story | Aside]:
    """All tasks of Tom's team, and what it agreed on."""
    clock = Clock(now, cast.pottery.time_zone)
    shelf = given(cast, clock)
    return [
        assistant_decides.tax_return(cast, clock, shelf),
        assistant_decides.lunch(cast, clock, shelf),
        assistant_decides.influencers(cast, clock, shelf),
        tom_decides.social_media_tool(cast, clock),
        tom_decides.fairs(cast, clock),
        tom_decides.hotel(cast, clock),
        beside.price_list(cast, clock),
        beside.kiln(cast, clock),
        agreed.agreements(cast, clock),
        agreed.tray(cast, clock),
    ]
