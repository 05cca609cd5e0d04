#!/bin/sh
# Puts what a make target needs into .venv: `setup.sh run`, or `setup.sh dev` or `setup.sh docs` for more.
# Every package comes with the version and hash written in constraints.txt, as a wheel: nothing is compiled.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

suits() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
        if suits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "paxsilica needs Python 3.11 or later with its venv module (Debian: apt install python3-venv)." >&2
    echo "None of these is one: ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}." >&2
    echo "Install one, or name it: make PYTHON=python3.13 ${MAKECMDGOALS:-demo}" >&2
    return 1
}

if ! suits "$python"; then
    base=$(find_python)
    echo "Making .venv with $("$base" --version)"
    "$base" -m venv --clear --without-pip .venv
fi
"$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >/dev/null

pip_install() {
    "$python" -m pip install --quiet --disable-pip-version-check "$@"
}

# uv resolves and installs about ten times faster than pip; where it has no wheel, pip does the same work.
if [ ! -x .venv/bin/uv ]; then
    sed -n '/^uv==/,/[^\\]$/p' constraints.txt >.venv/uv.txt
    pip_install --no-deps --only-binary :all: --require-hashes -r .venv/uv.txt || true
fi

if .venv/bin/uv --version >/dev/null 2>&1; then
    extra=
    [ "$1" = run ] || extra="--extra $1"
    # shellcheck disable=SC2086  # an empty $extra must vanish
    .venv/bin/uv pip install --quiet --python "$python" --only-binary :all: --require-hashes \
        -r pyproject.toml $extra --group setup -c constraints.txt
    .venv/bin/uv pip install --quiet --python "$python" --no-deps --no-build-isolation -e .
else
    echo "uv is not to be had here; pip installs everything instead, which takes a few minutes"
    sed '/^uv==/,/[^\\]$/d' constraints.txt >.venv/all-but-uv.txt
    pip_install --only-binary :all: --require-hashes -r .venv/all-but-uv.txt
    pip_install --no-deps --no-build-isolation -e .
fi
