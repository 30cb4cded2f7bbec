"""Delivery: to a real local mail server and to a folder, to each reader their scope, once."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import json
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import ValidationError

from pipeline.company import Company
from pipeline.errors import UsageError
from pipeline.parameters import Scope
from pipeline.publish import journal
from pipeline.publish.delivery import deliver as delivering
from pipeline.publish.delivery import letters as writing
from pipeline.publish.delivery.deliver import Delivered, deliver
from pipeline.publish.delivery.smtp import MailServer
from pipeline.publish.edition import editions
from pipeline.publish.layout import Layout, scope_folder
from pipeline.publish.record import NotebookRecord, Record, find_record, write_record


class Postbox:
    """An SMTP server's handler that keeps messages and refuses whom it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuse:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        assert [message["To"]] == envelope.rcpt_tos
        self.messages.append(message)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, MailServer]]:
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, MailServer.from_url(f"smtp://127.0.0.1:{port}")
    controller.stop()


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """October for the company and two markets, each with a word of its own in every file."""
    layout = Layout(tmp_path / "reports")
    for scope in ("company", "market=East", "market=South"):
        folder = layout.published("2026-10") / scope_folder(scope)
        (folder / "executed").mkdir(parents=True)
        files = ["executive_summary.html", "executive_summary.xlsx", "executed/executive_summary.ipynb"]
        for name in files:
            (folder / name).write_text(f"secret of {scope}")
        notebook = NotebookRecord("n", {}, "s", "Summary", {}, (), (), dict.fromkeys(files, "hash"))
        record = Record(
            period="2026-10", first_day="2026-10-01", last_day="2026-10-31", scope=scope, language="en",
            report="r1",
            headlines={}, findings=(), notebooks={"executive_summary": notebook}, checks=(), data="d",
            data_folder="data", tables={}, definition="d", code="c", lock="l", versions={},
        )  # fmt: skip
        write_record(record, folder)

    def draw_mail(
        executed: str, company: Any, language: str, facts: dict[str, Any], link: str
    ) -> dict[str, str]:
        scope = f"{facts['scope_dimension']}={facts['scope_value']}" if facts["scope_value"] else "company"
        assert Path(executed).read_text() == f"secret of {scope}"
        return {"subject": f"Summary {scope}", "html": f"<p>{scope} {link}</p>", "text": f"{scope} {link}"}

    monkeypatch.setattr(writing, "draw_mail", draw_mail)
    return layout


def readers(*recipients: dict[str, Any], **delivery: Any) -> Company:
    told = {"sender": "Sales <sales@example.com>", "recipients": list(recipients), **delivery}
    return Company.model_validate({"delivery": told})


def no_pause(seconds: float) -> None: ...


EAST = {"to": "east@example.com", "role": "market_manager", "scope": "market=East"}
BOSS = {"to": "boss@example.com"}


def text_of(message: EmailMessage) -> str:
    return "\n".join(str(part.get_content()) for part in message.walk() if not part.is_multipart())


def test_everyone_gets_their_scope_and_nothing_of_the_others(layout: Layout, postbox: Any) -> None:
    box, server = postbox
    sent = deliver(readers(BOSS, EAST), layout, "2026-10", server)
    assert [(one.to, one.scope, one.state) for one in sent] == [
        ("boss@example.com", "company", "sent"), ("east@example.com", "market=East", "sent"),
    ]  # fmt: skip
    boss, east = box.messages
    assert (boss["Subject"], east["Subject"]) == ("Summary company", "Summary market=East")
    assert "South" not in text_of(east)
    assert "secret of company" not in text_of(east)
    assert boss["To"] == "boss@example.com"
    assert "Cc" not in boss


def test_a_market_manager_can_only_be_given_a_market() -> None:
    with pytest.raises(ValidationError, match="the scope of a market_manager is `market="):
        readers({**EAST, "scope": "company"})
    with pytest.raises(ValidationError, match="there is no role `markt_manager`; there are general_manager"):
        readers({**EAST, "role": "markt_manager"})


