#!/bin/sh
# Make a virtual environment from a list of pinned and hashed packages, where it is not made yet:
#
#     tools/environment.sh FOLDER LIST [--with-project]
#
# It needs Python 3.11 or newer with its venv module, and nothing else; uv is used where it is on
# the PATH. PYTHON names another Python than the first one found. An environment that was made from
# another list or by another Python, or only in part, is made again.
set -eu

folder=$1
list=$2
project=${3:-}
pip_list=requirements-pip.txt
stamp=$folder/.made

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null ||
            fail "PYTHON=$PYTHON: there is no such command. Name another: make PYTHON=/path/to/python3.12"
        new_enough "$PYTHON" ||
            fail "PYTHON=$PYTHON is Python $(version_of "$PYTHON"). The connectors need 3.11 or newer."
        printf '%s' "$PYTHON"
        return
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null && new_enough "$name"; then
            printf '%s' "$name"
            return
        fi
    done
    fail "No Python 3.11 or newer on the PATH. Install one, or name it: make PYTHON=/path/to/python3.12"
}

# A minute without a sign of life looks like a fault. A terminal gets a line that changes every
# second, a log one line every ten seconds. What a command says is shown where it fails.
with_progress() {
    label=$1
    shift
    log=$folder/.log
    "$@" >"$log" 2>&1 &
    running=$!
    trap 'kill "$running" 2>/dev/null; exit 130' INT TERM HUP
    seconds=0
    while kill -0 "$running" 2>/dev/null; do
        sleep 1
        seconds=$((seconds + 1))
        done_=$(grep -c '^Collecting ' "$log" || :)
        text=$label
        [ "$done_" = 0 ] || text="$label: $done_ of $packages packages found"
        ! grep -q '^Installing collected' "$log" || text="$label: unpacking"
        if [ -t 1 ]; then
            printf '\r%-70s %3d s' "$text" "$seconds"
        elif [ $((seconds % 10)) -eq 0 ]; then
            printf '%s, %d s\n' "$text" "$seconds"
        fi
    done
    [ ! -t 1 ] || printf '\r%80s\r' ''
    wait "$running" || fail "$(tail -n 25 "$log")" "$label failed."
    trap - INT TERM HUP
    rm -f "$log"
}

python=$(find_python)
scripts=$(sed -n '/^\[project.scripts\]/,/^$/p' pyproject.toml)
wanted="$( (cat "$pip_list" "$list" && echo "$scripts" && pwd) | cksum) $(version_of "$python")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$folder/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

packages=$(grep -c '^[A-Za-z0-9]' "$list")
if command -v uv >/dev/null; then
    echo "Making $folder with Python $(version_of "$python") and uv: $packages packages"
    rm -rf "$folder"
    uv venv --quiet --python "$python" "$folder"
    install() { uv pip install --python "$folder/bin/python" "$@"; }
else
    echo "Making $folder with Python $(version_of "$python") and pip: $packages packages, about a minute"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "Python has no venv module here. On Debian and Ubuntu: apt install python3-venv"
    rm -rf "$folder"
    "$python" -m venv "$folder"
    install() { "$folder/bin/python" -m pip install --disable-pip-version-check --no-input "$@"; }
    # pip before 23.3 refuses a hashed list with extras, google-auth[pyopenssl] for example.
    with_progress "Installing pip" install --require-hashes -r "$pip_list"
fi
with_progress "Installing" install --require-hashes -r "$list"
if [ -n "$project" ]; then
    with_progress "Installing the project" install --no-deps --no-build-isolation -e .
fi
printf '%s\n' "$wanted" >"$stamp"
