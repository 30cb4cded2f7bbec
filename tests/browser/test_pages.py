import pytest

from pipeline.publish.render import print_pdf

pytestmark = pytest.mark.browser
WIDTHS = (360, 768, 1440)


@pytest.fixture
def open_page(browser, report):
    """Open the report at a width in a colour scheme; requests and messages are collected."""
    pages = []

    def opened(width=1440, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.requests, page.messages, page.dialogs = [], [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.messages.append(message.text))
        page.on("dialog", lambda dialog: page.dialogs.append(dialog.message))
        page.goto(report.html.as_uri())
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "light"), (1440, "dark")])
def test_axe_finds_no_violation_at_level_aa(open_page, width, scheme):
    """Colours do not depend on the width: dark ones are looked at once."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(width, scheme)
    for details in page.query_selector_all("details"):
        details.evaluate("element => element.open = true")
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    # The page's own policy forbids scripts; axe comes in through the debugger, past the policy.
    found = Axe().run(page, options=options).response["violations"]
    assert not [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def test_no_request_leaves_the_page_and_the_policy_is_kept(open_page, report):
    page = open_page()
    page.wait_for_timeout(300)
    outside = [url for url in page.requests if not url.startswith("data:") and url != report.html.as_uri()]
    assert not outside
    assert not page.messages
    assert not page.dialogs


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(open_page, width):
    page = open_page(width)
    for details in page.query_selector_all("details"):
        details.evaluate("element => element.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = page.evaluate(
        """width => [...document.querySelectorAll('body *')].filter(element => {
            if (element.closest('.qd-scroll, pre, .skip, svg')) return false;
            const box = element.getBoundingClientRect();
            return box.width > 0 && box.right > width + 1;
        }).map(element => element.outerHTML.slice(0, 120))""",
        width,
    )
    assert not clipped


@pytest.mark.parametrize("width", [360, 1440])
def test_text_of_charts_stays_inside_the_page_and_is_large_enough(open_page, width):
    page = open_page(width)
    faults = page.evaluate(
        """width => [...document.querySelectorAll('.qd-chart svg text')].map(text => {
            const box = text.getBoundingClientRect();
            return [text.textContent, box.left, box.right, box.height];
        }).filter(([, left, right, height]) =>
            height > 0 && (left < -1 || right > width + 1 || height < 9))""",
        width,
    )
    assert not faults


@pytest.mark.parametrize(
    ("width", "shown", "hidden"), [(360, "qd-narrow", "qd-wide"), (1440, "qd-wide", "qd-narrow")]
)
def test_each_width_shows_its_own_drawing(open_page, width, shown, hidden):
    page = open_page(width)
    assert page.locator(f"svg.{shown}").first.is_visible()
    assert not page.locator(f"svg.{hidden}").first.is_visible()


def test_the_embedded_font_is_used_for_chinese_too(open_page):
    page = open_page()
    page.evaluate("document.fonts.ready.then(() => true)")
    assert set(page.evaluate("[...document.fonts].map(face => face.status)")) == {"loaded"}


def test_it_prints_on_paper_without_browser_headers(browser, report, tmp_path):
    pdf = print_pdf(report.html, tmp_path / "report.pdf")
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) < 5_000_000
