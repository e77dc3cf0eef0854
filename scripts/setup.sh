#!/usr/bin/env bash
# Installs the Debian packages that are missing. `setup.sh test` also installs what only the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    pkg-config tzdata
    libmodbus-dev libmosquitto-dev libsqlite3-dev libyaml-dev libssl-dev libjansson-dev
    mosquitto mosquitto-clients sqlite3            # the demo's broker, subscriber and count
)
if [ "${1:-}" = test ]; then
    packages+=(python3 python3-venv gcc socat)     # independent Modbus and HJ 212 peers, and the benchmark's C loop
fi

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null; then
    echo "setup: swift is not in PATH; install Swift 6.2 or later from swift.org" >&2
    exit 1
fi

# The tests' independent peers live in a folder of their own: Modbus, SM4 for HJ 212, YAML for the recomputation, MQTT for
# the reference subscriber.
if [ "${1:-}" = test ] && ! .build/test-python/bin/python3 -c 'import pymodbus, gmssl, yaml, paho.mqtt' 2>/dev/null; then
    echo "installing: pymodbus, gmssl, pyyaml and paho-mqtt (for the tests, into .build/test-python)"
    mkdir -p .build
    /usr/bin/python3 -m venv .build/test-python
    .build/test-python/bin/pip install --quiet --disable-pip-version-check 'pymodbus>=3.9,<4' 'gmssl>=3.2,<4' 'pyyaml>=6,<7' \
        'paho-mqtt>=2.1,<3'
fi
