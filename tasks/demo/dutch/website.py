"""Eva's larger task: in milestones, of which the first was accepted late, with a tray that fills along the way."""

from decimal import Decimal

from delegation.levels import LevelKey
from delegation.milestones import Phase
from tasks.actions.handing_over import accept_task, acknowledge, delegate
from tasks.actions.milestones import accept_milestone, deliver_milestone
from tasks.demo.people import Cast
from tasks.demo.secrets import look_at
from tasks.demo.stage import Clock, Shelf, Story
from tasks.models import SecretPart

BLOG = "Een blog"
VIDEO = "Een filmpje bovenaan de voorpagina"
CHAT = "Een chatvenster op de site"


def website(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    """Four milestones: two are accepted, the first of them four working days late. So the deadline is in danger."""
    return _second(_first(_brief(cast, clock, shelf), cast, clock, shelf), cast, clock)


def _brief(cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    eva, noor = cast.eva, cast.noor
    return (
        Story(
            clock.back(13, "10:00"),
            eva,
            cast.studio,
            milestones=[
                Phase(title="Indeling en schetsen", due_on=clock.back(10, "12:00").date()),
                Phase(title="Teksten en foto's", working_days=3),
                Phase(title="Bouwen", working_days=5),
                Phase(title="Testen en live zetten", working_days=2),
            ],
            resources=[shelf["colours"], shelf["texts"], shelf["guide"], shelf["webwinkel"]],
            title="Een nieuwe site voor de workshops",
            level=LevelKey.WITHIN_LIMITS,
            assistant=noor,
            purpose="Mensen melden zich nu per mail aan. Dat kost me een uur per week, en soms raakt er een kwijt.",
            deliverable="Een site die ik zelf kan bijwerken, met alle workshops en een aanmeldformulier dat werkt.",
            must_items=["Agenda met alle workshops", "Aanmeldformulier", "Werkt op een telefoon"],
            could_items=[BLOG, "Reacties van deelnemers"],
            money_limit=Decimal(300),
            ask_above=Decimal(50),
            time_limit=40 * 60,
            deadline_date=clock.ahead(3),
            tags=["marketing"],
        )
        .then(clock.back(13, "10:20"), eva, delegate)
        .then(
            clock.back(13, "11:30"),
            noor,
            accept_task,
            read_back="Een site in vier stappen. Eerst schetsen; vind jij die goed, dan ga ik schrijven en bouwen.",
            estimate=36 * 60,
        )
    )


def _first(story: Story, cast: Cast, clock: Clock, shelf: Shelf) -> Story:
    eva, noor = cast.eva, cast.noor
    return (
        story.then(clock.back(12, "10:30"), noor, look_at, resource=shelf["webwinkel"])
        .then(clock.back(12, "10:31"), noor, look_at, resource=shelf["webwinkel"], part=SecretPart.ONE_TIME_CODE)
        .worked(clock.back(12, "13:00"), noor, 180, "Vijf sites van collega's bekeken, eerste indeling")
        .worked(clock.back(11, "13:30"), noor, 150, "Schetsen voor telefoon en scherm")
        .then(
            clock.back(10, "11:00"),
            noor,
            deliver_milestone,
            text="Drie schetsen: de agenda voorop, de workshop zelf voorop, of jij voorop. Ik zou de eerste nemen.",
            links=["https://drive.example.com/studio-martens/schetsen"],
        )
        # Four working days later: that is how far everything after it moves.
        .then(clock.back(6, "09:30"), eva, accept_milestone, text="De eerste. Sorry, ik was een week met de groep weg.")
        .wished(clock.back(6, "10:40"), noor, CHAT, minutes=180, amount=Decimal(15))
        .worked(clock.back(5, "13:10"), noor, 210, "Teksten van alle workshops")
        .wished(clock.back(5, "13:20"), noor, "De hele site ook in het Engels", minutes=12 * 60, amount=Decimal(80))
        .worked(clock.back(4, "12:30"), noor, 120, "Foto's uitgezocht en bijgesneden")
        .spent(clock.back(4, "12:40"), noor, 36, "Drie stockfoto's")
    )


def _second(story: Story, cast: Cast, clock: Clock) -> Story:
    eva, noor = cast.eva, cast.noor
    return (
        story.then(
            clock.back(3, "12:10"),
            noor,
            deliver_milestone,
            text="Alle teksten en foto's staan klaar in de map, per pagina.",
        )
        .then(clock.back(3, "16:00"), eva, accept_milestone, text="Mooi, precies onze toon.")
        .wished(clock.back(3, "16:20"), eva, VIDEO, minutes=180)
        .dropped(clock.back(2, "09:05"), eva, CHAT, "Daar kan bij ons niemand de hele dag bij zitten.")
        .swapped(clock.back(2, "09:15"), eva, VIDEO, BLOG)
        .then(clock.back(2, "09:40"), noor, acknowledge)
        .worked(clock.back(2, "13:20"), noor, 240, "Agenda en workshoppagina's gebouwd")
        .worked(clock.back(1, "12:45"), noor, 120, "Aanmeldformulier")
        .spent(clock.back(1, "12:50"), noor, "12.50", "Domeinnaam, een jaar")
    )
