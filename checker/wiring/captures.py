"""Where our own captures are kept: a folder of WARC files, or an object store."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from checker.adapters import s3
from checker.adapters.warc import ObjectArchive, WarcArchive
from checker.errors import StoreError
from checker.ports import Archive, Clock
from checker.settings import Settings


@contextmanager
def opened(settings: Settings, clock: Clock) -> Iterator[Archive]:
    """The archive of our own captures. Raises StoreError, ConfigError."""
    if settings.archive.url is None:
        make(settings.archive.folder, "archive.folder")
        with WarcArchive(settings.archive.folder, clock) as archive:
            yield archive
        return
    with _bucket(settings) as bucket:
        yield ObjectArchive(bucket, clock)


def probe(settings: Settings) -> str:
    """Write to the object store and read it back; what it is called. Raises CheckerError."""
    with _bucket(settings) as bucket:
        bucket.probe()
        return f"{bucket.name} can be written to and read"


def _bucket(settings: Settings) -> closing[s3.Bucket]:
    place = settings.archive
    assert place.url is not None
    return closing(s3.connect(place.url, place.endpoint, place.profile, settings.fetch.concurrency))


def make(folder: Path, key: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cause = f"the folder can't be made ({error.strerror})"
        remedy = f"Set {key} to a folder that the user of the checker may write to."
        raise StoreError(str(folder), cause, remedy) from error
