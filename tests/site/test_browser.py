"""The site and the review page in a real browser, as a reader uses them: some of it every day, all for each push."""

from __future__ import annotations

import csv
import functools
import hashlib
import http.server
import io
import json
import shutil
import threading
from importlib import resources as package_data

import pytest

import summitry
from conftest import some_every_day
from summitry import paths
from summitry.contribute import annotate
from summitry.words import day_text

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
    "statements.html",
    "statements.html?speaker=sergey-lavrov",
    "days/2025-08-22.html",
    "statements/lavrov-2025-08-22-no-meeting-planned.html",
    "actors.html",
    "actors/russia.html",
    "actors/sergey-lavrov.html",
    "demands.html",
    "demands/putin-zelensky-meeting.html",
    "events.html",
    "events/advisers-meeting-2025-08-22.html",
    "sources.html",
    "sources_2.html",
    "sources/24brussels-2025-08-22.html",
    "places/alaska.html",
    "data.html",
    "tables/roles.html",
    "tables/withdrawn.html",
    "codebook/index.html",
    "codebook/stances.html",
    "guide/index.html",
    "guide/tutorial.html",
    "guide/glossary.html",
    "cite.html",
    "pictures.html",
    "pictures/stance_heatmap.html",
    "outlets.html",
    "actors/russia_2.html",
    "demands/ceasefire.html",
    "demands/ceasefire_2.html",
)


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(site_files, tmp_path_factory):
    """The address of the site of what ships, as a plain file server gives it out."""
    out = tmp_path_factory.mktemp("site")
    for path, content in site_files.items():
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


def until(page, expression, arg=None):
    """Wait until an expression is true; `wait_for_function` asks again in a way that the pages forbid."""
    for _ in range(1200):
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


def visible(page):
    return page.locator(".statement:visible")


def test_a_reader_finds_what_lavrov_said_on_22_august(page, address):
    page.goto(f"{address}index.html")
    page.get_by_role("link", name="Read the statements").click()
    page.locator("select[name=speaker]").select_option(label="Sergey Lavrov")
    page.get_by_label("From", exact=True).fill("2025-08-22")
    page.get_by_label("To", exact=True).fill("2025-08-22")
    page.wait_for_url("**?speaker=sergey-lavrov&since=2025-08-22&until=2025-08-22")
    assert visible(page).count() == int(page.get_by_role("status").inner_text().split()[0]) > 0
    assert {a.get_attribute("data-speaker") for a in visible(page).all()} == {"sergey-lavrov"}
    meant = visible(page).filter(has_text="Lavrov says that for now no summit")
    meant.locator("summary").click()
    meant.locator("blockquote", has_text="no meeting planned").first.wait_for(state="visible")
    meant.locator(".source a").first.click()
    page.wait_for_url("**/sources/*")
    assert page.locator(".address").get_attribute("href").startswith("http")


def test_a_reader_finds_what_russia_accepts_on_a_meeting_and_in_whose_words(page, address):
    page.goto(f"{address}index.html")
    page.locator(".matrix tr", has_text="Meeting of Putin and Zelensky").locator("td", has_text="Russia").get_by_role(
        "link"
    ).click()
    page.wait_for_url("**/demands/putin-zelensky-meeting.html#russia")
    side = page.locator(".side", has=page.locator("#russia"))
    if not side.locator(".said:visible").count():
        side.get_by_text("Who says so, in which words").click()
    page.wait_for_url("**/demands/putin-zelensky-meeting*.html#russia")
    side = page.locator(".side", has=page.locator("#russia"))
    first = side.locator("details").locator("h3, h4").first.inner_text()
    assert first in ("Sergey Lavrov", "Vladimir Putin", "Dmitry Peskov")
    assert side.locator("blockquote").first.is_visible()
    assert "on condition" in side.inner_text()


