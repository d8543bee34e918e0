"""axe-core, which tells what keeps people out of a page: fetched once from npm's registry at one version, checked.

It is kept under `.run`, not in the tree. A run without the network that never had it skips what needs it.
"""

import base64
import hashlib
import io
import tarfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser import Browser

VERSION = "4.14.1"  # MPL-2.0
ADDRESS = f"https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
SCRIPT = "package/axe.min.js"
GRAVE = ("serious", "critical")


def load_axe() -> str:
    """The script. Skips the test where it is not to be had; fails it where it is not what it was."""
    kept: Path = Path(settings.RUN_DIR) / "npm" / f"axe-core-{VERSION}.tgz"
    if not kept.exists():
        try:
            with urllib.request.urlopen(ADDRESS, timeout=20) as answer:
                fetched = answer.read()
        except OSError as fault:
            pytest.skip(f"needs {ADDRESS}, which is not to be had: {fault}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(fetched)
        part.rename(kept)
    packed = kept.read_bytes()
    if base64.b64encode(hashlib.sha512(packed).digest()).decode() != SHA512:
        kept.unlink()
        raise ValueError(f"{ADDRESS} is not what it was when its SHA-512 was written down here")
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
