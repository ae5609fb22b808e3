"""A process that stays for days looks for circles often enough, and not at what it has loaded."""

import subprocess
import sys
import threading

from checker import garbage
from checker.entry import serving
from checker.settings import load

CODE = """
import gc, weakref
from checker import garbage
garbage.collect_seldom()
class Ring: pass
def ring():
    one = Ring(); one.self = one; one.much = [0] * 100_000
    return weakref.ref(one)
loaded = [[] for _ in range(1_000)]
garbage.settle()
assert gc.get_freeze_count() > 1_000
left, kept = ring(), []
while left() is not None:
    kept.append([])
print(len(kept))
"""


def test_a_circle_is_found_after_some_thousand_objects_and_what_is_loaded_is_passed_over():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10_000


def test_who_serves_settles_first(tmp_path, monkeypatch):
    settled, stopped = [], threading.Event()
    monkeypatch.setattr(garbage, "settle", lambda: (settled.append(True), stopped.set()))
    monkeypatch.setattr(serving, "signals_end", lambda *_: None)
    (tmp_path / "checker.toml").write_text(f'data_dir = "{tmp_path}/data"\n')
    serving.serve_notices(load(tmp_path / "checker.toml", {}), "127.0.0.1:0", stopped)
    assert settled == [True]
