#!/usr/bin/env bash
# Feeds made-up bytes to the HJ 212 code with libFuzzer and the address sanitizer. What makes it trap is kept as
# .build/fuzz/crash-…; new inputs that reach new code go to .build/fuzz/found, where the next run begins.
#
# usage: fuzz.sh [SECONDS [SEED]]   (default: 600 seconds, another seed each time)
# With a seed nothing found before is used: two runs of one seed try the same inputs, as many as their time allows.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
seed=${2:-0}
work=.build/fuzz
mkdir -p "$work/found"
flags=(
    -O -parse-as-library -swift-version 6 -package-name gatewayd -sanitize=fuzzer,address
    -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature ExistentialAny
    -I "$work" -I Sources/CCrypto -I Sources/CJansson
)

# Each module on its own, in the order of the arrows of docs/architecture.md.
objects=()
newest=$(find Sources/Telemetry Sources/Cipher Sources/JSON Sources/Transcoding Sources/Protocol Tests/Fuzz/*.swift -name '*.swift' -newer "$work/fuzz" 2>/dev/null | head -1 || true)
if [ ! -x "$work/fuzz" ] || [ -n "$newest" ]; then
    echo "fuzz: building"
    for module in Telemetry Cipher JSON Transcoding Protocol; do
        mapfile -t sources < <(find "Sources/$module" -name '*.swift' | sort)
        swiftc "${flags[@]}" -wmo -emit-module -emit-module-path "$work/$module.swiftmodule" -module-name "$module" \
            -emit-object -o "$work/$module.o" "${sources[@]}"
        objects+=("$work/$module.o")
    done
    swiftc "${flags[@]}" -module-name Fuzz Tests/Fuzz/HJ212Fuzz.swift "${objects[@]}" -lcrypto -ljansson -lm -o "$work/fuzz"
fi

inputs=$(find Tests/Fuzz/Corpus/hj212 -type f | LC_ALL=C sort | paste -sd,)
found=("$work/found")
[ "$seed" = 0 ] || found=()
log=$work/log

# The backtrace of Swift would hide libFuzzer's own report; Swift's runtime keeps what it caches, which is no leak.
if ! SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1 ASAN_OPTIONS=detect_leaks=0 "$work/fuzz" "${found[@]}" \
    -seed_inputs="$inputs" -seed="$seed" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
    -reload=0 -print_final_stats=1 -dict=Tests/Fuzz/hj212.dict -artifact_prefix="$work/" 2>&1 |
    tee "$log" | grep -vE '^#[0-9]+\s+(REDUCE|NEW)'; then
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
    echo "fuzz: $(grep -m 1 -aE 'Fatal error|ERROR: ' "$log" || echo 'it trapped; see above')"
    if [ -n "$input" ]; then
        echo "fuzz: the input is $input; repeat with: $work/fuzz $input"
        base64 -w 120 "$input"
    fi
    exit 1
fi
