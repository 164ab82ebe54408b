"""What else goes on: a task that was declined, and one that was stopped."""

from decimal import Decimal

from delegation.levels import LevelKey
from tasks.actions.handing_over import accept_task, decline, delegate, stop
from tasks.demo.people import Cast
from tasks.demo.stage import Clock, Story
from tasks.payloads import DeclineReason


def price_list(cast: Cast, clock: Clock) -> Story:
    """Declined, with a suggestion: a draft again."""
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


def kiln(cast: Cast, clock: Clock) -> Story:
    """Stopped."""
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
