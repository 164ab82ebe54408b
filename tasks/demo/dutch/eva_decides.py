"""Eva's tasks in which she decides herself: on advice, on findings, or beforehand."""

from datetime import time
from decimal import Decimal

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from tasks.actions.gates import submit_options, tick_step
from tasks.actions.handing_over import accept_task, delegate
from tasks.actions.talking import ask
from tasks.demo.people import Cast
from tasks.demo.stage import Clock, Shelf, Story
from tasks.models import Mood
from tasks.payloads import Option

TOOLS = [
    Option(
        title="Buffer",
        cost=Decimal(15),
        cost_note="per maand",
        pros="Heel eenvoudig, je bent in vijf minuten klaar.",
        cons="Geen verhalen op Instagram.",
    ),
    Option(
        title="Later",
        cost=Decimal(22),
        cost_note="per maand",
        pros="Alle kanalen, ook verhalen. Je ziet je week als kalender.",
        cons="De app is alleen in het Engels.",
        recommended=True,
    ),
    Option(
        title="Hootsuite",
        cost=Decimal(99),
        cost_note="per maand",
        pros="Uitgebreide rapportages.",
        cons="Boven je grens, en veel knoppen voor één persoon.",
    ),
]


def social_media_tool(cast: Cast, clock: Clock) -> Story:
    """Advise me, I decide: three options wait on Eva."""
    eva, noor = cast.eva, cast.noor
    return (
        Story(
            clock.back(4, "14:00"),
            eva,
            cast.studio,
            title="Welke tool voor social media past bij mij?",
            level=LevelKey.ADVISE,
            assistant=noor,
            purpose="Op zondagavond de week inplannen en er dan niet meer naar omkijken.",
            criteria=[
                "LinkedIn en Instagram kunnen erin",
                "Ik kan het zelf in een kwartier",
                "Hoogstens € 30 per maand",
            ],
            deadline_date=clock.ahead(5),
            tags=["marketing"],
        )
        .then(clock.back(4, "14:10"), eva, delegate)
        .then(
            clock.back(3, "09:15"),
            noor,
            accept_task,
            read_back="Ik probeer er een paar uit met berichten van vorige maand. Jij krijgt er drie om uit te kiezen.",
            estimate=180,
        )
        .worked(clock.back(3, "11:20"), noor, 80, "Zes tools uitgeprobeerd")
        .worked(clock.back(1, "14:15"), noor, 60, "De beste drie een week ingepland")
        .then(
            clock.back(1, "14:30"),
            noor,
            submit_options,
            text="Later past het best: het is het enige waarin je ook verhalen kunt inplannen.",
            options=TOOLS,
        )
    )


def events(cast: Cast, clock: Clock) -> Story:
    """Research only: Sam is asked how it goes, and hasn't seen the changed brief."""
    eva, sam = cast.eva, cast.sam
    return (
        Story(
            clock.back(3, "09:00"),
            eva,
            cast.studio,
            rules=[
                Rule(trigger=Trigger.AFTER_START, hours=3),
                Rule(trigger=Trigger.AT, at=clock.back(1, "15:30")),
                Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24),
            ],
            title="Evenementen in Nederland met meer dan 10.000 bezoekers",
            level=LevelKey.RESEARCH,
            assistant=sam,
            purpose="Kiezen waar ik volgend jaar wil spreken. Niet om te adverteren.",
            deliverable="Een tabel: naam, plaats, datum, aantal bezoekers, bron.",
            guidelines="Alleen beurzen over werk, ondernemen of leren.",
            time_limit=360,
            deadline_date=clock.ahead(5),
            deadline_time=time(17),
            tags=["spreken"],
        )
        .then(clock.back(3, "09:10"), eva, delegate)
        .then(
            clock.back(3, "09:25"),
            sam,
            accept_task,
            read_back="Alle grote beurzen over werk en ondernemen, met aantallen en waar ik die vond. Geen advies.",
            estimate=330,
        )
        .checked_in(
            clock.back(3, "12:40"),
            sam,
            mood=Mood.AT_RISK,
            percent=40,
            minutes_needed=240,
            note="Twee beurzen geven geen bezoekersaantallen. Ik heb ze gebeld, ze bellen terug.",
        )
        .worked(clock.back(3, "16:30"), sam, 150, "Beurskalenders van de grote hallen")
        .spent(clock.back(2, "10:05"), sam, 18, "Een dag toegang tot de beursdatabase")
        .worked(clock.back(2, "14:40"), sam, 90, "Aantallen nagebeld")
        .amended(
            clock.back(1, "17:05"),
            eva,
            guidelines="Alleen beurzen over werk, ondernemen of leren.\nVlaanderen mag ook, als het in één dag kan.",
            deadline_date=clock.ahead(7),
        )
    )


def hotel(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Follow my instructions: three of five steps are ticked off, and a question waits on Eva."""
    eva, sam = cast.eva, cast.sam
    night = clock.spoken(15, "nl")
    story = (
        Story(
            clock.back(2, "15:00"),
            eva,
            cast.studio,
            resources=[shelf["travel"]],
            title=f"Hotel Karel V in Utrecht boeken voor {night}",
            level=LevelKey.INSTRUCTIONS,
            assistant=sam,
            purpose="De avond voor de tweedaagse, zodat ik 's ochtends uitgeslapen in de zaal sta.",
            deliverable="Een bevestigde boeking, in mijn mail en in mijn agenda.",
            steps=[
                f"Kijk op de site van Karel V of er voor {night} een kamer is",
                "Vergelijk met de prijs op twee boekingssites",
                "Bel het hotel en vraag of zij de laagste prijs ook geven",
                "Boek een kamer voor € 140 tot € 180, gratis te annuleren",
                "Zet de bevestiging in mijn agenda, met het adres en de inchecktijd",
            ],
            money_limit=Decimal(180),
            deadline_date=clock.ahead(1),
        )
        .then(clock.back(2, "15:15"), eva, delegate)
        .then(
            clock.back(2, "15:40"),
            sam,
            accept_task,
            read_back="Eén nacht Karel V, € 140 tot € 180, te annuleren. Ik volg je stappen.",
            estimate=45,
        )
    )
    for number, at in enumerate(("09:05", "09:20", "10:10"), start=1):
        story.then(clock.back(1, at), sam, tick_step, step_number=number)
    story.worked(clock.back(1, "10:15"), sam, 25, "Prijzen vergeleken en gebeld")
    return story.then(
        clock.ago(35),
        sam,
        ask,
        text="Ze hebben een kamer voor € 168 zonder ontbijt. Ontbijt is € 24 extra. Erbij boeken?",
    )
