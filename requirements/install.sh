#!/bin/sh
# Makes .venv with the packages of one hash-locked list, and this project in it as it stands here.
#     sh requirements/install.sh run|dev
# uv installs, where it can be had: a quarter of pip's time. Else pip does.
set -eu
cd "$(dirname "$0")/.."
list=requirements/$1.txt
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

# Who set up a mirror or a certificate for pip meant it for uv as well.
[ -z "${PIP_INDEX_URL:-}" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"
[ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"

# uv brings its own certificates; an office whose proxy looks into TLS has put its own among the system's.
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"

say() { echo "set-up: $*" >&2; }
refuse() { say "$*"; exit 1; }

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    refuse "Python 3.11 or newer is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3"
}

# Debian and Ubuntu keep what `python3 -m venv` needs in a package of its own.
install_venv_package() {
    root=
    [ "$(id -u)" -eq 0 ] || root="sudo -n"
    command -v apt-get >/dev/null && $root true 2>/dev/null \
        || refuse "this Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    say "installing $version-venv by apt-get"
    $root apt-get update -q >&2
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$version-venv" >&2
}

make_environment() {
    rm -rf .venv
    if [ "$1" = uv ]; then
        uv venv --quiet --python "$python" .venv && return
        say "uv could not make the environment; trying without it"
    fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_package
    "$python" -m venv .venv
}

install_by_uv() {
    "$1" pip install --quiet --python .venv/bin/python --require-hashes --compile-bytecode -r "$list" \
        && "$1" pip install --quiet --python .venv/bin/python --offline --no-deps --no-build-isolation --editable .
}

install_by_pip() {
    .venv/bin/python -m pip install --quiet --require-hashes -r "$list"
    .venv/bin/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
}

own_uv() {
    [ -x .venv/bin/uv ] && return
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt 2>/dev/null
}

python=$(find_python)
if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then
    .venv/bin/python -c '' 2>/dev/null || make_environment uv
    install_by_uv uv && exit
    say "uv on this machine could not install $list; trying pip"
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment venv
if own_uv && install_by_uv .venv/bin/uv; then
    exit
fi
install_by_pip
