import html5lib

from pipeline.publish.render import Incident, IndexEntry, Link, render_incident, render_index


def _entry(period, scope="Whole company", **more):
    return IndexEntry(
        period, scope, "published", "3 Nov 2026", (Link("Executive summary", f"{period}/x.html"),), **more
    )


def test_the_latest_period_leads_and_earlier_ones_follow(tmp_path, company):
    latest = _entry("2026-10", changes=("Two deals <won>.",), answer="We land at 18M.")
    entries = [latest, _entry("2026-10", "East market"), _entry("2026-09")]
    html = render_index(tmp_path / "index.html", company=company, language="en", entries=entries).read_text()
    html5lib.HTMLParser(strict=True).parse(html)
    assert (
        html.index("Latest: Oct 2026")
        < html.index("We land at 18M.")
        < html.index("East market")
        < html.index("Sep 2026")
    )
    assert "Two deals &lt;won&gt;." in html


def test_a_week_does_not_hide_the_month_and_every_scope_says_what_changed(tmp_path, company):
    entries = [
        _entry("2026-W44", answer="The week brought 2M."),
        _entry("2026-10", answer="We land at 18M."),
        _entry("2026-10", "East market", answer="East lags.", changes=("East lost two.",)),
        _entry("2026-W43"),
        _entry("2026-09", changes=("A target was raised.",)),
    ]
    html = render_index(tmp_path / "index.html", company=company, language="en", entries=entries).read_text()
    html5lib.HTMLParser(strict=True).parse(html)
    words = (
        "Latest: Week 44",
        "The week brought",
        "Latest: Oct 2026",
        "We land",
        "East lags.",
        "East lost two.",
    )
    places = [html.index(one) for one in (*words, "Earlier", "Week 43", "Sep 2026", "A target was raised.")]
    assert places == sorted(places)


def test_an_empty_catalogue_says_so(tmp_path, company):
    html = render_index(tmp_path / "i.html", company=company, language="zh", entries=[]).read_text(
        encoding="utf-8"
    )
    assert "尚未发布任何报告" in html


def test_an_incident_shows_cell_error_and_checks_as_text(tmp_path, company, facts):
    cell, error = "x = '<script>'", "ValueError: <b>"
    checks = ("orders: 3 rows",)
    incident = Incident("win_loss", "A cell failed.", cell, error, checks, "Import again.", "../old.html")
    html = render_incident(
        tmp_path / "i.html", company=company, language="en", facts=facts, incident=incident
    ).read_text()
    html5lib.HTMLParser(strict=True).parse(html)
    for words in (
        "A cell failed.",
        "ValueError: &lt;b&gt;",
        "orders: 3 rows",
        "Import again.",
        "../old.html",
        "Held back",
    ):
        assert words in html
    assert "<script>" not in html
