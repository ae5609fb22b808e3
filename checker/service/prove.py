"""Whether every capture that the store knows can be read back as it was kept."""

from collections.abc import Callable, Iterator

from checker.errors import ArchiveError
from checker.model import Fault, Memento, Verified
from checker.service.context import Context

MAX_LISTED = 1_000  # faults that are told one by one


def prove(context: Context, name: str, step: Callable[[int], None] | None = None) -> Verified:
    """Read each capture of our own archive, called *name*, and compare it with its SHA-256. Copies
    that the user brought may change and are not looked at."""
    count = digests = 0
    faults: list[Fault] = []
    for memento in _own(context):
        count += 1
        try:
            context.ports.archive.load(memento)
            digests += 1
        except ArchiveError as error:
            said = f"the capture of {memento.uri_r} of {memento.memento_datetime:%Y-%m-%d %H:%M}"
            where = memento.locator
            faults.append(Fault(where.path, where.offset, said, error.cause, error.remedy))
        if step is not None:
            step(count)
    listed = tuple(faults[:MAX_LISTED])
    return Verified(name, {"capture": count}, digests, listed, (), len(faults) - len(listed))


def _own(context: Context) -> Iterator[Memento]:
    store = context.ports.store
    for number in store.article_ids():
        yield from (one for one in store.captures(number) if one.locator.is_own)
