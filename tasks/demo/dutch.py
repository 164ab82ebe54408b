"""What goes on in Eva's team: the six examples and a few more, in Dutch."""

from datetime import datetime, time
from decimal import Decimal

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from tasks.actions.delivery import deliver
from tasks.actions.flags import flag
from tasks.actions.gates import propose, submit_options, tick_step
from tasks.actions.handing_over import accept_task, delegate
from tasks.actions.resources import add_resource
from tasks.actions.talking import answer, ask
from tasks.demo.people import Cast
from tasks.demo.stage import Clock, Story
from tasks.models import Mood, Resource, ResourceKind
from tasks.payloads import FlagCause, FlagContent, FlagKind, Option


def stories(cast: Cast, now: datetime) -> list[Story]:
    """All tasks of Eva's team."""
    clock = Clock(now, cast.studio.time_zone)
    shelf = _resources(cast, clock)
    return [
        _tax_return(cast, clock),
        _lunch(cast, clock, shelf),
        _influencers(cast, clock, shelf),
        _social_media_tool(cast, clock),
        _events(cast, clock),
        _hotel(cast, clock, shelf),
        _brochure(cast, clock, shelf),
        _printers(cast, clock),
        _newsletter(cast, clock),
    ]


def _resources(cast: Cast, clock: Clock) -> dict[ResourceKind, Resource]:
    given = {
        ResourceKind.ADDRESS: ("Adres van de studio", "Studio Martens\nOudegracht 214\n3511 NR Utrecht"),
        ResourceKind.COLOURS: (
            "Huisstijlkleuren",
            "Donkerblauw #1f3d99\nZand #f3ede0\nRood #c2412d, alleen voor accenten",
        ),
        ResourceKind.LINK: ("Map met teksten en foto's", "https://drive.example.com/studio-martens"),
        ResourceKind.NOTE: (
            "Wat ik op reis nodig heb",
            "Rustige kamer, niet aan de straat. Ontbijt voor 7.30 uur. Factuur op naam van Studio Martens.",
        ),
    }
    return {
        kind: add_resource(
            team=cast.studio,
            by=cast.eva,
            kind=kind,
            name=name,
            content=content,
            stored_file=None,
            now=clock.back(20, "10:00"),
        )
        for kind, (name, content) in given.items()
    }


def _tax_return(cast: Cast, clock: Clock) -> Story:
    eva, sam = cast.eva, cast.sam
    return (
        Story(
            clock.back(9, "09:05"),
            eva,
            cast.studio,
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
            clock.back(2, "16:20"),
            sam,
            deliver,
            text="Ingediend en betaald: € 2.184. Anneke vond nog twee bonnen van september, dat scheelde € 61. "
            "De bevestiging staat in de map, onder Belasting.",
            links=["https://drive.example.com/studio-martens/belasting"],
        )
    )


def _lunch(cast: Cast, clock: Clock, shelf: dict[ResourceKind, Resource]) -> Story:
    eva, sam = cast.eva, cast.sam
    return (
        Story(
            clock.back(2, "09:10"),
            eva,
            cast.studio,
            resources=[shelf[ResourceKind.ADDRESS]],
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


def _influencers(cast: Cast, clock: Clock, shelf: dict[ResourceKind, Resource]) -> Story:
    eva, noor = cast.eva, cast.noor
    return (
        Story(
            clock.back(3, "10:45"),
            eva,
            cast.studio,
            resources=[shelf[ResourceKind.COLOURS], shelf[ResourceKind.LINK]],
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


def _social_media_tool(cast: Cast, clock: Clock) -> Story:
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
        .then(
            clock.back(1, "14:30"),
            noor,
            submit_options,
            text="Later past het best: het is het enige waarin je ook verhalen kunt inplannen.",
            options=[
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
            ],
        )
    )


def _events(cast: Cast, clock: Clock) -> Story:
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
        .amended(
            clock.back(1, "17:05"),
            eva,
            guidelines="Alleen beurzen over werk, ondernemen of leren.\nVlaanderen mag ook, als het in één dag kan.",
            deadline_date=clock.ahead(7),
        )
    )


def _hotel(cast: Cast, clock: Clock, shelf: dict[ResourceKind, Resource]) -> Story:
    eva, sam = cast.eva, cast.sam
    night = clock.spoken(15, "nl")
    story = (
        Story(
            clock.back(2, "15:00"),
            eva,
            cast.studio,
            resources=[shelf[ResourceKind.NOTE]],
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
    return story.then(
        clock.ago(35),
        sam,
        ask,
        text="Ze hebben een kamer voor € 168 zonder ontbijt. Ontbijt is € 24 extra. Erbij boeken?",
    )


def _brochure(cast: Cast, clock: Clock, shelf: dict[ResourceKind, Resource]) -> Story:
    eva, gijs = cast.eva, cast.gijs
    return (
        Story(
            clock.back(5, "11:00"),
            eva,
            cast.studio,
            resources=[shelf[ResourceKind.COLOURS]],
            rules=[Rule(trigger=Trigger.AFTER_START, hours=4)],
            title="De brochure in het Duits",
            level=LevelKey.WITHIN_LIMITS,
            assistant=gijs,
            deliverable="De acht bladzijden in het Duits, in dezelfde opmaak, als pdf om te drukken.",
            purpose="Meenemen naar de beurs in Keulen.",
            time_limit=480,
            guidelines="We zeggen Sie, niet du.",
            deadline_date=clock.ahead(8),
        )
        .then(clock.back(5, "11:20"), eva, delegate)
        .then(
            clock.back(4, "09:30"),
            gijs,
            accept_task,
            read_back="Acht bladzijden naar het Duits, met Sie, binnen acht uur en drukklaar.",
            estimate=450,
        )
        .checked_in(clock.back(4, "13:45"), gijs, mood=Mood.ON_TRACK, percent=35, minutes_needed=300)
    )


def _printers(cast: Cast, clock: Clock) -> Story:
    eva, noor = cast.eva, cast.noor
    return Story(
        clock.ago(100),
        eva,
        cast.studio,
        title="Drie offertes voor 500 brochures",
        level=LevelKey.WITHIN_LIMITS,
        assistant=noor,
        deliverable="Drie offertes naast elkaar: prijs, papier, levertijd.",
        time_limit=120,
        ask_above=Decimal(25),
        deadline_date=clock.ahead(6),
    ).then(clock.ago(90), eva, delegate)


def _newsletter(cast: Cast, clock: Clock) -> Story:
    return Story(
        clock.back(1, "11:50"),
        cast.eva,
        cast.studio,
        title="Nieuwsbrief van januari",
        level=LevelKey.PROPOSE,
        purpose="Mensen die een workshop deden laten terugkomen.",
        kept_part="Het stukje van mijzelf bovenaan schrijf ik.",
    )
