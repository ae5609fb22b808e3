"""One profile for all property tests: no time limit per example, as machines are shared.

And the order of files: those that take long come first, so that no core waits for one at the end
(`make test` gives each core a file at a time).
"""

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("checker", deadline=None)
settings.load_profile("checker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order of tests within a file stays; real processes and browsers outweigh functions."""
    seconds: dict[Path, float] = defaultdict(float)
    for item in items:
        usual = 0.05 if item.path.parent.name == "stages" else 0.3
        seconds[item.path] += 8 if item.get_closest_marker("slow") else usual
    items.sort(key=lambda item: -seconds[item.path])


def pytest_runtest_setup() -> None:
    """For `make mutate`, build the tables that ``functools.cache`` keeps anew in each test. Each
    mutant is tested in a fork of a process that has built them already, by the tests that were
    seen to build them: a mutant in their making would go unnoticed."""
    if "MUTANT_UNDER_TEST" not in os.environ:
        return
    for name, module in list(sys.modules.items()):
        if name.startswith("checker."):
            for value in vars(module).values():
                getattr(value, "cache_clear", int)()


def pytest_make_parametrize_id(val: object) -> str | None:
    """gzip writes the time into its head: a test's name must be the same in every process."""
    if isinstance(val, bytes) and val.startswith(b"\x1f\x8b"):
        return "gzip"
    return None


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty store, in both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/checker.db"
    from tests import postgres

    return postgres.required().create()
