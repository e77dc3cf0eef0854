#!/usr/bin/env bash
# Feeds made-up bytes to the HJ 212 code with libFuzzer and the address sanitizer. What makes it trap is kept as
# .build/fuzz/crash-…; new inputs that reach new code go to .build/fuzz/found.
#
# usage: fuzz.sh [SECONDS]   (default 600)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
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

# The backtrace of Swift would hide libFuzzer's own report; Swift's runtime keeps what it caches, which is no leak.
SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$work/fuzz" "$work/found" Tests/Fuzz/Corpus/hj212 \
    -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -dict=Tests/Fuzz/hj212.dict -artifact_prefix="$work/" 2>&1 | grep -vE '^#[0-9]+\s+(REDUCE|NEW)'