@pytest.mark.pages
def test_a_mark_of_a_drawing_leads_to_the_words_and_their_source(page, address):
    page.goto(f"{address}actors/russia.html")
    row = page.locator("tr", has_text="Foreign troops in Ukraine")
    row.locator(".strip a").last.click()
    page.wait_for_url("**/statements/*#*")
    assert "rejects" in page.locator(":target").inner_text()
    page.locator(".mentions .source a").nth(1).click()
    page.wait_for_url("**/sources/*")


MARKS = [
    ("demand_bars", "#for a", ".side h3"),
    ("stance_heatmap", "#count a[*|href$='#russia']", ".side:has(#russia) h3"),
    ("statement_timeline", "a[*|href*='speaker=sergey-lavrov']", ".statement"),
    ("coverage_by_day", "#statements a[*|href*='since=2025-08-18']", ".statement"),
    ("event_map", "a[*|href='../places/anchorage.html']", "#events"),
]


@pytest.mark.parametrize(("picture", "mark", "then"), some_every_day(MARKS, MARKS[:1], pytest.mark.pages))
def test_a_mark_of_a_picture_leads_to_what_it_shows_and_its_source(page, address, picture, mark, then):
    """By a pointer; for a keyboard the table beside the picture has links."""
    drawing(page, address, picture).locator(mark).first.click()
    page.locator(then).first.wait_for(state="visible")
    if picture != "event_map":
        if page.locator(".statement details").count():
            page.locator(".statement summary").first.click()
        elif not page.locator(".source:visible").count():
            page.get_by_text("Who says so, in which words").first.click()
        page.locator(".source a[href*='sources/']:visible").first.click()
        page.wait_for_url("**/sources/*")


def drawing(page, address, picture):
    """The picture on its page; it is a document of its own."""
    page.goto(f"{address}pictures.html")
    page.locator(f"#{picture} a").click()
    page.wait_for_url(f"**/pictures/{picture}.html")
    page.wait_for_load_state()
    (found,) = (frame for frame in page.frames if frame.url.endswith(f"{picture}.svg"))
    return found


@pytest.mark.pages
def test_the_text_of_a_picture_can_be_selected(page, address):
    frame = drawing(page, address, "stance_heatmap")
    frame.locator("svg text", has_text="Ukraine").first.evaluate("e => getSelection().selectAllChildren(e)")
    assert "Ukraine" in frame.evaluate("getSelection().toString()")


