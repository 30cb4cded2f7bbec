"""Results kept on disk by content, so that every scope and the executive page share one computation.

The key is the book (what it knows, as of when, which scope), the function, its arguments, the package's
own code and the optional library that changes forecasts: when any of these differs, the result is computed
anew. Who wants what another process is computing waits for it. A file is written beside its place and renamed
into it, so that a kill leaves no half result.
"""

import contextlib
import datetime
import functools
import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pipeline.book import Book
from pipeline.files import replace_file
from pipeline.locks import Busy, holding
from pipeline.models.forecast import boosting

P = ParamSpec("P")
R = TypeVar("R")
SAYS_ALL = (int, float, str, datetime.date, tuple, type(None))
"""Types of arguments whose `repr` tells two values apart."""
KEPT_FILES = 400
"""Files kept in a cache folder; the oldest go first."""
LONGEST_WAIT_SECONDS = 900.0
"""For another process that computes the same; then it is computed here too."""


def cached(function: Callable[Concatenate[Book, P], R]) -> Callable[Concatenate[Book, P], R]:
    """Keep the result of `function(book, ...)` on disk in the book's cache folder.

    A call with an argument whose `repr` does not say all (a frame, say) computes every time, and so does a
    book without a cache folder.
    """

    @functools.wraps(function)
    def compute_once(book: Book, /, *args: P.args, **kwargs: P.kwargs) -> R:
        folder = book.cache_folder
        if folder is None or not all(isinstance(value, SAYS_ALL) for value in (*args, *kwargs.values())):
            return function(book, *args, **kwargs)
        name = f"{function.__module__}.{function.__qualname__}"
        place = folder / f"{name.removeprefix('pipeline.')}-{_key(book, name, args, kwargs)}.pickle"
        found, result = _read(place)
        if not found:
            with _alone(place):
                found, result = _read(place)
                if not found:
                    result = function(book, *args, **kwargs)
                    _write(place, result)
        return result  # type: ignore[no-any-return]

    return compute_once


def _key(book: Book, name: str, args: Any, kwargs: Any) -> str:
    facts = (
        name, book.fingerprint, book.as_of.isoformat(), book.period.key, book.scope.key, repr(book.company),
        repr(args), repr(sorted(kwargs.items())), code_hash(), boosting.version(),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:24]


@functools.cache
def code_hash() -> str:
    """Hash of the package's code and declarations (not of its catalogues of text)."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.glob("*.toml")]):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """While nobody else computes this result. Results build on one another in one direction: no deadlock."""
    lock = place.with_suffix(".lock")
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, Busy):  # a folder that is not ours to write, a holder that hangs
            place.parent.mkdir(parents=True, exist_ok=True)
            stack.callback(_forget_lock, lock)  # after it is let go of
            stack.enter_context(holding(lock, LONGEST_WAIT_SECONDS))
        yield


def _forget_lock(lock: Path) -> None:
    """Who waits has it open, and will find the result; who still holds it, hanging, keeps what it holds."""
    with contextlib.suppress(OSError):
        lock.unlink()


def _read(place: Path) -> tuple[bool, Any]:
    try:
        with place.open("rb") as file:
            return True, pickle.load(file)  # noqa: S301 - written by this program into its own data folder
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError):
        return False, None


def _write(place: Path, result: Any) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
        replace_file(Path(file.name), place)
        _forget_oldest(place.parent)
    except (OSError, pickle.PicklingError, TypeError, AttributeError):
        return  # a full disk, or a result that cannot be kept, costs time, not the result


def _forget_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.pickle"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT_FILES:]:
        path.unlink(missing_ok=True)
