"""Takes the pictures of the docs from the running demo: `.venv/bin/python -m scripts.pictures http://127.0.0.1:8000`.

Start the demo with `make run` and nothing changed in it, so that the pages show what the texts say. Needs Chromium
and the packages of requirements-dev.lock. Writes docs/images/*.png; look at each before you keep it.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PASSWORD = "handover-demo"
MOST_BYTES = 200_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars"),
]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One file. `pose` is called on Now, after logging in, and brings the page into view."""

    name: str
    login: str
    width: int = 1440
    height: int = 1000
    scale: float = 1
    colours: Literal["light", "dark"] = "light"
    pose: Callable[[Page], None]


def stay(page: Page) -> None:
    """Now itself."""


def open_question_about_step(page: Page) -> None:
    """The task in which the assistant asks to do a step otherwise."""
    page.locator("article.turn", has=page.locator("form[action$='/allow-deviation/']")).locator("h2 a").click()
    page.wait_for_url("**/tasks/*/")


def write_brief(page: Page) -> None:
    """A brief half written, with what is still missing beside it."""
    page.goto("/tasks/new/")
    page.locator("[name=level][value=within_limits]").check()
    page.locator("[name=title]").fill("Cateraar voor de workshoplunch")
    page.locator("[name=deliverable]").fill(
        "Een goede lunch in de zaal, om 12.15 uur, voor 30 mensen van wie 6 vegetarisch. "
        "De bevestiging van de cateraar komt in mijn mail."
    )
    with page.expect_response("**/tasks/clarity/**"):
        page.locator("[name=money_limit]").fill("100")
    page.locator("#clarity li").first.wait_for()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")


PICTURES = (
    Picture(name="now-nl", login="entrepreneur@example.com", height=1130, pose=stay),
    Picture(name="task-en", login="entrepreneur2@example.com", pose=open_question_about_step),
    Picture(name="handover-nl", login="entrepreneur@example.com", pose=write_brief),
    Picture(
        name="now-phone-dark", login="assistant@example.com", pose=stay, width=390, height=844, scale=2, colours="dark"
    ),
)


def main() -> int:
    """Exit code 1 when a picture is too large to put in a repository."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pictures", description=__doc__)
    parser.add_argument("address", help="of the running demo")
    parser.add_argument("names", nargs="*", help="which pictures; all when none is named")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, CHROMIUM)), None)
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        wanted = [picture for picture in PICTURES if not options.names or picture.name in options.names]
        sizes = {picture.name: take(browser, picture, options.address) for picture in wanted}
        browser.close()
    for name, size in sizes.items():
        print(f"{name}.png: {size / 1000:.0f} kB")
    return 1 if any(size > MOST_BYTES for size in sizes.values()) else 0


def take(browser: Browser, picture: Picture, address: str) -> int:
    """Logs in with a browser of its own and takes one picture; its size in bytes."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.colours,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(picture.login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/now/")
    page.reload()  # without the message that says that one is logged in
    picture.pose(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    path = FOLDER / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