def chapters(layout: Layout, scope: str, *names: str, language: str = "en", key: str = "") -> None:
    """Publish a page of each chapter for a scope."""
    folder = layout.published("2026-10") / scope_folder(key or scope)
    (folder / "executed").mkdir(parents=True, exist_ok=True)
    notebooks = {}
    for name in names:
        files = [f"{name}.html", f"executed/{name}.ipynb"]
        for file in files:
            (folder / file).write_text(f"secret of {scope}")
        notebooks[name] = NotebookRecord("n", {}, "s", name, {}, (), (), dict.fromkeys(files, "hash"))
    known = find_record(layout.record("2026-10", "company"))
    assert known is not None
    language_of = {"scope": scope, "key": key or scope, "language": language}
    write_record(dataclasses.replace(known, notebooks=notebooks, **language_of), folder)


def test_the_role_chooses_the_page_and_the_reports_that_go_along(layout: Layout, postbox: Any) -> None:
    box, server = postbox
    chapters(layout, "person=P7", "customer_value", "executive_summary", "funnel", "sales_forecast")
    chapters(layout, "company", "eight_weeks", "executive_summary", "funnel")
    finance = {"to": "cash@example.com", "role": "finance"}
    roles = {"finance": {"page": "eight_weeks", "notebooks": ["eight_weeks"]}}
    rep = {"to": "rep@example.com", "role": "account_manager", "scope": "person=P7"}
    deliver(readers(BOSS, rep, finance, roles=roles), layout, "2026-10", server)
    boss, seller, cash = (
        [part.get_filename().split()[-1] for part in message.iter_attachments()] for message in box.messages
    )
    assert boss == ["eight_weeks.html", "executive_summary.html", "funnel.html"]
    assert seller == ["customer_value.html", "funnel.html"]
    assert cash == ["eight_weeks.html"]
    pages = [
        letter.executive
        for letter in writing.letters(readers(BOSS, rep, finance, roles=roles), layout, "2026-10")
    ]
    assert pages == ["executive_summary", "funnel", "eight_weeks"]


def test_a_reader_gets_the_report_in_their_language(layout: Layout, postbox: Any) -> None:
    box, server = postbox
    chapters(layout, "company", "executive_summary", language="zh", key="company@zh")
    chinese = {"to": "zh@example.com", "language": "zh"}
    company = readers(BOSS, chinese, link_base="https://sales.example.com")
    found = writing.letters(company, layout, "2026-10")
    assert [letter.record.language for letter in found] == ["en", "zh"]
    deliver(company, layout, "2026-10", server)
    assert "2026-10/company%40zh/executive_summary.html" in text_of(box.messages[1])
    assert editions([Scope()], company)[1].key == "company@zh"
    assert [one.key for one in editions([Scope("market", "East")], company)] == ["market=East"]
    both = readers({**EAST, "to": "a@example.com"}, {**EAST, "language": "zh"})
    assert [one.key for one in editions([Scope("market", "East")], both)] == ["market=East", "market=East@zh"]


def test_the_body_has_text_and_html_and_the_report_is_attached_or_linked(
    layout: Layout, postbox: Any
) -> None:
    box, server = postbox
    linked = {"link_base": "https://sales.example.com/reports/"}
    deliver(readers(BOSS), layout, "2026-10", server)
    deliver(
        readers(EAST, {**BOSS, "to": "cfo@example.com", "attach": True}, **linked), layout, "2026-10", server
    )
    attached, only_linked, both = box.messages
    assert next(attached.iter_parts()).get_content_type() == "multipart/alternative"
    assert [part.get_filename() for part in attached.iter_attachments()] == [
        "2026-10 company executive_summary.html", "2026-10 company executive_summary.xlsx",
    ]  # fmt: skip
    assert list(only_linked.iter_attachments()) == []
    address = "https://sales.example.com/reports/2026-10/market%3DEast/executive_summary.html"
    assert address in text_of(only_linked)
    assert len(list(both.iter_attachments())) == 2


def test_nobody_gets_a_letter_twice(layout: Layout, postbox: Any) -> None:
    box, server = postbox
    box.refuse = {"east@example.com"}
    company = readers(BOSS, EAST)
    first = deliver(company, layout, "2026-10", server, pause=no_pause)
    assert [one.state for one in first] == ["sent", "failed"]
    assert "451" in first[1].problem
    box.refuse = set()
    assert [one.state for one in deliver(company, layout, "2026-10", server)] == ["had it", "sent"]
    assert [one.state for one in deliver(company, layout, "2026-10", server)] == ["had it", "had it"]
    assert [message["To"] for message in box.messages] == ["boss@example.com", "east@example.com"]
    deliver(company, layout, "2026-10", server, again=True)
    assert len(box.messages) == 4
    assert box.messages[0]["Message-ID"] == box.messages[2]["Message-ID"]


