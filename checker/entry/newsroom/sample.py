"""The newsroom that the shipped configuration watches: it archives itself, then goes on editing.

What was edited is kept in ``state.json``, so that a second start serves what the first one left.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from checker.entry.newsroom.site import HOST, Newsroom
from checker.errors import TargetError

BEFORE_FIRST_CHECK = ("rewrite",)  # so that the adoption report has something to say
LATER = ("correct", "bump", "typo", "remove")  # one by one, while the daemon runs
PAUSE = timedelta(seconds=15)


class Sample:
    """A newsroom on a fixed port with an archive of its own below *folder*."""

    def __init__(self, folder: Path, port: int, now: Callable[[], datetime]) -> None:
        self._folder, self._port, self._now = folder, port, now
        self._state = folder / "state.json"

    def __enter__(self) -> Self:
        """Serve; on the first start make the archive of copies, then edit one article."""
        state = self._load()
        opened = datetime.fromisoformat(state["opened"]) if state else self._now()
        try:
            self._newsroom = Newsroom(self._now, opened, self._port).start()
        except OSError as error:
            raise TargetError(
                f"sample newsroom on {HOST}:{self._port}",
                f"the port can't be used ({error.strerror})",
                'Stop the other program, or change the number in `feed = "sample:…"`.',
            ) from error
        self._edits: list[dict[str, str]] = state["edits"] if state else []
        for edit in self._edits:
            self._newsroom.edit(edit["name"], datetime.fromisoformat(edit["at"]))
        if state is None:
            self._newsroom.write_copies(self._folder / "copies")
            for name in BEFORE_FIRST_CHECK:
                self._apply(name)
            self._save(opened)
        self._opened, self._next = opened, self._now() + PAUSE
        return self

    def tick(self) -> str | None:
        """Make the next edit if its time has come; returns what a person would say of it."""
        done = {edit["name"] for edit in self._edits}
        name = next((one for one in LATER if one not in done), None)
        if name is None or self._now() < self._next:
            return None
        told = self._apply(name)
        self._save(self._opened)
        self._next = self._now() + PAUSE
        return told

    def __exit__(self, *_: object) -> None:
        self._newsroom.stop()

    def _apply(self, name: str) -> str:
        at = self._now()
        self._edits.append({"name": name, "at": at.isoformat()})
        return self._newsroom.edit(name, at)

    def _load(self) -> dict[str, Any] | None:
        """The state of an earlier start on the same port; None starts the newsroom anew."""
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        usable = isinstance(state, dict) and state.get("port") == self._port
        return state if usable else None

    def _save(self, opened: datetime) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        state = {"port": self._port, "opened": opened.isoformat(), "edits": self._edits}
        draft = self._state.with_suffix(".tmp")
        draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
        draft.replace(self._state)