def saved(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.path().read_text("utf-8")


def test_exactly_the_filtered_rows_are_downloaded(page, address):
    page.goto(f"{address}statements.html?demand=putin-zelensky-meeting&holder=russia&position=demands+accepts")
    n = int(page.get_by_role("status").inner_text().split()[0])
    published = paths.table_file("statements", "csv").read_text("utf-8").splitlines(keepends=True)
    found = saved(page, "Statements as CSV").splitlines(keepends=True)
    assert found[0] == published[0]
    assert len(found) == n + 1 > 1
    assert [line for line in published if line in set(found)] == found
    stances = list(csv.DictReader(io.StringIO(saved(page, "Positions as CSV"))))
    assert stances
    assert {(s["demand_id"], s["position"] in ("demands", "accepts")) for s in stances} == {
        ("putin-zelensky-meeting", True)
    }
    assert {s["statement_id"] for s in stances} == {line.partition(",")[0] for line in found[1:]}


@pytest.mark.pages
def test_an_address_with_a_choice_shows_it_and_clear_takes_it_back(page, address):
    page.goto(f"{address}statements.html?speaker=sergey-lavrov&words=POUTINE+no-such-word")
    assert visible(page).count() == 0
    assert page.locator("#nothing").is_visible()
    page.get_by_role("button", name="Clear").click()
    until(page, "document.querySelector('#nothing').hidden")
    assert page.locator("#days").is_visible()


@pytest.mark.pages
def test_another_spelling_of_a_name_finds_the_same(page, address):
    counts = []
    for words in ("zelensky", "zelenskyy", "Zelenskiy"):
        page.goto(f"{address}statements.html?words={words}")
        counts.append(int(page.get_by_role("status").inner_text().split()[0]))
    assert counts[0] <= counts[1]
    assert min(counts) > 100


@pytest.mark.pages
def test_addresses_of_earlier_versions_still_lead_there(page, address):
    page.goto(f"{address}statements.html#lavrov-2025-08-22-no-meeting-planned")
    page.wait_for_url("**/statements/lavrov-2025-08-22-no-meeting-planned.html")
    page.goto(f"{address}statements.html#speaker=sergey-lavrov&day=2025-08-22")
    assert {a.get_attribute("data-speaker") for a in visible(page).all()} == {"sergey-lavrov"}


@pytest.mark.pages
def test_many_statements_are_shown_a_few_at_a_time(page, address):
    page.goto(f"{address}statements.html?speaker=volodymyr-zelensky")
    first = visible(page).count()
    assert first < int(page.get_by_role("status").inner_text().split()[0])
    page.get_by_role("button", name="Show more").click()
    assert visible(page).count() > first


def test_who_has_not_asked_has_the_newest_statements_first(page, address):
    page.goto(f"{address}statements.html")
    last = day_text(summitry.load_statements()["said_to"].max().date())
    assert visible(page).first.locator(".facts").inner_text().endswith(last)
    assert visible(page).count() == 40
    page.get_by_role("button", name="Show more").click()
    assert visible(page).count() == 80
    page.locator("#days summary").first.click()
    assert page.locator("#days .month").first.is_visible()


def test_who_comes_back_from_a_statement_further_down_is_where_they_were(page, address):
    page.goto(f"{address}statements.html?speaker=volodymyr-zelensky")
    page.get_by_role("button", name="Show more").click()
    last = visible(page).nth(50).get_by_role("heading").get_by_role("link")
    name = last.inner_text()
    last.click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.go_back()
    assert visible(page).nth(50).get_by_role("heading").get_by_role("link").inner_text() == name


def test_who_comes_back_to_a_narrowed_list_finds_it_narrowed(page, address):
    page.goto(f"{address}actors.html")
    page.get_by_label("Find by any name").fill("lavrov")
    page.locator("#actors tr:visible", has_text="Lavrov").get_by_role("link").first.click()
    page.get_by_role("heading", name="Sergey Lavrov", level=1).wait_for()
    page.go_back()
    until(page, "document.querySelector('.narrowing output')?.textContent === '1 found'")


def test_who_comes_back_to_a_table_finds_it_as_it_was_and_who_opens_it_anew_whole(page, address):
    page.goto(f"{address}tables/stances.html")
    page.get_by_label("Filter position").select_option("rejects")
    page.get_by_label("Filter demand_id").fill("putin-zelensky-meeting")
    page.get_by_text("Choose columns").click()
    page.get_by_label("condition", exact=True).uncheck()
    shown = page.locator(".dt-info").inner_text()
    page.locator("#preview tbody a").first.click()
    page.locator("h1.summary").wait_for()
    page.go_back()
    until(page, "shown => document.querySelector('.dt-info')?.textContent === shown", arg=shown)
    assert page.get_by_label("Filter position").input_value() == "rejects"
    assert page.get_by_label("Filter demand_id").input_value() == "putin-zelensky-meeting"
    assert not page.get_by_label("condition", exact=True).is_checked()
    page.get_by_role("link", name="Data").first.click()
    page.get_by_role("link", name="stances", exact=True).click()
    page.locator("#preview tbody a").first.wait_for()
    assert page.locator(".dt-info").inner_text() != shown
    assert page.get_by_label("Filter position").input_value() == ""


def test_a_month_is_a_filter_and_what_is_none_is_named(page, address):
    page.goto(f"{address}statements.html?month=2025-02&speaker=sergey-lavrov")
    assert page.get_by_label("From", exact=True).input_value() == "2025-02-01"
    assert page.get_by_label("To", exact=True).input_value() == "2025-02-28"
    assert not page.locator("#unknown").is_visible()
    page.goto(f"{address}statements.html?monat=2025-02&speaker=nobody")
    assert "monat=2025-02, speaker=nobody" in page.locator("#unknown").inner_text()


def test_the_search_of_every_page_finds_names_as_one_types(page, address):
    page.goto(f"{address}guide/tutorial.html")
    box = page.get_by_label("Search the site")
    box.focus()
    box.press_sequentially("лавр")
    page.locator("#found li", has_text="Sergey Lavrov").wait_for()
    box.press("Enter")
    page.wait_for_url("**/actors/sergey-lavrov.html")
    box = page.get_by_label("Search the site")
    box.fill("no such thing anywhere")
    box.press("Enter")
    page.wait_for_url("**/statements.html?words=no%20such%20thing%20anywhere")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Kiev", ["Kyiv", "Ukraine"]),  # before outlets whose names have the word
        pytest.param("POW", ["Prisoners are exchanged"], marks=pytest.mark.pages),  # before longer words that begin so
        pytest.param("Reuters", ["Reuters"], marks=pytest.mark.pages),
        ("ceasefire", ["The fighting stops"]),  # one of its names, before labels with the word
        pytest.param("prisoner swaps", ["Prisoners are exchanged"], marks=pytest.mark.pages),  # so in the singular
    ],
)
def test_the_search_has_what_is_called_so_first_and_outlets_last(page, address, typed, first):
    page.goto(f"{address}index.html")
    page.get_by_label("Search the site").fill(typed)
    page.locator("#found li", has_text=first[0]).first.wait_for()
    names = [found.partition("\n")[0] for found in page.locator("#found li").all_inner_texts()]
    assert names[: len(first)] == first


