"""Tom's tasks in which the assistant decides: freely, within limits, or after his yes."""

from datetime import time
from decimal import Decimal

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from tasks.actions.delivery import accept_result, deliver
from tasks.actions.flags import flag, give_more
from tasks.actions.gates import approve, ask_for_changes, propose
from tasks.actions.handing_over import accept_task, acknowledge, delegate
from tasks.demo.people import Cast
from tasks.demo.secrets import look_at
from tasks.demo.stage import Clock, Shelf, Story
from tasks.models import Mood, RevealWay
from tasks.payloads import FlagCause, FlagContent, FlagKind


def tax_return(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Just do it: in progress."""
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(3, "10:00"),
            tom,
            cast.pottery,
            resources=[shelf["accounts"]],
            rules=[Rule(trigger=Trigger.AFTER_START, hours=4)],
            title="File my self-assessment tax return",
            level=LevelKey.JUST_DO_IT,
            assistant=sam,
            deliverable="The return is filed, with the accountant's yes, and I get the receipt as a PDF.",
            when_stuck="Ring Priya at Barlow & Co, she has all my figures.",
            deadline_date=clock.ahead(9),
            tags=["money"],
        )
        .then(clock.back(3, "10:05"), tom, delegate)
        .then(
            clock.back(3, "10:50"),
            sam,
            accept_task,
            read_back="I gather the figures, Priya checks them, I file. You only hear from me when it is in.",
            estimate=180,
        )
        .checked_in(
            clock.back(3, "15:05"),
            sam,
            mood=Mood.ON_TRACK,
            percent=50,
            minutes_needed=90,
            note="Everything has gone to Priya. She answers within two days.",
        )
        .then(
            clock.back(3, "14:30"),
            sam,
            look_at,
            resource=shelf["accounts"],
            way=RevealWay.COPIED,
            reason="To download the figures of the year",
        )
        .worked(clock.back(3, "15:10"), sam, 75, "Gathered the figures")
    )


def lunch(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Stay within my limits: flagged, answered with more money, done."""
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(8, "09:00"),
            tom,
            cast.pottery,
            resources=[shelf["studio"], shelf["caterer"]],
            title="Caterer for the glazing workshop lunch",
            level=LevelKey.WITHIN_LIMITS,
            assistant=sam,
            deliverable="Lunch for 30 at 12:30 in the studio, 6 of them vegetarian. The caterer confirms by e-mail.",
            money_limit=Decimal(100),
            time_limit=120,
            deadline_date=clock.back(4, "17:00").date(),
        )
        .then(clock.back(8, "09:10"), tom, delegate)
        .then(
            clock.back(8, "09:45"),
            sam,
            accept_task,
            read_back="Lunch for 30, 6 vegetarian, at most £100, confirmed in writing.",
            estimate=90,
        )
        .then(
            clock.back(7, "11:20"),
            sam,
            flag,
            text="No caterer does thirty people for £100. From £240 it can be done, with the one you had last time.",
            content=FlagContent(
                kind=FlagKind.BUDGET,
                cause=FlagCause.CIRCUMSTANCES,
                money=Decimal(240),
                alternatives="Sandwiches only: £135.",
            ),
        )
        .then(clock.back(7, "13:00"), tom, give_more, more={"money_limit": Decimal(240)}, text="Fair enough. Order it.")
        .then(clock.back(7, "13:15"), sam, acknowledge)
        .worked(clock.back(7, "16:00"), sam, 50, "Rang four caterers")
        .then(clock.back(6, "10:05"), sam, look_at, resource=shelf["caterer"])
        .worked(clock.back(6, "10:15"), sam, 15, "Ordered and confirmed")
        .spent(clock.back(6, "10:20"), sam, 236, "Greens & Grains, lunch for 30")
        # Five pounds beyond the limit: within what the team allows without asking.
        .spent(clock.back(6, "10:25"), sam, 9, "Napkins")
        .then(
            clock.back(6, "10:30"),
            sam,
            deliver,
            text="Ordered at Greens & Grains: 24 with meat, 6 vegetarian, £236. They set up at 12:15 and clear away.",
        )
        .then(clock.back(6, "12:05"), tom, accept_result, text="Perfect, thank you.")
    )


def influencers(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """You decide, I approve first: approved the second time, in progress."""
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(5, "13:00"),
            tom,
            cast.pottery,
            resources=[shelf["colours"], shelf["photos"], shelf["shop"]],
            rules=[Rule(trigger=Trigger.AFTER_START, hours=2), Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)],
            title="Ten influencers for the spring collection",
            level=LevelKey.PROPOSE,
            assistant=sam,
            purpose="Sell out the spring collection without a discount. Ten who use the cups beat fifty who like them.",
            deliverable="A sheet with ten names: channel, reach, why they fit, and a first message for each.",
            criteria=[
                "All ten post about food or homes",
                "None works for a chain",
                "Each message is in their own tone",
            ],
            time_limit=360,
            deadline_date=clock.ahead(6),
            deadline_time=time(17),
            tags=["marketing"],
        )
        .then(clock.back(5, "13:10"), tom, delegate)
        .then(
            clock.back(5, "13:40"),
            sam,
            accept_task,
            read_back="Ten people in food and homes, a first message for each, and nothing goes out before your yes.",
            estimate=300,
        )
        .checked_in(clock.back(5, "15:50"), sam, mood=Mood.ON_TRACK, percent=30, minutes_needed=200)
        .worked(clock.back(5, "16:40"), sam, 110, "A first list of twenty")
        .worked(clock.back(4, "10:45"), sam, 60, "Ten of them, with a reason each")
        .then(clock.back(4, "11:00"), sam, propose, text="Ten food writers. I offer each of them a set of four cups.")
        .then(
            clock.back(4, "14:20"), tom, ask_for_changes, text="Four of them interiors, please. And two cups, not four."
        )
        .then(
            clock.back(3, "09:30"),
            sam,
            propose,
            text="Six food writers and four on interiors. Two cups each, about £320 in all with postage.",
        )
        .then(clock.back(3, "12:10"), tom, approve, text="Yes. Start with the interiors.")
    )
