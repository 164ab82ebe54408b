"""Eva's tasks in which the assistant decides: freely, within limits, or after her yes."""

from datetime import time
from decimal import Decimal

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from tasks.actions.delivery import deliver
from tasks.actions.flags import flag
from tasks.actions.gates import propose
from tasks.actions.handing_over import accept_task, delegate
from tasks.actions.talking import answer, ask
from tasks.demo.people import Cast
from tasks.demo.secrets import look_at
from tasks.demo.stage import Clock, Shelf, Story
from tasks.models import Mood, RevealWay
from tasks.payloads import FlagCause, FlagContent, FlagKind


def tax_return(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Just do it: done. What it needed has been given back with it."""
    eva, sam = cast.eva, cast.sam
    return (
        Story(
            clock.back(9, "09:05"),
            eva,
            cast.studio,
            resources=[shelf["boekhouding"]],
            title="Btw-aangifte van het derde kwartaal indienen",
            level=LevelKey.JUST_DO_IT,
            assistant=sam,
            deliverable="De aangifte is ingediend en betaald. Ik krijg de bevestiging van de Belastingdienst als pdf.",
            purpose="Op tijd zijn, zodat er geen boete komt, en er zelf geen avond aan kwijt zijn.",
            when_stuck="Bel Anneke van het administratiekantoor, zij kent mijn boekhouding.",
            deadline_date=clock.ahead(2),
            tags=["administratie"],
        )
        .then(clock.back(9, "09:20"), eva, delegate)
        .then(
            clock.back(9, "10:02"),
            sam,
            accept_task,
            read_back="Ik verzamel de bonnen, Anneke kijkt mee, ik dien in en betaal. Jij hoort het als het klaar is.",
            estimate=150,
        )
        .then(
            clock.back(8, "10:10"),
            sam,
            look_at,
            resource=shelf["boekhouding"],
            reason="De bonnen van het derde kwartaal ophalen",
        )
        .worked(clock.back(8, "11:00"), sam, 45, "Bonnen verzameld en uitgezocht")
        .worked(clock.back(5, "15:10"), sam, 60, "Met Anneke doorgelopen")
        .spent(clock.back(3, "12:20"), sam, "9.85", "Bankafschriften laten nasturen")
        .worked(clock.back(2, "16:10"), sam, 30, "Ingediend en betaald")
        .then(
            clock.back(2, "16:20"),
            sam,
            deliver,
            text="Ingediend en betaald: € 2.184. Anneke vond nog twee bonnen van september, dat scheelde € 61. "
            "De bevestiging staat in de map, onder Belasting.",
            links=["https://drive.example.com/studio-martens/belasting"],
        )
    )


def lunch(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Stay within my limits: flagged, thirty people can't eat for EUR 100."""
    eva, sam = cast.eva, cast.sam
    return (
        Story(
            clock.back(2, "09:10"),
            eva,
            cast.studio,
            resources=[shelf["studio"]],
            rules=[Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)],
            title=f"Cateraar voor de workshoplunch op {clock.spoken(6, 'nl')}",
            level=LevelKey.WITHIN_LIMITS,
            assistant=sam,
            deliverable="Lunch om 12.15 uur in de zaal, voor 30 mensen van wie 6 vegetarisch. "
            "De bevestiging van de cateraar in mijn mail.",
            purpose="Iedereen blijft binnen, zodat we om 13.00 uur verder kunnen.",
            money_limit=Decimal(100),
            time_limit=120,
            guidelines="Geen broodjes van het tankstation. Afwas nemen ze mee.",
            deadline_date=clock.ahead(3),
            deadline_time=time(17),
            tags=["workshop"],
        )
        .then(clock.back(2, "09:30"), eva, delegate)
        .then(
            clock.back(2, "10:15"),
            sam,
            accept_task,
            read_back="Lunch voor 30 in de studio, 6 vegetarisch, hoogstens € 100. Ik bel vanmiddag drie cateraars.",
            estimate=90,
        )
        .then(clock.back(2, "11:40"), sam, ask, text="Zijn er mensen met een allergie?")
        .then(clock.back(2, "13:05"), eva, answer, text="Ja, één: geen noten.")
        .worked(clock.back(2, "15:45"), sam, 45, "Drie cateraars gebeld")
        .worked(clock.back(1, "16:05"), sam, 20, "Offertes vergeleken")
        .wished(clock.back(1, "16:08"), sam, "Een menukaartje op elke tafel", minutes=60, amount=Decimal("12.50"))
        .then(
            clock.back(1, "16:10"),
            sam,
            flag,
            text="Voor dertig mensen lukt een lunch niet voor € 100. Vanaf € 240 wel, bij De Keuken van Wim: "
            "dat is € 8 per persoon, zoals vorige keer.",
            content=FlagContent(
                kind=FlagKind.BUDGET,
                cause=FlagCause.CIRCUMSTANCES,
                money=Decimal(240),
                alternatives="Broodjes zonder warme gang kan voor € 135. Of de deelnemers nemen zelf iets mee.",
            ),
        )
    )


