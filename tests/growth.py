"""Time in tests: how work grows with its input is asserted, never how long it takes.

A machine that is busy with other tests takes twice as long for everything, so that a bound in
seconds fails without a fault. What takes four times as long for four times the input is linear on
any machine; what takes sixteen times as long is a square.
"""

import time
from collections.abc import Callable

MOMENT = 0.3  # seconds of CPU: what takes less with its whole input is not asked how it grows
SQUARE = 10  # times as long for four times the input: between a line (4) and a square (16)
TRIES = 3  # a busy machine only adds, and seldom each time
PATIENCE = 60  # seconds for what has no input to grow with: it hangs, or is done in a moment

Prepare = Callable[[int], Callable[[], object]]


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def steep(prepare: Prepare, size: int) -> str:
    """How *prepare(size)()* grows, where that is faster than its *size*; empty if it is not.

    What it prepares, for all of the size and for a quarter, is not measured.
    """
    whole, quarter = seconds(prepare(size)), float("inf")
    for _ in range(TRIES):
        if whole < MOMENT:
            return ""
        quarter = min(quarter, seconds(prepare(size // 4)))
        if whole < SQUARE * quarter:
            return ""
        whole = min(whole, seconds(prepare(size)))
    return f"{quarter:.2f} s for {size // 4}, {whole:.2f} s for {size}"


def linear(prepare: Prepare, size: int) -> None:
    told = steep(prepare, size)
    assert not told, told


def linear_in(text: str | bytes, work: Callable[..., object]) -> None:
    """*work* takes a text or any beginning of it."""
    linear(lambda size: lambda: work(text[:size]), len(text))
