"""Which characters a file's bytes are: byte-order marks, UTF-8, UTF-16, GB18030, and what is left."""

import codecs
import re
from dataclasses import dataclass

from pipeline.errors import SourceError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
SAMPLE_BYTES = 1 << 20
HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BINARY_SHARE = 0.01


@dataclass(frozen=True)
class Text:
    """A file's text as UTF-8 bytes without mark, and the encoding it came in."""

    data: bytes
    encoding: str
    is_guess: bool = False


def to_utf8(data: bytes, origin: str, encoding: str = "") -> Text:
    """Recode a file to UTF-8; `encoding` is what the mapping says, empty to find out.

    Raises:
        SourceError: the bytes are no text, or not of the encoding that the mapping says.
    """
    if encoding:
        return Text(_recode(data, encoding, origin), encoding)
    for mark, name in MARKS:
        if data.startswith(mark):
            body = data[len(mark) :] if name in {"utf-8", "gb18030"} else data
            return _clean(Text(_recode(body, name, origin), name), origin)
    if wide := _wide(data):
        return _clean(Text(_recode(data, wide, origin), wide), origin)
    return _clean(_without_mark(data, origin), origin)


def _without_mark(data: bytes, origin: str) -> Text:
    try:
        if not data.isascii():
            data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_binary(data, origin)
        guess = "gb18030" if _looks_chinese(data) else "cp1252"
        return Text(_recode(data, guess, origin), guess, is_guess=True)
    return Text(data, "utf-8")


def _recode(data: bytes, encoding: str, origin: str) -> bytes:
    try:
        if encoding.lower().replace("-", "") == "utf8":
            body = data.removeprefix(codecs.BOM_UTF8)
            body.decode("utf-8")
            return body
        return data.decode(encoding).encode("utf-8").removeprefix(codecs.BOM_UTF8)
    except LookupError:
        raise SourceError(
            f"{origin}: there is no encoding {encoding!r}.", "Use utf-8, utf-16, gb18030 or cp1252."
        ) from None
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{origin}: is not {encoding} text (byte {error.start} cannot be read).",
            'Save it as UTF-8, or name its encoding in the mapping: encoding = "gb18030".',
        ) from None
    except UnicodeEncodeError:
        raise SourceError(f"{origin}: is broken {encoding} text.", "Save it as UTF-8.") from None


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of mostly Latin text is zero."""
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.3 * len(sample) / 2 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * len(sample) / 2 and odd == 0 else ""


def _looks_chinese(data: bytes) -> bool:
    """Chinese text has its high bytes in pairs, Western text has them alone."""
    runs = HIGH_RUNS.findall(data[:SAMPLE_BYTES])
    paired = sum(len(run) for run in runs if len(run) > 1)
    if paired * 2 < sum(map(len, runs)):
        return False
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _clean(text: Text, origin: str) -> Text:
    _refuse_binary(text.data, origin)
    return text


def _refuse_binary(data: bytes, origin: str) -> None:
    sample = data[:SAMPLE_BYTES]
    if len(CONTROL.findall(sample)) > BINARY_SHARE * len(sample):
        raise SourceError(
            f"{origin}: holds binary data, not a table.", "Export it as CSV, Excel (.xlsx) or Parquet."
        )