def influencers(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """You decide, I approve first: the proposal waits on Eva."""
    eva, noor = cast.eva, cast.noor
    return (
        Story(
            clock.back(3, "10:45"),
            eva,
            cast.studio,
            resources=[shelf["colours"], shelf["texts"], shelf["guide"], shelf["instagram"]],
            rules=[Rule(trigger=Trigger.AFTER_START, hours=2), Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)],
            title="Tien influencers voor de voorjaarsworkshops",
            level=LevelKey.PROPOSE,
            assistant=noor,
            purpose="De workshops van april vol krijgen. Liever tien die echt komen dan vijftig die een hartje geven.",
            deliverable="Een lijst met tien namen: kanaal, bereik, waarom ze passen en een eerste berichtje voor elk.",
            not_like_this="De lijst van vorig jaar: dat waren vooral bureaus.",
            criteria=[
                "Alle tien wonen in Nederland",
                "Ieder postte deze maand over werk of ondernemen",
                "Het eerste berichtje is in hun eigen toon",
            ],
            time_limit=360,
            guidelines="Geen geld beloven zonder te vragen.",
            deadline_date=clock.ahead(4),
            deadline_time=time(17),
            tags=["marketing", "voorjaar"],
        )
        .then(clock.back(3, "11:02"), eva, delegate)
        .then(
            clock.back(3, "11:30"),
            noor,
            accept_task,
            read_back="Tien mensen in Nederland die over ondernemen schrijven, met voor elk een eerste berichtje. "
            "Eerst een voorstel, dan pas benaderen.",
            estimate=300,
        )
        .checked_in(clock.back(3, "13:40"), noor, mood=Mood.ON_TRACK, percent=20, minutes_needed=240)
        .then(
            clock.back(3, "12:05"),
            noor,
            look_at,
            resource=shelf["instagram"],
            way=RevealWay.COPIED,
            reason="Kijken wie ons al volgt",
        )
        .worked(clock.back(3, "13:45"), noor, 90, "Eerste lijst van dertig")
        .worked(clock.back(2, "12:50"), noor, 120, "Bereik en toon bekeken")
        .then(clock.back(2, "09:41"), noor, ask, text="Alleen schrijvers, of ook mensen met een podcast?")
        .then(clock.back(2, "10:02"), eva, answer, text="Podcasts mogen ook, als ze maar over ondernemen gaan.")
        .then(
            clock.ago(55),
            noor,
            propose,
            text="Zeven schrijvers en drie podcastmakers, met 8.000 tot 60.000 volgers. De lijst staat in de map.\n\n"
            "Mijn voorstel voor de eerste stap: een persoonlijk bericht over één workshop die bij hen past, "
            "geen vergoeding, wel twee plaatsen. Ik begin met drie en stuur de rest als er één ja zegt.",
        )
    )
