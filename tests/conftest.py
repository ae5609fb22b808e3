"""One profile for all property tests: no time limit per example, as machines are shared."""

import os
import sys

from hypothesis import settings

settings.register_profile("checker", deadline=None)
settings.load_profile("checker")


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
