#!/usr/bin/env bash
# Feeds made-up bytes to what strangers reach with libFuzzer and the address sanitizer: the HJ 212 code, and the connection to a broker
# with the client library. What makes one trap is kept as .build/fuzz/NAME/crash-…; new inputs that reach new code go to
# .build/fuzz/NAME/found, where the next run begins.
#
# usage: fuzz.sh [SECONDS [SEED [NAME…]]]   (default: 600 seconds for all of them, another seed each time, hj212 and mqtt)
# With a seed nothing found before is used: two runs of one seed try the same inputs, as many as their time allows.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
seed=${2:-0}
names=("${@:3}")
[ ${#names[@]} -gt 0 ] || names=(hj212 mqtt)
flags=(
    -O -parse-as-library -swift-version 6 -package-name gatewayd -sanitize=fuzzer,address
    -enable-testing -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature ExistentialAny
    -I Sources/CCrypto -I Sources/CJansson -I Sources/CLinux -I Sources/CMosquitto -I Sources/CBrokerInlet/include
)

# build NAME MAIN LIBRARY… -- MODULE…: each module on its own, in the order of the arrows of docs/architecture.md.
build() {
    local work=.build/fuzz/$1 main=$2 libraries=() objects=() folders=() newest sources
    shift 2
    while [ "$1" != -- ]; do libraries+=("$1"); shift; done
    shift
    mkdir -p "$work/found"
    folders=("${@/#/Sources/}")
    newest=$(find "${folders[@]}" "$main" -type f -newer "$work/fuzz" 2>/dev/null | head -1 || true)
    [ ! -x "$work/fuzz" ] || [ -n "$newest" ] || return 0
    echo "fuzz: building $main"
    for module in "$@"; do
        if [ -d "Sources/$module/include" ]; then
            clang -O2 -g -I "Sources/$module/include" -c "Sources/$module"/*.c -o "$work/$module.o"
        else
            mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
            swiftc "${flags[@]}" -I "$work" -wmo -emit-module -emit-module-path "$work/$module.swiftmodule" \
                -module-name "$module" -emit-object -o "$work/$module.o" "${sources[@]}"
        fi
        objects+=("$work/$module.o")
    done
    swiftc "${flags[@]}" -I "$work" -module-name Fuzz "$main" "${objects[@]}" "${libraries[@]}" -o "$work/fuzz"
}

# run NAME SECONDS LEAKS OPTION…; LEAKS: whether memory that is lost is a fault
run() {
    local name=$1 time=$2 leaks=$3 work=.build/fuzz/$1 inputs found log input
    shift 3
    inputs=$(find "Tests/Fuzz/Corpus/$name" -type f | LC_ALL=C sort | paste -sd,)
    found=("$work/found")
    [ "$seed" = 0 ] || found=()
    log=$work/log
    # The backtrace of Swift would hide libFuzzer's own report.
    if ! SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1 ASAN_OPTIONS=detect_leaks=$leaks:quarantine_size_mb=16 \
        "$work/fuzz" "${found[@]}" -seed_inputs="$inputs" -seed="$seed" -max_total_time="$time" -max_len=4096 -timeout=10 \
        -reload=0 -print_final_stats=1 -dict="Tests/Fuzz/$name.dict" -artifact_prefix="$work/" "$@" 2>&1 |
        tee "$log" | grep -vE '^#[0-9]+\s+(REDUCE|NEW)'; then
        input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
        echo "fuzz: $(grep -m 1 -aE 'Fatal error|ERROR: ' "$log" || echo 'it trapped; see above')"
        if [ -n "$input" ]; then
            echo "fuzz: the input is $input; repeat with: $work/fuzz $input"
            base64 -w 120 "$input"
        fi
        exit 1
    fi
}

for name in "${names[@]}"; do
    case $name in
    hj212) build hj212 Tests/Fuzz/HJ212Fuzz.swift -lcrypto -ljansson -lm -- Telemetry Cipher JSON Transcoding Protocol ;;
    mqtt) build mqtt Tests/Fuzz/MQTTFuzz.swift -lmosquitto -lssl -lcrypto -lm -- CBrokerInlet Telemetry HostSystem MQTTUplink ;;
    *) echo "fuzz: there are hj212 and mqtt, not '$name'" >&2 && exit 2 ;;
    esac
done
for name in "${names[@]}"; do
    case $name in
    # Swift's runtime keeps what it caches of that much code, which is no leak.
    hj212) run hj212 $((seconds / ${#names[@]})) 0 -rss_limit_mb=2048 ;;
    # What the library keeps of each connection or packet would be found, or pass the limit.
    mqtt) run mqtt $((seconds / ${#names[@]})) 1 -rss_limit_mb=400 ;;
    esac
done
