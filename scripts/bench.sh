#!/usr/bin/env bash
# CPU per delivered value of the release daemon, beside a bare C loop over the same libraries in the same run.
# 10 and 50 simulated Modbus TCP devices of 50 float32 each are polled each second; every poll is one raw record, journalled
# and published to a real mosquitto; an independent subscriber counts.
#
# Then: HJ 212 frames decoded per second of CPU, beside a textbook decoder in C on the same frames; samples through the
# emission chain beside the sums alone in C; what 10,000 alarm rules cost beside none.
#
# usage: bench.sh [SECONDS]   (how long each of the four measurements lasts, default 20)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-20}
values=50
gatewayd=.build/release/gatewayd
work=$(mktemp -d "${TMPDIR:-/tmp}/gatewayd-bench.XXXXXX")
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

free_port() {
    while :; do
        local port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}
until_true() {
    for _ in $(seq 200); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
    echo "bench: timed out waiting for: $*" >&2
    exit 1
}
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }
# nanoseconds on a CPU so far, over all threads
cpu_ns() { cat /proc/"$1"/task/*/schedstat | awk '{ n += $1 } END { printf "%d", n }'; }
lines() { wc -l <"$1"; }

cc -O2 -o "$work/baseline" Benchmarks/baseline.c $(pkg-config --cflags --libs libmodbus libmosquitto)

broker=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n' "$broker" >"$work/mosquitto.conf"
"$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$work/mosquitto.conf" >"$work/broker.log" 2>&1 &
pids+=($!)
until_true listening "$broker"

# measure FILE PID: sets cpu (µs per value) and delivered (values) of a process over the time
measure() {
    local file=$1 pid=$2 first_ns first_lines
    sleep 3 # until everything is connected
    first_ns=$(cpu_ns "$pid")
    first_lines=$(lines "$file")
    sleep "$seconds"
    local used=$(($(cpu_ns "$pid") - first_ns))
    delivered=$((($(lines "$file") - first_lines) * values))
    cpu=$(awk -v ns="$used" -v n="$delivered" 'BEGIN { printf "%.2f", n ? ns / 1e3 / n : 0 }')
}

printf '%-8s %-10s %18s %12s %10s %8s %8s\n' devices program "CPU µs per value" delivered "memory MB" missed lost
for devices in 10 50; do
    dir=$work/$devices
    mkdir "$dir"
    "$gatewayd" simulate --plant fleet --devices "$devices" --registers "$values" --write-config "$dir/gateway.yaml" \
        --data "$dir/data" --broker "mqtt://127.0.0.1:$broker" >"$dir/plant.log" &
    plant=$!
    pids+=("$plant")
    until_true grep -q "^the plant runs" "$dir/plant.log"
    mosquitto_sub -p "$broker" -q 1 -t 'cems/v1/+/+/+/raw' >"$dir/received.txt" &
    subscriber=$!
    pids+=("$subscriber")
    sleep 0.5

    "$gatewayd" run --config "$dir/gateway.yaml" 2>"$dir/gateway.log" &
    daemon=$!
    pids+=("$daemon")
    measure "$dir/received.txt" "$daemon"
    memory=$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$daemon/status")
    missed=$("$gatewayd" status --json --config "$dir/gateway.yaml" | grep -oE '"missed":[0-9]+' | cut -d: -f2 |
        awk '{ n += $1 } END { print n + 0 }')
    kill "$daemon"
    wait "$daemon"
    sleep 0.5
    sqlite3 "$dir/data/journal.db" "SELECT seq FROM record WHERE kind='raw'" | sort >"$dir/journalled.seq"
    grep -oE '"seq":[0-9]+' "$dir/received.txt" | cut -d: -f2 | sort -u >"$dir/received.seq"
    lost=$(($(comm -23 "$dir/journalled.seq" "$dir/received.seq" | wc -l) * values))
    ours=$cpu
    printf '%-8s %-10s %18s %12s %10s %8s %8s\n' "$devices" gatewayd "$cpu" "$delivered" "$memory" "$missed" "$lost"

    : >"$dir/received.txt"
    ports=$(grep -oE '127\.0\.0\.1:[0-9]+, unit' "$dir/plant.log" | grep -oE ':[0-9]+' | tr -d :)
    # shellcheck disable=SC2086
    "$work/baseline" "$broker" "$values" $((seconds + 8)) $ports &
    baseline=$!
    pids+=("$baseline")
    measure "$dir/received.txt" "$baseline"
    memory=$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$baseline/status")
    wait "$baseline"
    printf '%-8s %-10s %18s %12s %10s %8s %8s\n' "$devices" "C loop" "$cpu" "$delivered" "$memory" - -
    awk -v a="$ours" -v b="$cpu" -v d="$devices" 'BEGIN { printf "%-8s ratio      %18.2f\n", d, b ? a / b : 0 }'
    kill "$subscriber" "$plant"
done

# HJ 212: cut, checked and turned into typed values. Three rounds of both by turns; the best of each counts.
decode=.build/release/HJ212Decode
cc -O2 -o "$work/hj212" Benchmarks/hj212.c
"$decode" write "$work/frames.bin"
best() { sort -n | tail -1; }
rate() { grep -oE '[0-9]+ frames/s' | grep -oE '^[0-9]+'; }
for _ in 1 2 3; do
    "$decode" 3 | rate >>"$work/ours.txt"
    "$work/hj212" "$work/frames.bin" 3 | rate >>"$work/theirs.txt"
done
awk -v a="$(best <"$work/ours.txt")" -v b="$(best <"$work/theirs.txt")" 'BEGIN {
    printf "\nHJ 212 frames of 592 bytes, typed values per frame 30, frames per second of CPU\n"
    printf "gatewayd %d, textbook C %d, ratio %.2f\n", a, b, a / b }'

# The emission chain: a month of a stack with twelve factors. Three rounds of both by turns; the best of each counts.
cc -O2 -o "$work/emissions" Benchmarks/emissions.c
rate() { grep -oE '^[0-9]+ samples/s' | grep -oE '^[0-9]+'; }
for _ in 1 2 3; do
    .build/release/EmissionReplay 30 >>"$work/replay.txt"
    "$work/emissions" 300 | rate >>"$work/sums.txt"
done
awk -v a="$(rate <"$work/replay.txt" | best)" -v b="$(best <"$work/sums.txt")" \
    -v grown="$(grep -oE '[0-9]+ KiB' "$work/replay.txt" | best)" 'BEGIN {
    printf "\nSamples through the emission chain, twelve factors of one outlet, samples per second of CPU\n"
    printf "gatewayd %d, the sums alone in C %d, ratio %.3f; memory grew by %s in a month\n", a, b, a / b, grown }'

# The rules of alarms: 2,500 samples a second of 45 outlets, with limits and every rule and with none. Three rounds by turns.
for _ in 1 2 3; do
    .build/release/AlarmRules on 15 >>"$work/alarms.txt"
    .build/release/AlarmRules off 15 >>"$work/silent.txt"
done
cost() { grep -oE '[0-9]+ ns' "$1" | cut -d' ' -f1 | sort -n | head -1; }
awk -v a="$(cost "$work/alarms.txt")" -v b="$(cost "$work/silent.txt")" -v n="$(cut -d' ' -f1 "$work/alarms.txt" | head -1)" 'BEGIN {
    printf "\nAlarm rules, CPU per sample and share of a core at 2,500 samples/s\n"
    printf "%d rules %d ns, none %d ns, ratio %.1f; %.2f %% of a core, %.2f %% without rules\n", n, a, b, a / b,
        a * 2500 / 1e7, b * 2500 / 1e7 }'

# The journal: rows of 400 bytes, 50 a commit, synchronous=FULL. A disk is fast and slow by turns, so five rounds of both by
# turns, and of each the median.
cc -O2 -o "$work/journal" Benchmarks/journal.c $(pkg-config --cflags --libs sqlite3)
fill=.build/release/JournalFill
median() { sort -n | sed -n 3p; }
for round in 1 2 3 4 5; do
    mkdir "$work/fill$round"
    "$fill" "$work/fill$round" 400 50 100000 >>"$work/rows.txt"
    "$work/journal" "$work/fill$round/reference.db" 400 50 100000 >>"$work/bare.txt"
    rm -rf "$work/fill$round"
done
awk -v a="$(median <"$work/rows.txt")" -v b="$(median <"$work/bare.txt")" 'BEGIN {
    printf "\nJournal, rows of 400 bytes, 50 a commit, rows per second\ngatewayd %d, bare SQLite in C %d, ratio %.2f\n", a, b, a / b }'

# A backlog of a million rows: how fast it drains with a window of 20, and what memory it takes beside an empty one.
cc -O2 -o "$work/publisher" Benchmarks/publisher.c $(pkg-config --cflags --libs libmosquitto)
# drain NAME ROWS: starts the daemon on a journal with so many rows; sets memory (kB) and, of many rows, drained (a second)
drain() {
    local dir=$work/drain-$1 rows=$2
    mkdir -p "$dir/data"
    [ "$rows" -eq 0 ] || "$fill" "$dir/data" 400 1000 "$rows" >/dev/null
    cat >"$dir/gateway.yaml" <<YAML
gateway: { id: fleet, data_directory: $dir/data, control_socket: $dir/control }
uplinks:
  - id: province
    mqtt: { url: "mqtt://127.0.0.1:$broker" }
    history_rate: 100000
    history_delay: 0s
YAML
    "$gatewayd" run --config "$dir/gateway.yaml" 2>"$dir/gateway.log" &
    local daemon=$! first=0 start=0
    pids+=("$daemon")
    until_true "$gatewayd" status --config "$dir/gateway.yaml"
    # Counts and times what is acknowledged between an eighth and seven eighths of the backlog.
    if [ "$rows" -gt 0 ]; then
        until_acknowledged $((rows / 8))
        start=$now first=$acknowledged
    else
        sleep 2
    fi
    memory=$(awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status")
    if [ "$rows" -gt 0 ]; then
        until_acknowledged $((rows * 7 / 8))
        drained=$(((acknowledged - first) * 1000000000 / (now - start)))
    fi
    kill "$daemon"
    wait "$daemon"
}
# Waits until so many records are acknowledged; sets acknowledged and now (ns).
until_acknowledged() {
    for _ in $(seq 600); do
        now=$(date +%s%N)
        acknowledged=$("$gatewayd" status --json --config "$dir/gateway.yaml" |
            grep -oE '"acknowledged":[0-9]+' | head -1 | cut -d: -f2)
        [ "$acknowledged" -lt "$1" ] || return 0
        sleep 0.2
    done
    echo "bench: the backlog does not drain: $acknowledged" >&2
    exit 1
}
drain empty 0
empty=$memory
# Both by turns, as everything else on the machine slows down either.
for round in 1 2 3; do
    drain "full$round" 1000000
    echo "$drained" >>"$work/drained.txt"
    "$work/publisher" "$broker" 20 440 500000 >>"$work/published.txt"
done
drained=$(sort -n "$work/drained.txt" | sed -n 2p)
reference=$(sort -n "$work/published.txt" | sed -n 2p)
awk -v a="$drained" -v b="$reference" -v e="$empty" -v f="$memory" 'BEGIN {
    printf "\nBacklog of 1,000,000 rows of 400 bytes, QoS 1, window 20, messages per second\n"
    printf "gatewayd %d, bare libmosquitto in C %d, ratio %.2f; memory %.1f MB, with an empty journal %.1f MB\n", a, b, a / b,
        f / 1024, e / 1024 }'
