"""What goes on in Tom's team: the six examples in other states, in English."""

from datetime import datetime, time
from decimal import Decimal

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from tasks.actions.delivery import accept_result, deliver, send_back, submit_findings
from tasks.actions.flags import flag, give_more
from tasks.actions.gates import approve, ask_for_changes, ask_to_deviate, choose, propose, submit_options, tick_step
from tasks.actions.handing_over import accept_task, acknowledge, decline, delegate, stop
from tasks.actions.resources import add_resource
from tasks.demo.people import Cast
from tasks.demo.stage import Clock, Story
from tasks.forms.actions import DeclineReason
from tasks.models import Mood, Resource, ResourceKind
from tasks.payloads import CriterionCheck, Finding, FlagCause, FlagContent, FlagKind, Option


def stories(cast: Cast, now: datetime) -> list[Story]:
    """All tasks of Tom's team."""
    clock = Clock(now, cast.pottery.time_zone)
    shelf = _resources(cast, clock)
    return [
        _tax_return(cast, clock),
        _lunch(cast, clock, shelf),
        _influencers(cast, clock),
        _social_media_tool(cast, clock),
        _fairs(cast, clock),
        _hotel(cast, clock),
        _price_list(cast, clock),
        _kiln(cast, clock),
    ]


def _tax_return(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(3, "10:00"),
            tom,
            cast.pottery,
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
    )


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


def _lunch(cast: Cast, clock: Clock, shelf: list[Resource]) -> Story:
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(8, "09:00"),
            tom,
            cast.pottery,
            resources=shelf[:1],
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
        .then(
            clock.back(6, "10:30"),
            sam,
            deliver,
            text="Ordered at Greens & Grains: 24 with meat, 6 vegetarian, £236. They set up at 12:15 and clear away.",
        )
        .then(clock.back(6, "12:05"), tom, accept_result, text="Perfect, thank you.")
    )


