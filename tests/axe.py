"""axe-core, which tells what keeps people out of a page: fetched once by npm at one version, and checked.

It is kept under `.run`, not in the tree. A run without npm, or without the network, that never had it skips what needs
it.
"""

import base64
import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser import Browser

VERSION = "4.14.1"  # MPL-2.0
PACKAGE = f"axe-core@{VERSION}"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
SCRIPT = "package/axe.min.js"
GRAVE = ("serious", "critical")


def load_axe() -> str:
    """The script. Skips the test where it is not to be had; fails it where it is not what it was."""
    kept: Path = Path(settings.RUN_DIR) / "npm" / f"axe-core-{VERSION}.tgz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            try:
                subprocess.run(
                    ["npm", "pack", PACKAGE, "--pack-destination", folder],
                    check=True, capture_output=True, text=True, timeout=60,
                )  # fmt: skip
            except (OSError, subprocess.SubprocessError) as fault:
                pytest.skip(f"needs npm and its {PACKAGE}, which is not to be had: {fault}")
            (Path(folder) / kept.name).rename(kept)
    packed = kept.read_bytes()
    if base64.b64encode(hashlib.sha512(packed).digest()).decode() != SHA512:
        kept.unlink()
        raise ValueError(f"{PACKAGE} is not what it was when its SHA-512 was written down here")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        script = archive.extractfile(SCRIPT)
        assert script is not None
        return script.read().decode()


def find_barriers(browser: Browser, axe: str) -> list[str]:
    """What on the page shown now is a serious or critical barrier, a line each: the rule, and the first places."""
    browser.run(axe)
    browser.driver.set_script_timeout(30)
    found: dict[str, Any] = browser.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']}).then(done, error => done({error: String(error)}));"
    )
    assert "error" not in found, found
    return [
        f"{one['impact']} {one['id']}: {[node['html'][:160] for node in one['nodes']][:4]} ({len(one['nodes'])})"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]
