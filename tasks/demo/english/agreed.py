"""What Tom and Sam agreed on, and what lies in Tom's tray."""

from decimal import Decimal

from delegation.levels import LevelKey
from tasks.actions.team_money import save_team_money
from tasks.actions.usual import set_usual_limits
from tasks.actions.wishes import add_wish
from tasks.demo.agreed import agree, terms
from tasks.demo.people import Cast
from tasks.demo.stage import Aside, Clock
from tasks.usual_limits import Limits


def agreements(cast: Cast, clock: Clock) -> Aside:
    """With Sam, in pounds."""
    set_usual_limits(team=cast.pottery, level=LevelKey.WITHIN_LIMITS, limits=Limits(ask_above=Decimal(40)))
    save_team_money(team=cast.pottery, own_rate=Decimal(45), tolerance_amount=Decimal(10), tolerance_percent=10)
    aside = Aside()
    said = terms(
        clock,
        cast.sam,
        cast.pottery,
        32,
        increment=6,
        channels="Handover. Never by text message.",
        responsibilities="Sam arranges. Tom decides what is made, and what it costs.",
        input_days=3,
        input_late="Then the deadline moves by as many working days.",
        escalation=[{"hours": 8, "to": "them"}, {"hours": 24, "to": "owner"}],
        risks=[{"risk": "Post gets lost", "then": "Send again at Tom's cost, tracked this time."}],
    )
    agree(aside, clock, cast.pottery, cast.tom, cast.sam, said)
    return aside


def tray(cast: Cast, clock: Clock) -> Aside:
    """What hangs on no task."""
    return (
        Aside()
        .then(
            clock.back(4, "12:00"),
            cast.sam,
            add_wish,
            team=cast.pottery,
            text="A second set of photographs, outdoors",
            minutes=180,
            amount=Decimal(60),
        )
        .then(clock.back(1, "18:10"), cast.tom, add_wish, team=cast.pottery, text="Stickers for the parcels")
    )
