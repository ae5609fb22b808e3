"""`make kill-archive` does this a hundred times."""

import random

from tests import kill_archive


def test_imports_and_exports_that_are_killed_leave_nothing_half_done(tmp_path):
    chance = random.Random(8)
    assert "all there once" in kill_archive.imports(1, chance, tmp_path, each=2)
    assert kill_archive.exports(1, chance, tmp_path).startswith("1 kills of exports")
