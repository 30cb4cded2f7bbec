"""A page as PDF, printed by the Chromium of the machine."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.errors import PublishError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--disable-extensions",
    "--no-pdf-header-footer", "--run-all-compositor-stages-before-draw",
)  # fmt: skip
SECONDS = 120


def find_chromium() -> Path | None:
    """The browser on the search path that can print, if there is one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def print_pdf(html: Path, pdf: Path, *, chromium: Path | None = None) -> Path:
    """Print a page on A4 with its own running heads and page numbers.

    Raises:
        PublishError: no Chromium is installed, or it failed; the message says how.
    """
    browser = chromium or find_chromium()
    if browser is None:
        raise PublishError(
            "A PDF needs Chromium, and none of " + ", ".join(NAMES) + " is on the search path.",
            "Install it, or print the page from any browser.",
        )
    pdf.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            str(browser), *FLAGS, *_sandbox(), f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf.resolve()}", html.resolve().as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise PublishError(
                f"{html.name}: Chromium took longer than {SECONDS} seconds to print."
            ) from None
    if done.returncode or not pdf.is_file():
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise PublishError(f"{html.name}: Chromium could not print it ({' '.join(last) or 'no message'}).")
    return pdf


def _sandbox() -> tuple[str, ...]:
    """Chromium's sandbox does not work for the superuser; our pages run no script anyway."""
    import os

    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
