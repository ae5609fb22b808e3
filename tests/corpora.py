"""Real material for tests: the folder that CHECKER_CORPORA names, if it is there."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest


def corpora(name: str) -> Path:
    """The part *name* of the corpora; skips where none are configured, fails where unreadable."""
    root = os.environ.get("CHECKER_CORPORA")
    if not root:
        pytest.skip("CHECKER_CORPORA is not set: no real material to test with")
    path = Path(root) / name
    if not (path.exists() and os.access(path, os.R_OK)):
        pytest.fail(f"CHECKER_CORPORA is set, but {path} can't be read")
    return path


def real_pages(count: int) -> Iterator[bytes]:
    """About *count* real pages, spread over all sets."""
    files = sorted(corpora("pages").glob("*.jsonl.gz"))
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for _, line in zip(range(-(-count // len(files))), lines, strict=False):
                yield json.loads(line)["html"].encode("utf-8", "surrogatepass")
