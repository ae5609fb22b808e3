"""A real ReplayWeb.page (`make replay`) opens what we export."""

import functools
import http.server
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.service import Selection
from tests.helpers_wacz import BRIDGE, watched

PLAYER = Path(__file__).parents[2] / ".venv" / "replay" / "package"
PAGE = """<!doctype html><script src="ui.js"></script>
<replay-web-page source="/all.wacz" url="{url}" ts="20260304080000"></replay-web-page>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.skipif(not PLAYER.exists(), reason="no ReplayWeb.page here (make replay)")
def test_the_player_shows_a_capture(chromium, tmp_path):
    root = tmp_path / "site"
    (root / "replay").mkdir(parents=True)
    (tmp_path / "w").mkdir()
    with watched(tmp_path / "w") as here:
        created = datetime(2026, 3, 5, tzinfo=UTC)
        here.service.export(root / "all.wacz", Selection(every_capture=True), "t", created)
    shutil.copy(PLAYER / "ui.js", root)
    shutil.copy(PLAYER / "sw.js", root / "replay")
    (root / "index.html").write_text(PAGE.format(url=BRIDGE))
    handler = functools.partial(Quiet, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        for _ in range(60):
            shown = [text(frame) for frame in page.frames if "mp_/" in frame.url]
            if any("harbour bridge to 5.90" in one for one in shown):
                break
            page.wait_for_timeout(500)
        else:
            pytest.fail("the capture is not shown")
        page.close()
        server.shutdown()


def text(frame):
    return frame.locator("body").inner_text() if frame.locator("body").count() else ""
