"""What Eva and her assistants agreed on, and what lies in her tray besides."""

from datetime import date, time
from decimal import Decimal

from tasks.actions.agreements import propose_agreement
from tasks.actions.team_money import save_team_money
from tasks.actions.usual import set_usual_limits
from tasks.actions.wishes import add_wish
from tasks.demo.agreed import agree, terms
from tasks.demo.people import Cast
from tasks.demo.stage import Aside, Clock
from tasks.usual_limits import Limits

CHANNELS = "Alles in Handover. Bellen alleen als het dezelfde dag moet."
RISKS = [
    {"risk": "Ziekte of uitval", "then": "Wie uitvalt, meldt het voor 9.00 uur; Eva neemt over of zoekt vervanging."},
    {"risk": "Een leverancier laat ons zitten", "then": "Meteen een signaal, met twee andere mogelijkheden."},
]


def agreements(cast: Cast, clock: Clock) -> Aside:
    """One with each of the three; Sam proposes a higher rate from next month on, and Eva has not answered."""
    set_usual_limits(team=cast.studio, limits=Limits(ask_above=Decimal(50)))
    set_usual_limits(team=cast.studio, assistant=cast.gijs, limits=Limits(ask_above=Decimal(25), time_limit=480))
    save_team_money(team=cast.studio, own_rate=Decimal(75), tolerance_amount=Decimal(20), tolerance_percent=10)
    aside = Aside()
    sam = terms(
        clock,
        cast.sam,
        cast.studio,
        38,
        channels=CHANNELS,
        responsibilities="Sam plant en voert uit. Eva levert aan en beslist over geld.",
        input_days=2,
        input_late="De deadline schuift evenveel werkdagen op.",
        escalation=[{"hours": 8, "to": "them"}, {"hours": 24, "to": "owner"}],
        risks=RISKS,
        liability="Sam vergoedt schade tot hoogstens het bedrag van de opdracht, behalve bij opzet.",
    )
    agree(aside, clock, cast.studio, cast.eva, cast.sam, sam)
    noor = terms(
        clock,
        cast.noor,
        cast.studio,
        18,
        increment=1,
        regular_from=time(14),
        regular_until=time(22, 30),
        channels="Handover. In het Engels mag ook.",
    )
    agree(aside, clock, cast.studio, cast.eva, cast.noor, noor)
    gijs = terms(
        clock, cast.gijs, cast.studio, 48, rush_multiplier=Decimal(1), rush_hours=None, channels="Handover en mail."
    )
    agree(aside, clock, cast.studio, cast.eva, cast.gijs, gijs)
    raised = sam | {"rate": Decimal(40), "valid_from": _next_month(clock), "signed_on": None}
    return aside.then(
        clock.back(1, "17:20"), cast.sam, propose_agreement, team=cast.studio, assistant=cast.sam, fields=raised
    )


def tray(cast: Cast, clock: Clock) -> Aside:
    """What hangs on no task."""
    return (
        Aside()
        .then(
            clock.back(7, "15:30"),
            cast.sam,
            add_wish,
            team=cast.studio,
            text="Cadeaubonnen voor een workshop",
            minutes=240,
            amount=Decimal(25),
        )
        .then(clock.back(2, "17:45"), cast.eva, add_wish, team=cast.studio, text="Koffie van een brander uit de buurt")
    )


def _next_month(clock: Clock) -> date:
    today = clock.now.date()
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)
