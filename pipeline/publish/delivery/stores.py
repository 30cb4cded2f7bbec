"""A report into a folder or object store, by any address that fsspec knows."""

from __future__ import annotations

from pipeline.errors import PublishError
from pipeline.publish.delivery.letters import Letter
from pipeline.publish.layout import RECORD_FILE, scope_folder


def put(letter: Letter, url: str) -> None:
    """Copy the report to `<url>/<period>/<scope>/`; `run.json` goes last and says that all is there.

    Raises:
        PublishError: the store can't be written.
    """
    import fsspec

    try:
        store, _, (base,) = fsspec.get_fs_token_paths(url)
        place = f"{base.rstrip('/')}/{letter.record.period}/{scope_folder(letter.record.key)}"
        store.makedirs(place, exist_ok=True)
        for path in [*letter.files, letter.folder / RECORD_FILE]:
            store.put_file(str(path), f"{place}/{path.relative_to(letter.folder).as_posix()}")
    except (OSError, ImportError, ValueError) as error:
        raise PublishError(f"{url}: {type(error).__name__}: {error}") from error
