"""Fetch the browser files and fonts from npm and copy what the pages and the paper need.

Nothing copied here is committed: package-lock.json says exactly what it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "server" / "web" / "static" / "vendor"
PAPER = ROOT / "hardware" / "fonts"

WEB_FONTS = {"be-vietnam-pro": (400, 600, 700), "inter": (400, 600, 700)}
SUBSETS = ("vietnamese", "latin-ext", "latin")
PAPER_FONTS = (
    "be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf",
    "be-vietnam-pro/600SemiBold/BeVietnamPro_600SemiBold.ttf",
    "be-vietnam-pro/700Bold/BeVietnamPro_700Bold.ttf",
    "inter/700Bold/Inter_700Bold.ttf",
)
FACE = re.compile(r"/\* \S*?-(?P<subset>[a-z]+(?:-ext)?)-\d+-normal \*/\s*(?P<rule>@font-face \{.*?\})", re.DOTALL)
SOURCE = re.compile(r"src: url\(\./files/(?P<file>[\w-]+\.woff2)\)[^;]*;")


def fetch() -> None:
    """Install the locked packages; their install scripts are not run, none needs one."""
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([sys.executable, str(ROOT / "tools" / "node.py"), *npm], check=True)


def copy_scripts() -> None:
    lit = MODULES / "lit-html"
    for source in [*lit.glob("*.js"), *(lit / "directives").glob("*.js")]:
        copy(source, VENDOR / "lit-html" / source.relative_to(lit))
    copy(MODULES / "socket.io-client" / "dist" / "socket.io.esm.min.js", VENDOR / "socket.io-client.js")
    for package in ("lit-html", "socket.io-client"):
        copy(MODULES / package / "LICENSE", VENDOR / "licences" / package)


def copy_web_fonts() -> None:
    """Copy the letters that Vietnamese and English need, with a style sheet that loads them by range."""
    rules = []
    for family, weights in WEB_FONTS.items():
        package = MODULES / "@fontsource" / family
        copy(package / "LICENSE", VENDOR / "licences" / family)
        for weight in weights:
            for file, rule in faces((package / f"{weight}.css").read_text(encoding="utf-8")):
                copy(package / "files" / file, VENDOR / "fonts" / file)
                rules.append(rule)
    expected = len(SUBSETS) * sum(len(weights) for weights in WEB_FONTS.values())
    if len(rules) != expected:
        sys.exit(f"tools/assets.py: {len(rules)} font faces found, {expected} expected")
    (VENDOR / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def faces(css: str) -> Iterator[tuple[str, str]]:
    """The font files of our subsets and their rules, pointing at our copies."""
    for face in FACE.finditer(css):
        source = SOURCE.search(face["rule"])
        if face["subset"] in SUBSETS and source:
            yield source["file"], SOURCE.sub(f"src: url(fonts/{source['file']}) format('woff2');", face["rule"])


def copy_paper_fonts() -> None:
    """Whole TrueType files: tickets are drawn with them by the agent, signed reports by the server."""
    for name in PAPER_FONTS:
        source = MODULES / "@expo-google-fonts" / name
        copy(source, PAPER / source.name)
        copy(source, VENDOR / "fonts" / source.name)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main() -> None:
    fetch()
    shutil.rmtree(VENDOR, ignore_errors=True)
    shutil.rmtree(PAPER, ignore_errors=True)
    copy_scripts()
    copy_web_fonts()
    copy_paper_fonts()


if __name__ == "__main__":
    main()
