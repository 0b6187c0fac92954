#!/bin/sh
# The whole suite; `./teilhaus test` sets up and comes here. Arguments go to pytest: ./teilhaus test tests/tools -k locks
set -u

here=$(dirname "$(dirname "$(readlink -f "$0")")")
bin=$here/.venv/bin
cd "$here" || exit 1

# What the tests need besides Python: PostgreSQL's server programs, a broker and certificates for it, a terminal that
# can be scripted, a browser, Arabic letters.
PATH=$PATH:/usr/sbin:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
missing=
command -v initdb >/dev/null && command -v postgres >/dev/null || missing="$missing postgresql"
command -v mosquitto >/dev/null && command -v mosquitto_passwd >/dev/null || missing="$missing mosquitto"
command -v openssl >/dev/null || missing="$missing openssl"
command -v tmux >/dev/null || missing="$missing tmux"
command -v chromium >/dev/null || missing="$missing chromium"
command -v runuser >/dev/null || missing="$missing util-linux"
"$bin/python" -c "import sys; from PIL import features; sys.exit(not features.check('fribidi'))" ||
    missing="$missing libfribidi0" # Pillow joins Arabic letters with it
if [ -n "$missing" ]; then
    root=
    [ "$(id -u)" = 0 ] || root="sudo -n"
    echo "tests: installing$missing"
    # shellcheck disable=SC2086  # both are lists of words
    said=$({ command -v apt-get && $root true && $root apt-get update -qq &&
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } 2>&1) || {
        echo "$said" >&2
        echo "tests: could not install$missing. Run this and start again: sudo apt-get install$missing" >&2
        exit 1
    }
    PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
fi
export PATH

failed=
step() { # step NAME COMMAND…: runs on after a failure, so that one run tells everything
    name=$1
    shift
    echo "── $name"
    "$@" || failed="$failed, $name"
}

# Other languages and a person's own settings must not change what the tests see.
unset TEILHAUS_DATA
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=

if [ $# = 0 ]; then
    step "ruff check" "$bin/ruff" check --quiet --output-format concise
    step "ruff format" "$bin/ruff" format --check --quiet
    step "import contracts" "$bin/lint-imports" --cache-dir .import_linter_cache
    step "types" "$bin/mypy"
fi
if [ $# = 0 ]; then
    # Four beside each other: half of their time they wait for disks, servers and processes of their own. Files in
    # their order and the longest first, or they would run with nobody beside them at the end. What kills processes at
    # any moment gets the computer to itself.
    first="tests/walk tests/simulation tests/bench"
    alone=
    for one in copies fault kill kills; do alone="$alone tests/integration/test_$one.py"; done
    rest=
    for one in tests/integration/test_*.py tests/*/ tests/test_*.py; do
        case " $first $alone tests/integration tests/__pycache__ " in
            *" ${one%/} "*) ;;
            *) rest="$rest $one" ;;
        esac
    done
    # shellcheck disable=SC2086  # lists of words
    step "tests" "$bin/python" -P -m pytest -n 4 --dist loadfile --no-loadscope-reorder --durations 20 $first $rest
    # shellcheck disable=SC2086
    step "tests that need the machine to themselves" "$bin/python" -P -m pytest --durations 10 $alone
else
    step "tests" "$bin/python" -P -m pytest "$@"
fi

[ -z "$failed" ] && exit 0
echo "failed: ${failed#, }" >&2
exit 1
