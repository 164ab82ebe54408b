#!/bin/sh
# Finds a Python that is new enough and lets scripts/setup.py make .venv with it.
# Usage: sh scripts/setup.sh LOCKFILE [--free-port PORT]
set -u

# Run, not only looked up: a version manager may leave names on PATH that start nothing.
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

without_venv=""
for python in .venv/bin/python ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3 python /usr/bin/python3; do
    new_enough "$python" || continue
    if can_make_venv "$python"; then
        exec "$python" -m scripts.setup "$@"
    fi
    without_venv="$python"
done

if [ -n "$without_venv" ]; then
    echo "$without_venv has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv) and try again." >&2
else
    echo "Handover needs Python 3.11 or newer: install it, or say where it is with PYTHON=/path/to/python make run." >&2
fi
exit 1
