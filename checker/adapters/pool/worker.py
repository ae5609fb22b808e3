"""The inside of a worker process: batches of jobs come through a pipe, results go back.

Messages to a worker: a batch (list of jobs), an answer of the network, None to end. Messages from
it: ("did", result) for each job in turn, ("ask", request) where the task needs the network.
"""

import gc
import logging
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from checker import garbage
from checker.adapters.pool.limits import Limits, begin, confine
from checker.model import FetchFailure, Request, Response
from checker.ports import Http, Lost


@dataclass(frozen=True, slots=True)
class _Asking:
    """Port ``Http``: the parent fetches, so that politeness and the address guard are one."""

    pipe: Connection

    def fetch(self, request: Request) -> Response | FetchFailure:
        self.pipe.send(("ask", request))
        answer: Response | FetchFailure = self.pipe.recv()
        return answer


def work(pipe: Connection, task: Callable[[Any, Http], Any], limits: Limits) -> None:
    """Do what comes until None or the end of the pipe comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    logging.disable()  # what went wrong is in the result
    confine(limits)
    gc.freeze()  # what is loaded by now stays: collecting need not look at it again
    garbage.collect_seldom()
    http = _Asking(pipe)
    try:
        while (batch := pipe.recv()) is not None:
            for job in batch:
                begin(limits)
                pipe.send_bytes(_did(task, job, http))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone, or wants no more


def _did(task: Callable[[Any, Http], Any], job: Any, http: Http) -> bytes:
    """The message ready to be sent: a result that takes too much memory to send is lost."""
    try:
        return pickle.dumps(("did", task(job, http)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(("did", Lost("needs more memory than a document may take")))
