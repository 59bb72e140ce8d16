"""Copy what the pages need out of ``node_modules`` into ``app/static/vendor`` (ignored by git).

Flat, predictable names, one folder a package:

    bootstrap/          bootstrap.min.css  bootstrap.rtl.min.css  bootstrap.bundle.min.js
    bootstrap-icons/    bootstrap-icons.min.css  fonts/bootstrap-icons.woff2
    wavesurfer/         wavesurfer.esm.js  regions.esm.js
    echarts/            echarts.simple.min.js   (line, bar, pie; sets ``window.echarts``)
                        echarts.esm.min.js      (everything; twice the size)
    inter/              inter-{latin,latin-ext,cyrillic}-wght-normal.woff2

Standard library only. ``python3 scripts/vendor.py``; exit status 1 names what is missing.
"""

from __future__ import annotations

import filecmp
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules"
TARGET = ROOT / "app" / "static" / "vendor"

INTER = "@fontsource-variable/inter/files"
FILES = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.rtl.min.css": "bootstrap/dist/css/bootstrap.rtl.min.css",
    "bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap-icons/bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "bootstrap-icons/fonts/bootstrap-icons.woff2": (
        "bootstrap-icons/font/fonts/bootstrap-icons.woff2"
    ),
    "wavesurfer/wavesurfer.esm.js": "wavesurfer.js/dist/wavesurfer.esm.js",
    "wavesurfer/regions.esm.js": "wavesurfer.js/dist/plugins/regions.esm.js",
    "echarts/echarts.simple.min.js": "echarts/dist/echarts.simple.min.js",
    "echarts/echarts.esm.min.js": "echarts/dist/echarts.esm.min.js",
    "inter/inter-latin-wght-normal.woff2": f"{INTER}/inter-latin-wght-normal.woff2",
    "inter/inter-latin-ext-wght-normal.woff2": f"{INTER}/inter-latin-ext-wght-normal.woff2",
    "inter/inter-cyrillic-wght-normal.woff2": f"{INTER}/inter-cyrillic-wght-normal.woff2",
}


def copy(source: Path, target: Path) -> bool:
    """Copy where the contents differ; whether it was needed."""
    if target.exists() and filecmp.cmp(source, target, shallow=False):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return True


def main() -> int:
    missing = [path for path in FILES.values() if not (SOURCE / path).is_file()]
    if missing:
        print(f"Not in node_modules: {', '.join(missing)}. Type: npm ci", file=sys.stderr)
        return 1
    wanted = {TARGET / name for name in FILES}
    changed = sum(copy(SOURCE / path, TARGET / name) for name, path in FILES.items())
    for old in [p for p in TARGET.rglob("*") if p.is_file() and p not in wanted]:
        old.unlink()
        changed += 1
    print(f"{len(FILES)} files in app/static/vendor, {changed} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
