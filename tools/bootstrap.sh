#!/usr/bin/env bash
# Makes .venv with exactly what requirements.lock names, and the project itself in it.
set -euo pipefail
cd "$(dirname "$0")/.."

python=""
for candidate in "${QUIETUDE_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed and was not found. Install it (apt install python3), or set QUIETUDE_PYTHON to its path." >&2
    exit 1
fi

make_venv() { "$python" -m venv --clear .venv >/dev/null 2>&1; }
if ! make_venv; then
    # Debian ships Python's venv module without pip; the package python3-venv completes it.
    version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python${version}-venv" >/dev/null
        make_venv
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install --quiet --target .venv-tool virtualenv
        PYTHONPATH=.venv-tool "$python" -m virtualenv --quiet --clear .venv
        rm -rf .venv-tool
    else
        echo "Python's venv has no pip here. Ask an administrator for: apt install python${version}-venv" >&2
        exit 1
    fi
fi

# The lock names every package: without --no-deps, pip asks the index again for extras (coverage[toml]), finds a newer
# release than the lock's, and refuses it for having no digest.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd | sed 's|$|/src|' >"$site/quietude_source.pth"
cat >.venv/bin/quietude <<SCRIPT
#!$(pwd)/.venv/bin/python
from quietude.cli.main import main
main()
SCRIPT
chmod +x .venv/bin/quietude