def _influencers(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(5, "13:00"),
            tom,
            cast.pottery,
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


def _social_media_tool(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    criteria = ["I can plan a week in fifteen minutes", "Instagram and Pinterest are in it", "At most £25 a month"]
    return (
        Story(
            clock.back(7, "15:00"),
            tom,
            cast.pottery,
            title="A social media tool that fits",
            level=LevelKey.ADVISE,
            assistant=sam,
            purpose="Stop posting at midnight.",
            criteria=criteria,
            deadline_date=clock.ahead(2),
        )
        .then(clock.back(7, "15:05"), tom, delegate)
        .then(
            clock.back(6, "09:10"),
            sam,
            accept_task,
            read_back="I try a few with last month's posts, and lay three before you.",
            estimate=150,
        )
        .then(
            clock.back(5, "10:00"),
            sam,
            submit_options,
            text="Later has both channels and stays under your limit.",
            options=[
                Option(
                    title="Buffer", cost=Decimal(13), cost_note="a month", pros="Very simple.", cons="Slow reports."
                ),
                Option(
                    title="Later",
                    cost=Decimal(20),
                    cost_note="a month",
                    pros="A calendar of your week, and Pinterest.",
                    cons="One user only.",
                    recommended=True,
                ),
                Option(
                    title="Hootsuite", cost=Decimal(89), cost_note="a month", pros="Reports.", cons="Over the limit."
                ),
            ],
        )
        .then(clock.back(5, "11:30"), tom, choose, option=1, text="Later it is. Set it up for me?")
        .then(
            clock.back(3, "16:00"),
            sam,
            deliver,
            text="Your account is there, Instagram is connected, and next week is planned as an example.",
            checks=[CriterionCheck(criterion=criterion, met=True) for criterion in criteria],
        )
        .then(
            clock.back(2, "09:20"),
            tom,
            send_back,
            text="Nearly there: Pinterest isn't connected yet.",
            verdicts=[
                CriterionCheck(criterion=criteria[0], met=True),
                CriterionCheck(criterion=criteria[1], met=False, note="Only Instagram so far."),
                CriterionCheck(criterion=criteria[2], met=True),
            ],
        )
    )


def _fairs(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(6, "12:00"),
            tom,
            cast.pottery,
            title="Craft and home fairs in the Netherlands with over 10,000 visitors",
            level=LevelKey.RESEARCH,
            assistant=sam,
            purpose="Choose two fairs to attend next year and look around. Not to speak, not to advertise.",
            deliverable="A table: name, town, month, visitors, source.",
            time_limit=300,
            deadline_date=clock.ahead(3),
        )
        .then(clock.back(6, "12:05"), tom, delegate)
        .then(
            clock.back(6, "14:00"),
            sam,
            accept_task,
            read_back="All craft and home fairs above 10,000 visitors, with where I found the number. No advice.",
            estimate=240,
        )
        .then(
            clock.ago(80),
            sam,
            submit_findings,
            text="From the calendars of the large halls, then each fair's own site. Left out: fairs for the trade only.",
            findings=[
                Finding(
                    fact="vt wonen&design beurs, Amsterdam",
                    detail="Autumn, six days, about 70,000 visitors",
                    source="https://fairs.example.com/design",
                ),
                Finding(
                    fact="KreaDoe, Utrecht",
                    detail="Autumn, five days, about 40,000 visitors",
                    source="https://fairs.example.com/making",
                ),
                Finding(
                    fact="Keramiekmarkt, Dordrecht",
                    detail="Summer, two days, about 15,000 visitors",
                    source="https://fairs.example.com/ceramics",
                ),
            ],
        )
    )


def _hotel(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    night = clock.spoken(12, "en")
    return (
        Story(
            clock.back(2, "11:00"),
            tom,
            cast.pottery,
            title=f"Book Hotel Karel V in Utrecht for {night}",
            level=LevelKey.INSTRUCTIONS,
            assistant=sam,
            purpose="Sleep near the hall, so that I can set up at seven.",
            steps=[
                f"See on the hotel's own site whether there is a room for {night}",
                "Book a single room for £120 to £160, free to cancel",
                "Put the confirmation in my calendar",
            ],
            money_limit=Decimal(160),
            deadline_date=clock.ahead(2),
        )
        .then(clock.back(2, "11:05"), tom, delegate)
        .then(
            clock.back(2, "11:30"),
            sam,
            accept_task,
            read_back="One night, £120 to £160, free to cancel, by your steps.",
            estimate=30,
        )
        .then(clock.back(1, "11:15"), sam, tick_step, step_number=1)
        .then(
            clock.back(1, "11:25"),
            sam,
            ask_to_deviate,
            text="There is no single left. A double for one person is £155, also free to cancel. Shall I take that?",
        )
    )


def _price_list(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(1, "09:30"),
            tom,
            cast.pottery,
            title="Price list for shops, in German",
            level=LevelKey.JUST_DO_IT,
            assistant=sam,
            deliverable="One page in German with the prices of all 24 pieces.",
            deadline_date=clock.ahead(10),
        )
        .then(clock.back(1, "09:35"), tom, delegate)
        .then(
            clock.back(1, "13:50"),
            sam,
            decline,
            reason=DeclineReason.EXPERTISE,
            text="My German is for holidays. A translator does this in an hour, and better.",
        )
    )


def _kiln(cast: Cast, clock: Clock) -> Story:
    tom, sam = cast.tom, cast.sam
    return (
        Story(
            clock.back(9, "10:00"),
            tom,
            cast.pottery,
            title="Find a second-hand kiln",
            level=LevelKey.WITHIN_LIMITS,
            assistant=sam,
            deliverable="Three kilns I can go and see, with photographs and the year.",
            money_limit=Decimal(900),
        )
        .then(clock.back(9, "10:05"), tom, delegate)
        .then(
            clock.back(9, "10:40"),
            sam,
            accept_task,
            read_back="Three kilns up to £900 that you can go and see.",
            estimate=120,
        )
        .then(clock.back(6, "16:00"), tom, stop, text="A neighbour gives me hers. Thank you for looking!")
    )
