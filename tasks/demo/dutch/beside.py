"""What else goes on: a guest's task, one that is offered, and one that is still being written."""

from decimal import Decimal

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from tasks.actions.handing_over import accept_task, delegate
from tasks.demo.people import Cast
from tasks.demo.secrets import look_at
from tasks.demo.stage import Clock, Shelf, Story
from tasks.models import Mood


def brochure(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """The only task that the guest can see."""
    eva, gijs = cast.eva, cast.gijs
    return (
        Story(
            clock.back(5, "11:00"),
            eva,
            cast.studio,
            resources=[shelf["colours"], shelf["guide"], shelf["vertalen"]],
            rules=[Rule(trigger=Trigger.AFTER_START, hours=4)],
            title="De brochure in het Duits",
            level=LevelKey.WITHIN_LIMITS,
            assistant=gijs,
            deliverable="De acht bladzijden in het Duits, in dezelfde opmaak, als pdf om te drukken.",
            purpose="Meenemen naar de beurs in Keulen.",
            time_limit=480,
            ask_above=Decimal(25),
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
        .then(clock.back(4, "10:05"), gijs, look_at, resource=shelf["vertalen"])
        .worked(clock.back(4, "15:00"), gijs, 150, "Bladzijde 1 tot en met 3")
        .worked(clock.back(3, "12:15"), gijs, 120, "Bladzijde 4 en 5")
        .spent(clock.back(1, "10:05"), gijs, 45, "Vaktermen laten nakijken door een Duitse drukker")
        .wished(clock.back(1, "10:20"), gijs, "De brochure ook in het Frans", minutes=480)
    )


def printers(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Offered just now; Noor hasn't answered."""
    eva, noor = cast.eva, cast.noor
    return Story(
        clock.ago(100),
        eva,
        cast.studio,
        resources=[shelf["colours"], shelf["studio"]],
        title="Drie offertes voor 500 brochures",
        level=LevelKey.WITHIN_LIMITS,
        assistant=noor,
        deliverable="Drie offertes naast elkaar: prijs, papier, levertijd.",
        time_limit=120,
        ask_above=Decimal(25),
        deadline_date=clock.ahead(6),
    ).then(clock.ago(90), eva, delegate)


def newsletter(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """A draft that lacks what its level requires, and somebody to do it."""
    return Story(
        clock.back(1, "11:50"),
        cast.eva,
        cast.studio,
        resources=[shelf["nieuwsbrief"], shelf["guide"]],
        title="Nieuwsbrief van januari",
        level=LevelKey.PROPOSE,
        purpose="Mensen die een workshop deden laten terugkomen.",
        kept_part="Het stukje van mijzelf bovenaan schrijf ik.",
    )
