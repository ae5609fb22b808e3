"""What one document may cost its worker."""

import sys
import time
from dataclasses import dataclass

if sys.platform == "win32":  # it has no such limits: there the parent's deadline must do
    resource = None
else:
    import resource


@dataclass(frozen=True, slots=True)
class Limits:
    """For one document: CPU and wall time in seconds; for its worker: address space in bytes.

    A worker ends itself after ``jobs`` documents, so that nothing that leaks can grow.
    """

    cpu: int = 60
    wall: float = 120.0  # without the time that the network takes
    memory: int = 2 << 30  # of addresses; a worker that has just started takes 0.4 GB of them
    jobs: int = 20_000


def confine(limits: Limits) -> None:
    """Bound this process; a crash leaves no core file."""
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_least(limits.memory, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def begin(limits: Limits) -> None:
    """From now on ``limits.cpu`` seconds, then the system ends this process (SIGXCPU)."""
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        until = int(time.process_time()) + 1 + limits.cpu
        resource.setrlimit(resource.RLIMIT_CPU, (_least(until, hard), hard))


def _least(wanted: int, hard: int) -> int:
    assert resource is not None
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
