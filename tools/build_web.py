"""Put the scripts that pages in a browser need into the package, from the npm registry:

    python tools/build_web.py

It needs npm. Versions are pinned here; the files are as published, with their licences, but for the interpreter, a module
that is made to find `vega` where the others put it.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "src" / "paxsilica" / "web" / "static"

PACKAGES = {
    "htmx.org@4.0.1": ("dist/htmx.min.js", "dist/ext/hx-csp.min.js", "dist/ext/hx-sse.min.js"),
    "vega@6.4.0": ("build/vega.min.js",),
    "vega-lite@6.4.3": ("build/vega-lite.min.js",),
    "vega-interpreter@2.3.2": ("build/vega-interpreter.js",),
}
FOUND_IN_VEGA = {
    "import { ascending, isString, DisallowedObjectProperties } from 'vega-util';": "(function () {\n"
    "const { ascending, isString, DisallowedObjectProperties } = vega;",
    "export { expression as expressionInterpreter };": "window.vegaInterpreter = expression;\n})();",
}


def fetched(package: str, folder: Path) -> Path:
    """The package as npm packs it."""
    said = subprocess.run(
        ["npm", "pack", package], cwd=folder, check=True, capture_output=True, text=True
    )
    return folder / said.stdout.split()[-1]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        for package, files in PACKAGES.items():
            with tarfile.open(fetched(package, Path(name))) as packed:
                licence = packed.extractfile("package/LICENSE")
                assert licence is not None, package
                (STATIC / f"{package.partition('@')[0]}.LICENSE").write_bytes(licence.read())
                for file in files:
                    member = packed.extractfile(f"package/{file}")
                    assert member is not None, file
                    text = member.read().decode("utf-8")
                    for old, new in FOUND_IN_VEGA.items() if "interpreter" in file else ():
                        assert old in text, old
                        text = text.replace(old, new)
                    text = "\n".join(
                        line
                        for line in text.split("\n")
                        if not line.startswith("//# sourceMappingURL")
                    )
                    (STATIC / Path(file).name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
