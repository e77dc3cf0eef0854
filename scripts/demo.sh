#!/usr/bin/env bash
# Shows the whole way on loopback: simulated instruments → gatewayd → a private mosquitto → an independent subscriber.
# Half-way the broker is stopped for a while and started again. At the end every journalled record must have arrived, and
# the two alarms of the plant's script must have come and gone.
#
# usage: demo.sh SECONDS   (30 or more; 0: until Ctrl-C, without the outage)
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
if ! [[ $seconds =~ ^[0-9]+$ ]] || { [ "$seconds" -ne 0 ] && [ "$seconds" -lt 30 ]; }; then
    echo "demo: DEMO_SECONDS must be 0 or at least 30, not '$seconds'" >&2
    exit 2
fi
gatewayd=.build/release/gatewayd
work=$(mktemp -d "${TMPDIR:-/tmp}/gatewayd-demo.XXXXXX")

broker_pid= plant_pid= daemon_pid= subscriber_pid= outage_pid=
cleanup() {
    for pid in $outage_pid $subscriber_pid $daemon_pid $plant_pid $broker_pid; do kill "$pid" 2>/dev/null || true; done
    [ -s "$work/broker.pid" ] && kill "$(cat "$work/broker.pid")" 2>/dev/null || true
    wait 2>/dev/null || true
    [ -n "${DEMO_KEEP:-}" ] && echo "kept: $work" || rm -rf "$work"
}
trap cleanup EXIT

free_port() { # a port of loopback that nobody listens on
    while :; do
        local port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

wait_for() { # DESCRIPTION COMMAND…: until the command succeeds, 20 s at the most
    local what=$1
    shift
    for _ in $(seq 200); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "demo: $what did not come up; its log:" >&2
    tail -n 20 "$work"/*.log >&2
    exit 1
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }

# --- the broker, with sessions that survive its stop
port=$(free_port)
cat >"$work/mosquitto.conf" <<CONF
listener $port 127.0.0.1
allow_anonymous true
persistence true
persistence_location $work/
max_queued_messages 0
user $(id -un)
CONF
mosquitto=$(command -v mosquitto || echo /usr/sbin/mosquitto)
start_broker() { # processes of their own session do not get the terminal's Ctrl-C
    setsid "$mosquitto" -c "$work/mosquitto.conf" >>"$work/broker.log" 2>&1 &
    echo $! >"$work/broker.pid"
}
start_broker
wait_for "the broker" listening "$port"

# --- the subscriber: a C client of its own, with a session that survives the outage
setsid mosquitto_sub -p "$port" -q 1 -c -i demo-platform -t 'cems/v1/+/live/#' -t 'cems/v1/+/history/#' -F '%t %p' \
    >"$work/received.txt" 2>"$work/subscriber.log" &
subscriber_pid=$!

# --- the plant and the gateway
setsid "$gatewayd" simulate --plant demo --seconds "$seconds" --write-config "$work/gateway.yaml" \
    --data "$work/data" --broker "mqtt://127.0.0.1:$port" >"$work/plant.log" 2>&1 &
plant_pid=$!
wait_for "the plant" grep -q "^the plant runs" "$work/plant.log"
"$gatewayd" check --config "$work/gateway.yaml"
setsid "$gatewayd" run --config "$work/gateway.yaml" >"$work/gateway.log" 2>&1 &
daemon_pid=$!
wait_for "the gateway" "$gatewayd" status --config "$work/gateway.yaml"

# --- the outage, half-way
if [ "$seconds" -ne 0 ]; then
    (
        sleep $((seconds * 48 / 100))
        kill "$(cat "$work/broker.pid")"
        sleep $((seconds * 15 / 100))
        start_broker
    ) &
    outage_pid=$!
fi

# --- the live table
trap 'echo' INT
if [ "$seconds" -eq 0 ]; then
    "$gatewayd" watch --config "$work/gateway.yaml" || true
else
    "$gatewayd" watch --config "$work/gateway.yaml" --seconds "$seconds" || true
    wait "$outage_pid" || true
    outage_pid=
fi
trap - INT

# --- the end: everything sent, then an orderly stop
all_acknowledged() { "$gatewayd" status --json --config "$work/gateway.yaml" | grep -q '"owed":0,'; }
for _ in $(seq 300); do all_acknowledged && break || sleep 0.1; done
resident_kb=$(awk '/^VmHWM/ { print $2 }' "/proc/$daemon_pid/status")
kill "$daemon_pid"
wait "$daemon_pid" && daemon_exit=0 || daemon_exit=$?
daemon_pid=
seqs() { grep -oE '"seq":[0-9]+' "$work/received.txt" | cut -d: -f2 | sort -n; }
sqlite3 "$work/data/journal.db" 'SELECT seq FROM record ORDER BY seq' | sort >"$work/journalled.seq"
for _ in $(seq 50); do # the subscriber gets the last messages a moment after the broker
    seqs | uniq | sort >"$work/received.seq"
    [ -z "$(comm -23 "$work/journalled.seq" "$work/received.seq")" ] && break || sleep 0.1
done
seqs >"$work/all.seq"

journalled=$(wc -l <"$work/journalled.seq")
received=$(wc -l <"$work/received.seq")
doubles=$(($(wc -l <"$work/all.seq") - received))
missing=$(comm -23 "$work/journalled.seq" "$work/received.seq" | wc -l)
history=$(grep -c '^cems/v1/[^/]*/history/' "$work/received.txt" || true)
owed=$(sqlite3 "$work/data/journal.db" 'SELECT state FROM cursor' | tr ' ' '\n' |
    awk -F- '/^[0-9]+-[0-9]+$/ { n += $2 - $1 + 1 } END { print n + 0 }')
alarms() { grep '/alarm {' "$work/received.txt" | grep "\"rule\":\"$1\"" | grep -c "\"state\":\"$2\"" || true; }

echo
echo "summary of the demo"
echo "  records journalled:          $journalled"
echo "  acknowledged by the broker:  $((journalled - owed))"
echo "  received by the subscriber:  $received ($history as history, $doubles twice)"
echo "  missing:                     $missing"
echo "  SO2 over its limit (L6):     raised $(alarms L6 raised), cleared $(alarms L6 cleared)"
echo "  dust monitor silent (D1):    raised $(alarms D1 raised), cleared $(alarms D1 cleared)"
echo "  peak resident memory:        $(awk -v kb="$resident_kb" 'BEGIN { printf "%.1f", kb / 1024 }') MB"
echo "missing: $missing"

status=0
[ "$missing" -eq 0 ] || { echo "demo: records are missing" >&2; status=1; }
[ "$daemon_exit" -eq 0 ] || { echo "demo: the gateway ended with exit code $daemon_exit" >&2; status=1; }
if [ "$seconds" -ne 0 ]; then
    for rule in L6 D1; do
        if [ "$(alarms $rule raised)" -lt 1 ] || [ "$(alarms $rule cleared)" -lt 1 ]; then
            echo "demo: alarm $rule did not come and go" >&2
            status=1
        fi
    done
fi
[ "$status" -eq 0 ] || tail -n 40 "$work/gateway.log" >&2
exit "$status"
