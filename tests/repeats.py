"""How often a test tries what chance decides: a few times in `make test`, more in `make test-long`."""

import os

LONG = os.environ.get("CHECKER_TEST_LONG") == "1"


def repeats(usual: int, long: int) -> int:
    return long if LONG else usual
