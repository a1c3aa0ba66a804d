#!/bin/sh
# Gives the tests their PostgreSQL, their browser and its letters, and Go, where this may be done: as root, or with
# a sudo that asks no password, on Debian and Ubuntu. Elsewhere the tests use what they find, and `make test` says
# at its end which suites did not run. It never fails: a missing suite is for `make test` to judge.
set -u

say() { echo "provision: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
have_postgresql() { have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_chromium() { have chromium || have chromium-browser || have google-chrome || have google-chrome-stable; }
have_letters() { ls /usr/share/fonts/*/noto/NotoSansArabic* >/dev/null 2>&1; }
have_go() { have go && [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; }

wanted=
have_postgresql || wanted="$wanted postgresql"
have_chromium || wanted="$wanted chromium"
have_letters || wanted="$wanted fonts-noto-core"
have_go || wanted="$wanted golang-go golang-golang-x-mod-dev"
[ -n "$wanted" ] || exit 0

root=
[ "$(id -u)" -eq 0 ] || root="sudo -n"
if ! have apt-get || ! $root true 2>/dev/null; then
    say "not found, and not mine to install:$wanted"
    exit 0
fi

$root apt-get update -q >&2 || say "apt-get update failed; going on with the lists at hand"
for package in $wanted; do
    # Ubuntu's chromium package only fetches a snap, which needs a running snapd.
    if apt-cache policy "$package" | grep -q 'Candidate:.*snap'; then
        say "$package is a snap here and is left alone: install google-chrome or chromium yourself"
        continue
    fi
    say "installing $package"
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$package" >&2 \
        || say "$package could not be installed"
done
