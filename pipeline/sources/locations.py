"""Where sources lie: files, folders, compressed files, web addresses and object stores."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.errors import SourceError

TABULAR = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xls", ".parquet", ".pq")
COMPRESSED = (".gz", ".bz2", ".xz", ".zip")
TIMEOUT_SECONDS = 60
LARGEST_BYTES = 8 << 30


class Located(NamedTuple):
    """A file's bytes, uncompressed, and the name that messages give it."""

    name: str
    data: bytes


def locate(location: str) -> Iterator[str]:
    """The single places that a location stands for: a folder stands for its tabular files, in order of name.

    Raises:
        SourceError: there is no such file or folder, or a folder without any tabular file.
    """
    if urlsplit(location).scheme and "://" in location:
        yield location
        return
    path = Path(location).expanduser()
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file():
        yield str(path)
    else:
        raise SourceError(f"{location}: there is no such file or folder.", "Check the path.")


def fetch(place: str) -> Iterator[Located]:
    """The files at one place, uncompressed.

    Raises:
        SourceError: unreachable, unreadable, or a compressed file that is cut off.
    """
    name = Path(urlsplit(place).path if "://" in place else place).name
    yield from _uncompressed(name, _bytes(place, name))


def _in_folder(folder: Path) -> Iterator[str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and _is_tabular(path.name))
    if not files:
        raise SourceError(
            f"{folder.name}: the folder holds no table.", f"Known endings: {', '.join(TABULAR)} (also .gz)."
        )
    yield from map(str, files)


def _is_tabular(name: str) -> bool:
    lower = name.lower()
    if lower.startswith((".", "~$")):
        return False
    stem = next((lower.removesuffix(ending) for ending in COMPRESSED if lower.endswith(ending)), lower)
    return stem.endswith(TABULAR) or lower.endswith(".zip")


def _bytes(place: str, name: str) -> bytes:
    try:
        if "://" in place:
            return _remote(place, name)
        data = Path(place).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(
            f"{name}: cannot be read ({reason}).", "Check the path and its permissions."
        ) from None
    return data


def _remote(place: str, name: str) -> bytes:
    if urlsplit(place).scheme in {"http", "https"}:
        from urllib.request import urlopen

        with urlopen(place, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - scheme checked above
            return bytes(answer.read())
    try:
        import fsspec

        with fsspec.open(place, "rb") as file:
            return bytes(file.read())
    except (ImportError, ValueError) as error:
        raise SourceError(
            f"{name}: cannot be fetched ({error}).", "Download it and import the file."
        ) from None


def _uncompressed(name: str, data: bytes) -> Iterator[Located]:
    lower = name.lower()
    try:
        if data.startswith(b"\x1f\x8b"):
            yield Located(name, gzip.decompress(data))
        elif data.startswith(b"BZh"):
            import bz2

            yield Located(name, bz2.decompress(data))
        elif data.startswith(b"\xfd7zXZ"):
            import lzma

            yield Located(name, lzma.decompress(data))
        elif lower.endswith(".zip"):
            yield from _unzipped(name, data)
        else:
            yield Located(name, data)
    except (EOFError, OSError, zlib.error, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0][:100]
        raise SourceError(
            f"{name}: the compressed file is cut off or damaged ({reason}).", "Copy or export it again."
        ) from None


def _unzipped(name: str, data: bytes) -> Iterator[Located]:
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in sorted(archive.namelist()):
                if _is_tabular(Path(entry).name) and not entry.startswith("__MACOSX"):
                    yield Located(f"{name}/{Path(entry).name}", archive.read(entry))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise SourceError(
            f"{name}: the archive cannot be opened ({error}).", "Unpack it and import the files."
        ) from None


def base_name(places: Sequence[str]) -> str:
    """A name for a set of sources: the folder's or first file's, without endings."""
    first = places[0].rstrip("/") if places else "import"
    return Path(urlsplit(first).path if "://" in first else first).name.split(".")[0]
