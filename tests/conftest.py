"""One profile for all property tests: no time limit per example, as machines are shared."""

import sys

from hypothesis import settings

settings.register_profile("checker", deadline=None)
settings.load_profile("checker")


def pytest_sessionstart() -> None:
    """Tables kept by ``functools.cache`` are built anew: `make mutate` tests each mutant in a fork
    of a process that has built them already, where a mutant in their making would go unseen."""
    for name, module in list(sys.modules.items()):
        if name.startswith("checker."):
            for value in vars(module).values():
                getattr(value, "cache_clear", int)()
