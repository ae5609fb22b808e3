"""How often Python looks for objects that refer to each other in a circle and to nothing else.

Loading and reading a page make many objects and hardly a circle; looking for them as often as
Python does by itself is a tenth of what both cost.
"""

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100  # Python's own are 700, 10 and 10
_STAYING = 5_000, 10, 10


def collect_seldom() -> None:
    """For this process, from now on."""
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def settle() -> None:
    """For a process that stays for days, once it is built: a few circles may hold much. What is
    loaded by now stays, and is never looked at again, so that looking at the rest is cheap."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_STAYING)