def test_a_failure_is_tried_three_times_with_pauses(layout: Layout) -> None:
    pauses: list[float] = []
    nobody = MailServer("127.0.0.1", 9, must_encrypt=False)
    (letter,) = deliver(readers(BOSS), layout, "2026-10", nobody, pause=pauses.append)
    assert (letter.state, pauses) == ("failed", [1.0, 2.0])
    assert "127.0.0.1:9" in letter.problem


def test_a_letter_cut_off_by_a_kill_is_uncertain_and_not_repeated(
    layout: Layout, postbox: Any, monkeypatch: Any
) -> None:
    box, server = postbox
    real = delivering.send

    class Killed(BaseException): ...

    def killed_after_sending(message: EmailMessage, where: MailServer) -> None:
        real(message, where)
        raise Killed

    monkeypatch.setattr(delivering, "send", killed_after_sending)
    with pytest.raises(Killed):
        deliver(readers(BOSS), layout, "2026-10", server)
    monkeypatch.setattr(delivering, "send", real)
    (letter,) = deliver(readers(BOSS), layout, "2026-10", server)
    assert letter.state == "uncertain"
    assert len(box.messages) == 1


def test_a_folder_gets_pages_and_record_but_no_executed_notebook(layout: Layout, tmp_path: Path) -> None:
    url = (tmp_path / "share").as_uri()
    company = readers({"to": url, "scope": "market=South"})
    assert [one.state for one in deliver(company, layout, "2026-10", None)] == ["sent"]
    place = tmp_path / "share" / "2026-10" / "market=South"
    assert sorted(path.name for path in place.rglob("*")) == [
        "executive_summary.html", "executive_summary.xlsx", "run.json",
    ]  # fmt: skip
    assert json.loads((place / "run.json").read_text())["scope"] == "market=South"


def test_an_object_store_by_any_address_fsspec_knows(layout: Layout) -> None:
    import fsspec

    deliver(readers({"to": "memory://bucket/sales"}), layout, "2026-10", None)
    store = fsspec.filesystem("memory")
    assert store.cat("/bucket/sales/2026-10/company/executive_summary.html") == b"secret of company"


def test_unpublished_scopes_are_left_out_and_missing_settings_named(layout: Layout) -> None:
    assert deliver(readers({**EAST, "scope": "market=North"}), layout, "2026-10", None) == []
    (letter,) = deliver(readers(BOSS), layout, "2026-10", None, pause=no_pause)
    assert letter.problem == "No mail server is known. Set QUARTERDECK_SMTP to smtp://user@host:587."
    server = MailServer("127.0.0.1", 25)
    (letter,) = deliver(readers(BOSS, sender=""), layout, "2026-10", server, pause=no_pause)
    assert letter == Delivered(
        "boss@example.com",
        "company",
        "failed",
        "company.toml names no sender. Set `sender` under [delivery].",
    )


def test_a_server_elsewhere_must_encrypt(layout: Layout, postbox: Any) -> None:
    box, server = postbox
    strict = dataclasses.replace(server, must_encrypt=True)
    (letter,) = deliver(readers(BOSS), layout, "2026-10", strict, pause=no_pause)
    assert "offers no encryption" in letter.problem
    assert box.messages == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u%40x@mail.example.com", MailServer("mail.example.com", 587, "u@x")),
        (
            "smtps://u:p@mail.example.com:4650",
            MailServer("mail.example.com", 4650, "u", "p", is_encrypted=True),
        ),
        ("smtp://localhost:2525", MailServer("localhost", 2525, must_encrypt=False)),
    ],
)
def test_addresses_of_mail_servers(url: str, expected: MailServer) -> None:
    assert MailServer.from_url(url) == expected


def test_a_bad_address_is_refused_without_telling_the_password() -> None:
    with pytest.raises(UsageError) as caught:
        MailServer.from_url("http://u:geheim@host")
    assert "geheim" not in str(caught.value)


def test_the_ledger_says_to_whom_and_when(layout: Layout, postbox: Any) -> None:
    deliver(readers(BOSS), layout, "2026-10", postbox[1])
    entries = list(journal.latest_first(layout.root / ".delivered" / "2026-10.jsonl"))
    assert [(entry["to"], entry["state"]) for entry in entries] == [
        ("boss@example.com", "sent"), ("boss@example.com", "sending"),
    ]  # fmt: skip
