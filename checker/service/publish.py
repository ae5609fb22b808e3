"""Acting on verdicts: banners on copies."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checker.errors import CheckerError
from checker.model import Banner, Skipped, Standing
from checker.ports import BannerChange, BannerSink
from checker.service.context import Context
from checker.stages import banner

log = logging.getLogger("checker.publish")


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one copy's banner."""

    uri: str
    path: str
    action: str  # of BannerChange, or "skipped"
    detail: str = ""


def publish_banners(context: Context, source: str | None) -> tuple[Published, ...]:
    """Bring every copy into line whose verdict changed since its banner was last published.

    What could not be written for a reason that may pass is tried again at the next pass.
    """
    store = context.ports.store
    results = []
    for standing in tuple(store.banners_due(source)):
        change = _safely(context, standing)
        if change is not None:
            results.append(_published(standing, change))
        if not (isinstance(change, Skipped) and change.again):
            store.banner_published(standing.article.id, standing)
    return tuple(results)


def _safely(context: Context, standing: Standing) -> BannerChange | Skipped | None:
    """One copy's unforeseen trouble is its own; a sink that can't be had is everybody's."""
    try:
        return _publish(context, standing)
    except CheckerError:
        raise
    except Exception as error:
        log.exception("banner for %s failed", standing.article.uri)
        return Skipped(standing.article.uri, f"{type(error).__name__}: {error}")


def _publish(context: Context, standing: Standing) -> BannerChange | Skipped | None:
    notice = _notice(context, standing)
    if notice is None:
        return take_off(context, standing)
    fragment = banner.render(notice)
    return _on_sink(context, standing, lambda sink, path: sink.apply(path, notice, fragment))


def _on_sink(
    context: Context,
    standing: Standing,
    act: Callable[[BannerSink, Path], BannerChange | Skipped],
) -> BannerChange | Skipped | None:
    """None where nobody publishes the copy: no sink, or it lies in a WARC."""
    source = context.configured(standing.article.source)
    if source is None:  # its copies are no longer ours to touch
        return None
    sink = context.ports.sink(source)
    if sink is None or standing.copy is None or standing.copy.locator.offset is not None:
        return None
    return act(sink, Path(standing.copy.locator.path))


def take_off(context: Context, standing: Standing) -> BannerChange | Skipped | None:
    """Make the copy's published form its original again; None where nobody publishes it."""
    return _on_sink(context, standing, lambda sink, path: sink.remove(path))


def _notice(context: Context, standing: Standing) -> Banner | None:
    if standing.verdict is None or standing.copy_reading is None:
        return None
    return banner.compose(
        standing.verdict,
        standing.copy_reading,
        uri=standing.article.uri,
        now=context.ports.clock.now(),
        rules=context.operation.banner,
        memento=standing.copy.uri_m if standing.copy is not None else None,
    )


def _published(standing: Standing, change: BannerChange | Skipped) -> Published:
    uri = standing.article.uri
    if isinstance(change, Skipped):
        return Published(uri, change.name, "skipped", change.reason)
    return Published(uri, change.path, change.action, change.detail)
