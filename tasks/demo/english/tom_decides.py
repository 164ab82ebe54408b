"""Tom's tasks in which he decides himself: on advice, on findings, or beforehand."""

from decimal import Decimal

from delegation.levels import LevelKey
from tasks.actions.delivery import deliver, send_back, submit_findings
from tasks.actions.gates import ask_to_deviate, choose, submit_options, tick_step
from tasks.actions.handing_over import accept_task, delegate
from tasks.demo.people import Cast
from tasks.demo.stage import Clock, Story
from tasks.payloads import CriterionCheck, Finding, Option

TOOLS = [
    Option(title="Buffer", cost=Decimal(13), cost_note="a month", pros="Very simple.", cons="No Pinterest."),
    Option(
        title="Later",
        cost=Decimal(20),
        cost_note="a month",
        pros="A calendar of your week, and Pinterest.",
        cons="One user only.",
        recommended=True,
    ),
    Option(title="Hootsuite", cost=Decimal(89), cost_note="a month", pros="Reports.", cons="Over the limit."),
]


def social_media_tool(cast: Cast, clock: Clock) -> Story:
    """Advise me, I decide: the second option was chosen, delivered and sent back."""
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
            options=TOOLS,
        )
        .worked(clock.back(5, "11:00"), sam, 90, "Tried five tools")
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


def fairs(cast: Cast, clock: Clock) -> Story:
    """Research only: the findings wait on Tom."""
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
        .worked(clock.back(5, "14:30"), sam, 120, "The calendars of the large halls")
        .worked(clock.back(4, "15:30"), sam, 95, "Each fair's own site")
        .then(
            clock.ago(80),
            sam,
            submit_findings,
            text="From the calendars of the large halls, then each fair's own site. Left out: trade fairs.",
            findings=[
                Finding(
                    fact="Huis & Handwerk, Amsterdam",
                    detail="Autumn, six days, about 70,000 visitors",
                    source="https://fairs.example.com/design",
                ),
                Finding(
                    fact="Maakdagen, Utrecht",
                    detail="Autumn, five days, about 40,000 visitors",
                    source="https://fairs.example.com/making",
                ),
                Finding(
                    fact="Keramiek aan de Kade, Dordrecht",
                    detail="Summer, two days, about 15,000 visitors",
                    source="https://fairs.example.com/ceramics",
                ),
            ],
        )
    )


def hotel(cast: Cast, clock: Clock) -> Story:
    """Follow my instructions: a question about deviating waits on Tom."""
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
