"""Tasks for worker processes in tests; a worker imports them by name."""

import ctypes
import os
import time

from checker.model import Request


def work_on(job, http):
    """What *job* says: a word and perhaps a number."""
    word, _, value = job.partition(" ")
    match word:
        case "crash":
            ctypes.string_at(0)
        case "exit":
            os._exit(3)
        case "hang":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "eat":
            return len(bytearray(int(value)))
        case "fetch":
            return http.fetch(Request(value)).status
        case "nap":
            time.sleep(float(value))
    return job.upper()


def eats(job, http):
    """Raises MemoryError inside the worker, as an examination of a large document would catch."""
    try:
        return work_on(job, http)
    except MemoryError:
        return "too much"
