"""The site and the review page in a real browser, as a reader uses them."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import shutil
import threading
from importlib import resources as package_data

import pytest

from summitry import paths
from summitry.contribute import annotate
from summitry.site import folder

pytest.importorskip("jinja2", reason="the pages need the extra 'site'")
sync_api = pytest.importorskip("playwright.sync_api", reason="the browser is driven by playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM:
    pytest.skip("Chromium is not installed: apt-get install chromium", allow_module_level=True)

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SERIOUS = ("serious", "critical")
PAGES = (
    "index.html",
    "demands.html",
    "actors.html",
    "demands/{demand}.html",
    "actors/{actor}.html",
    "tables/roles.html",
)


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of the site of what ships, as a plain file server gives it out."""
    out = tmp_path_factory.mktemp("site")
    for path, content in folder.files(with_pictures=False).items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=out))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as p:
        started = p.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def page(browser, address):
    """A page that must end without a word on the console, an error, or a request to anybody else."""
    context = browser.new_context(accept_downloads=True)
    opened, said = context.new_page(), []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda r: said.append(r.url) if not r.url.startswith((address, "file:")) else None)
    opened.set_default_timeout(60_000)
    yield opened
    context.close()
    assert said == []


def faults(page):
    """The serious faults that axe finds."""
    folder = pytest.importorskip("axe_playwright_python", reason="axe comes with axe-playwright-python")
    page.evaluate((package_data.files(folder) / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")["violations"]
    return [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in SERIOUS]


def visible(page):
    return page.locator(".statement:visible")


def test_a_reader_finds_what_lavrov_said_on_22_august(page, address):
    page.goto(f"{address}index.html")
    page.get_by_role("link", name="Read the statements").click()
    page.get_by_label("Speaker").select_option(label="Sergey Lavrov")
    page.get_by_label("Day").select_option(label="22 August 2025")
    page.wait_for_url("**#speaker=sergey-lavrov&day=2025-08-22")
    assert "of" in page.get_by_role("status").inner_text()
    assert visible(page).count() == int(page.get_by_role("status").inner_text().split()[0]) > 0
    assert {a.get_attribute("data-speaker") for a in visible(page).all()} == {"sergey-lavrov"}
    meant = visible(page).filter(has_text="Lavrov says that for now no summit")
    meant.locator("summary").click()
    meant.locator("blockquote", has_text="no meeting planned").first.wait_for(state="visible")
    assert meant.locator(".source a").first.get_attribute("href").startswith("http")
    assert faults(page) == []


def test_an_address_with_a_choice_shows_it_and_clear_takes_it_back(page, address):
    page.goto(f"{address}statements.html#speaker=sergey-lavrov&day=2025-08-22&words=POUTINE+nothing")
    assert visible(page).count() == 0
    assert page.locator("#nothing").is_visible()
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.querySelector('#nothing').hidden")
    assert visible(page).count() == page.locator(".statement").count()


def test_an_address_of_a_statement_opens_it(page, address):
    page.goto(f"{address}statements.html#lavrov-2025-08-22-no-meeting-planned")
    assert page.locator("#lavrov-2025-08-22-no-meeting-planned details").evaluate("e => e.open")


def test_the_csv_that_is_downloaded_is_the_published_one(page, address):
    page.goto(f"{address}tables/statements.html")
    with page.expect_download() as download:
        page.get_by_role("link", name="statements.csv").click()
    content = download.value.path().read_bytes()
    assert content == paths.table_file("statements", "csv").read_bytes()
    listed = json.loads(paths.descriptor().read_text("utf-8"))["resources"]
    published = next(r["hash"] for r in listed if r["path"] == "data/statements.csv")
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == published


def test_the_preview_sorts_filters_and_searches_by_keyboard(page, address):
    page.goto(f"{address}tables/stances.html")
    first = page.locator("#preview tbody tr").first
    page.get_by_label("Filter position").select_option("rejects")
    assert {c.inner_text() for c in page.locator("#preview tbody td:nth-child(6)").all()} == {"rejects"}
    page.locator("#preview thead th", has_text="stance_id").locator(".dt-column-order").focus()
    before = first.inner_text()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_function("t => document.querySelector('#preview tbody tr').innerText !== t", arg=before)
    assert page.locator("#preview th[aria-sort=descending]").inner_text().startswith("stance_id")
    page.get_by_label("Search all columns").fill("no such words anywhere")
    page.get_by_text("No matching records found").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_serious_fault_and_fit_a_telephone(page, address, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address + name.format(demand="putin-zelensky-meeting", actor="sergey-lavrov"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []


def test_without_script_everything_can_be_read(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}statements.html")
    assert page.locator("#filters").is_hidden()
    assert page.locator(".statement").first.is_visible()
    page.goto(f"{address}tables/roles.html")
    assert page.locator("#preview tbody tr").first.is_visible()
    context.close()


def test_a_keyboard_reaches_the_content_first(page, address):
    page.goto(f"{address}index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    assert page.locator(".skip").is_visible()


def test_a_review_lights_up_the_words_of_the_row_that_is_led_to(page, tmp_path):
    spans = [("a", 0, 11), ("b", 3, 20)]
    rows = {
        "mentions": [
            {"mention_id": m, "statement_id": "s", "source_id": "p", "quote": None, "span_start": a, "span_end": b}
            for m, a, b in spans
        ],
        "statements": [{"statement_id": "s", "summary": "He refuses."}],
        "stances": [],
        "event_reports": [],
    }
    source = {"source_id": "p", "title": "T", "url": None, "language": "en", "published_on": "2025-08-22"}
    (tmp_path / "r.html").write_text(annotate.page(source, "He said no, and then more.", rows), "utf-8")
    page.goto((tmp_path / "r.html").as_uri())
    colour = "e => getComputedStyle(e).backgroundColor"
    plain = page.locator("mark.m2").last.evaluate(colour)
    page.locator("#text-2").click()
    assert page.url.endswith("#row-2")
    assert page.locator("mark.m2").last.evaluate(colour) == page.locator("mark.m2").first.evaluate(colour) != plain
    page.locator("#row-1 h3 a").click()
    assert page.url.endswith("#text-1")
    assert page.locator("mark.m2").last.evaluate(colour) == plain
    assert faults(page) == []