MISTAKES = [
    ("unconditional ceasfire", "Unconditional ceasefire of 30 days"),
    ("Zelensy", "Volodymyr Zelensky"),
    ("Sergej Lavrow", "Sergey Lavrov"),
    ("Erdgoan", "Recep Tayyip Erdogan"),
    ("Anchorgae", "Anchorage"),
]


@pytest.mark.parametrize(("typed", "meant"), some_every_day(MISTAKES, MISTAKES[:1], pytest.mark.pages))
def test_the_search_offers_similar_names_for_a_typing_mistake(page, address, typed, meant):
    page.goto(f"{address}index.html")
    box = page.get_by_label("Search the site")
    box.fill(typed)
    offered = page.locator("#found li", has_text="did you mean?")
    offered.first.wait_for()
    assert meant in " ".join(offered.all_inner_texts())
    offered.filter(has_text=meant).first.click()
    until(page, "name => document.querySelector('h1')?.textContent.includes(name)", arg=meant)


@pytest.mark.parametrize(
    "typed", some_every_day(["Kiev", "qqqqqqq", "Erdoğan", "Kyiv"], ("Kiev", "qqqqqqq"), pytest.mark.pages)
)
def test_the_search_offers_nothing_for_what_it_finds_or_what_is_like_nothing(page, address, typed):
    page.goto(f"{address}index.html")
    page.get_by_label("Search the site").fill(typed)
    until(page, "typeof entries !== 'undefined'")
    assert page.locator("#found li", has_text="did you mean?").count() == 0
    assert (page.locator("#found li").count() > 1) == (typed != "qqqqqqq")


@pytest.mark.pages
def test_words_that_are_in_no_statement_lead_to_similar_ones(page, address):
    page.goto(f"{address}statements.html?words=Zelensy+NATO")
    assert visible(page).count() == 0
    page.locator("#nothing a", has_text="zelensky nato").click()
    page.wait_for_url("**/statements.html?words=zelensky+nato")
    assert visible(page).count() > 0


