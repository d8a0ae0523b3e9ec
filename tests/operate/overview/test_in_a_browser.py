"""The page in headless Chromium: it fits a telephone and a screen, in light and in dark.

Chromium is Debian's (apt-get install chromium). It is no package of PyPI, and 400 MB that CI would install anew on
each machine, so these are skipped where it is missing; what the page is made of has its tests in test_page.py.
"""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operate.overview.page import document
from tests.operate.doctor.faults import app, stack
from tests.operate.overview.seen import FRUITS, REPORT, history, schemas, seen

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")

# As .library's page on this kind of machine has them: without these it asks for Google's hosts.
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --allow-file-access-from-files --virtual-time-budget=2000 --dump-dom"
)
# The page in two frames, one as wide as a telephone and one as a screen, and around them a script that measures what
# the page, which allows no script, is.
_FRAMES = """<!doctype html><body>
<iframe src="page.html" style="width:400px;height:900px"></iframe>
<iframe src="page.html" style="width:1200px;height:900px"></iframe>
<script>
const measured = frame => {
  const page = frame.contentDocument, root = page.documentElement;
  const style = frame.contentWindow.getComputedStyle(page.body);
  const boxes = kind => [...page.querySelectorAll(kind)].map(one => one.getBoundingClientRect());
  return {
    hidden: root.scrollWidth - root.clientWidth,
    outside: boxes('body *').filter(box => box.right > root.clientWidth + 1).length,
    smallest: Math.min(...boxes('svg text').map(box => box.height)),
    colors: [style.backgroundColor, style.color],
  };
};
onload = () => { document.body.textContent = JSON.stringify([...document.querySelectorAll('iframe')].map(measured)); };
</script>"""
LONG = "an-app-whose-name-is-as-long-as-dokku-lets-it-be-and-then-some"


def measured(folder: Path, *flags: str) -> list[dict[str, Any]]:
    """What Chromium makes of the page, 400 and 1200 pixels wide."""
    made = stack(apps={**app(), LONG: {**app()["fruits"], "urls": [f"https://{LONG}.example.com"], "schema": LONG}})
    apps = (FRUITS, replace(FRUITS, name=LONG))
    report = replace(REPORT, apps=apps, history=history(28), schemas=schemas("fruits", LONG))
    (folder / "page.html").write_text(document.text_of(seen(made), report))
    (folder / "frames.html").write_text(_FRAMES)
    words = [str(CHROMIUM), *_FLAGS.split(), f"--user-data-dir={folder / 'profile'}", *flags]
    address = f"file://{folder / 'frames.html'}"
    done = subprocess.run([*words, address], capture_output=True, text=True, timeout=100, check=True)
    told = re.search(r"<body>(\[.*\])</body>", done.stdout)
    assert told, done.stdout[-500:]
    found: list[dict[str, Any]] = json.loads(told[1])
    return found


LIGHT = ["rgb(246, 247, 249)", "rgb(28, 33, 40)"]
DARK = ["rgb(18, 22, 27)", "rgb(228, 232, 236)"]


@pytest.mark.parametrize(("flags", "colors"), [([], LIGHT), (["--blink-settings=preferredColorScheme=0"], DARK)])
def test_the_page_fits_a_telephone_and_a_screen_in_light_and_in_dark(
    tmp_path: Path, flags: list[str], colors: list[str]
) -> None:
    for found in measured(tmp_path, *flags):
        assert (found["hidden"], found["outside"], found["colors"]) == (0, 0, colors)
        assert found["smallest"] >= 11  # pixels
