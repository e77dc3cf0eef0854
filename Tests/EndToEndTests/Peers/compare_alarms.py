"""Compares the alarms of limits of two programs: which are raised and cleared, when, with which value and limit.

usage: compare_alarms.py REPLAY.jsonl RECOMPUTED.jsonl [--limit 20]

REPLAY are records of `gatewayd replay`, RECOMPUTED what `recompute.py --alarms` writes. Compared are rules L1 to L7 and D4 of
means and amounts, in any order; what is told again of an active alarm (`updated`) is not, and nothing of realtime values. Exit
code 0: equal, and the last line says how much was compared; 1: the first differences, by their time.
"""

import argparse
import collections
import json
import sys

RULES = {"L1", "L2", "L3", "L4", "L5", "L6", "L7", "D4"}
STATES = {"raised", "cleared"}


def replayed(path):
    """The alarm records of a replay."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["kind"] != "alarm":
                continue
            alarm = record["alarm"]
            if alarm["rule"] not in RULES or alarm["state"] not in STATES:
                continue
            # As in stack.a21026.L1-hour-converted.1796065200000.
            part = alarm["id"].split(".")[-2].partition("-")[2] or None
            if part is not None and part.startswith("realtime"):
                continue
            yield (record["ts"], record["outlet"], alarm["rule"], alarm.get("factor"), part, alarm["state"]), (
                alarm.get("value"), alarm.get("limit"), bool(alarm.get("suppressed")))


def recomputed(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if entry["state"] in STATES:
                yield tuple(entry[key] for key in ("ts", "outlet", "rule", "factor", "part", "state")), (
                    entry["value"], entry["limit"], entry["suppressed"])


def gathered(transitions):
    """By what they are: an alarm that is told twice at one moment is there twice."""
    result = {}
    for key, values in transitions:
        result.setdefault(key, []).append(values)
    return {key: sorted(values, key=repr) for key, values in result.items()}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("replayed")
    parser.add_argument("recomputed")
    parser.add_argument("--limit", type=int, default=20)
    arguments = parser.parse_args()
    first, second = gathered(replayed(arguments.replayed)), gathered(recomputed(arguments.recomputed))
    keys = sorted(first.keys() | second.keys(), key=lambda key: (key[0], repr(key)))
    differences = [key for key in keys if not is_equal(first.get(key), second.get(key))]
    for key in differences[:arguments.limit]:
        ts, outlet, rule, factor, part, state = key
        name = f"{rule}-{part}" if part else rule
        print(f"{outlet} {factor} {name} {state} ts {ts}: replay {words(first.get(key))}, recomputed {words(second.get(key))}")
    by_rule = collections.Counter(key[2] for key in second)
    counts = ", ".join(f"{rule} {count}" for rule, count in sorted(by_rule.items()))
    different = collections.Counter(key[2] for key in differences)
    print(f"{len(differences)} differences in {len(keys)} transitions ({counts})" + (f": {dict(different)}" if different else ""))
    return 1 if differences or not second else 0


def is_equal(one, other):
    """Value for value and limit for limit, to the seven digits that an alarm tells."""
    if one is None or other is None or len(one) != len(other):
        return False
    return all(
        is_close(a[0], b[0]) and is_close(a[1], b[1]) and a[2] == b[2] for a, b in zip(one, other))


def is_close(a, b):
    return a == b or (a is not None and b is not None and abs(a - b) <= 5e-7 * abs(b))


def words(transitions):
    if transitions is None:
        return "nothing"
    return " and ".join(
        f"value {value} limit {limit}{' suppressed' if is_suppressed else ''}" for value, limit, is_suppressed in transitions)


if __name__ == "__main__":
    sys.exit(main())