def test_a_list_narrows_to_a_name_in_any_spelling(page, address):
    page.goto(f"{address}actors.html")
    page.get_by_label("Find by any name").fill("lawrow")
    assert page.locator("#actors tbody tr:visible").all_inner_texts()[0].startswith("Sergey Lavrov")
    assert page.locator("#actors tbody tr:visible").count() == 1
    assert page.locator(".sides > li:visible a:visible").all_inner_texts() == ["Russia", "Sergey Lavrov"]
    assert page.locator(".narrowing output").inner_text() == "1 found"
    page.get_by_label("Find by any name").fill("no such name")
    assert page.locator("main h2:visible").count() == 0


@pytest.mark.pages
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
    until(page, "t => document.querySelector('#preview tbody tr').innerText !== t", arg=before)
    assert page.locator("#preview th[aria-sort=descending]").inner_text().startswith("stance_id")
    page.get_by_label("Search all columns").fill("no such words anywhere")
    page.get_by_text("No matching records found").wait_for()


@pytest.mark.pages
def test_all_rows_of_a_table_are_there_with_links_and_columns_can_be_chosen(page, address):
    page.goto(f"{address}tables/stances.html")
    n = len(paths.table_file("stances", "csv").read_text("utf-8").splitlines()) - 1
    page.get_by_text(f"of {n:,} rows").wait_for()
    page.locator("#preview tbody a").first.wait_for()
    page.get_by_text("Choose columns").click()
    page.get_by_label("condition_demand_id", exact=True).uncheck()
    assert "condition_demand_id" not in page.locator("#preview thead tr").first.inner_text()
    page.locator("#preview tbody td:nth-child(4) a").first.click()
    page.wait_for_url("**/actors/*")


# every day some short pages of different forms; those of an actor or a demand grow with what ships
EVERY_DAY = ("index.html", "statements/lavrov-2025-08-22-no-meeting-planned.html", "tables/roles.html")


@pytest.mark.parametrize("name", some_every_day(PAGES, EVERY_DAY, pytest.mark.pages))
def test_pages_have_no_serious_fault_and_fit_a_telephone(page, address, name):
    page.goto(address + name)
    for scheme, width in (("light", 1280), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert faults(page) == [], (scheme, width)


@pytest.mark.pages
def test_the_menu_is_one_line_on_a_telephone(page, address):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}index.html")
    tops = page.locator(".top nav a").evaluate_all("links => links.map((a) => a.getBoundingClientRect().top)")
    assert len(set(tops)) == 1


@pytest.mark.pages
def test_intervals_can_be_read_on_a_telephone(page, address):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}data.html")
    box = page.locator(".interval").first.bounding_box()
    assert box["x"] + box["width"] <= 360


@pytest.mark.pages
def test_a_telephone_has_lists_for_drawings_and_folds_the_filters(page, address):
    page.set_viewport_size({"width": 390, "height": 740})
    page.goto(f"{address}index.html")
    assert page.locator(".bars").is_hidden()
    assert page.locator(".events a").first.is_visible()
    page.goto(f"{address}pictures/event_map.html")
    assert page.locator(".picture:has(.too-narrow:visible)").count() == page.locator(".picture").count() == 1
    page.goto(f"{address}statements.html")
    assert page.locator("[name=speaker]").is_hidden()
    page.get_by_text("Filters", exact=True).click()
    assert page.locator("[name=speaker]").is_visible()
    page.goto(f"{address}statements.html?speaker=sergey-lavrov")
    assert page.locator("[name=speaker]").is_visible()


def test_without_script_everything_can_be_read(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}statements.html")
    assert page.locator("#filters").is_hidden()
    page.locator("#days .month summary").first.click()
    page.locator("#days a").first.click()
    assert page.locator(".statement").first.is_visible()
    page.get_by_role("link", name="→").first.click()
    page.locator(".statement summary").first.click()
    assert page.locator(".source").first.is_visible()
    page.goto(f"{address}tables/roles.html")
    assert page.locator("#preview tbody tr a").first.is_visible()
    assert page.locator(".choices").is_hidden()
    assert page.locator("#find").is_hidden()
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
