"""Compares the records of two programs, field by field, to the last printed digit.

usage: compare_records.py REPLAY.jsonl RECOMPUTED.jsonl [--limit 20]

Minute, hour, day, month and year records are compared, in any order; fields of a record that RECOMPUTED never has (seq, mn,
quality, ...) are not. Exit code 0: equal, and the last line says how much was compared; 1: the first differences, in full.

A reason is compared where docs/calculation.md leaves no choice of words: a count of parts beside a number, with the factor that
cost the most of them, the factor that is to blame, the flag of a batch analyser, a plant that stands still, water that stands
still. That there is a reason is always compared.
"""

import argparse
import decimal
import json
import re
import sys

KINDS = {"minute", "hour", "day", "month", "year"}
HEAD = ["dataTime", "period", "mark"]
NUMBERS = ["Avg", "Min", "Max", "ZsAvg", "ZsMin", "ZsMax", "Cou"]
STATES = ["Count", "Flag", "Valid", "ZsValid", "CouValid"]
REASONS = {"Reason": "Avg", "ZsReason": "ZsAvg", "CouReason": "Cou"}
COUNTED = re.compile(r"\d+ (good sample|valid (minute|hour|day|month))s?( of \d+ due)?(, (no valid|impossible) [aiw]\d{5})?")
CERTAIN = re.compile(r"(no valid|impossible) [aiw]\d{5}|flag [A-Z]|plant stopped|no discharge")


def read(path):
    records = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line, parse_float=decimal.Decimal)
            if record["kind"] not in KINDS:
                continue
            key = (record["outlet"], record["kind"], record["ts"])
            if key in records:
                raise SystemExit(f"compare_records: {path}: twice: {key}")
            records[key] = record
    return records


class Comparison:
    def __init__(self):
        self.differences = []
        self.numbers = 0

    def differ(self, key, record, factor, field, first, second):
        outlet, kind, ts = key
        self.differences.append(
            f"{outlet} {kind} {record['dataTime']} (ts {ts}) {factor} {field}: replay {first}, recomputed {second}")

    def compare(self, replayed, recomputed):
        for key in sorted(replayed.keys() | recomputed.keys(), key=lambda key: (key[2], key[0], key[1])):
            first, second = replayed.get(key), recomputed.get(key)
            if first is None or second is None:
                words = ["absent" if each is None else "there" for each in (first, second)]
                self.differ(key, first or second, "-", "record", *words)
                continue
            for field in HEAD:
                if field == "period" and key[1] in ("month", "year"):
                    continue
                if first.get(field) != second.get(field):
                    self.differ(key, second, "-", field, first.get(field), second.get(field))
            self._data(key, first, second)

    def _data(self, key, first, second):
        for factor in sorted(first["data"].keys() | second["data"].keys()):
            one, other = first["data"].get(factor), second["data"].get(factor)
            if one is None or other is None:
                self.differ(key, second, factor, "factor", json.dumps(one, default=str), json.dumps(other, default=str))
                continue
            for field in NUMBERS:
                self._number(key, second, factor, field, one, other)
            for field in STATES:
                if one.get(field) != other.get(field):
                    self.differ(key, second, factor, field, self._context(one, field), self._context(other, field))
            for field, number in REASONS.items():
                self._reason(key, second, factor, field, number, one, other)

    @staticmethod
    def _context(values, field):
        """A state with the reason beside it."""
        reason = values.get(field.replace("Valid", "Reason")) if field.endswith("Valid") else None
        return f"{values.get(field)} ({reason})" if reason else values.get(field)

    def _number(self, key, record, factor, field, one, other):
        first, second = one.get(field), other.get(field)
        if first is None and second is None:
            return
        self.numbers += 1
        if first != second:
            self.differ(key, record, factor, field, first, second)

    def _reason(self, key, record, factor, field, number, one, other):
        first, second = one.get(field), other.get(field)
        if (first is None) != (second is None):
            return self.differ(key, record, factor, field, first, second)
        is_certain = second and (CERTAIN.fullmatch(second) or (COUNTED.fullmatch(second) and number in other))
        if is_certain and first != second:
            self.differ(key, record, factor, field, first, second)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("replayed")
    parser.add_argument("recomputed")
    parser.add_argument("--limit", type=int, default=20)
    arguments = parser.parse_args()
    replayed, recomputed = read(arguments.replayed), read(arguments.recomputed)
    comparison = Comparison()
    comparison.compare(replayed, recomputed)
    for difference in comparison.differences[:arguments.limit]:
        print(difference)
    print(f"{len(comparison.differences)} differences in {len(recomputed)} records with {comparison.numbers} numbers")
    return 1 if comparison.differences or not recomputed else 0


if __name__ == "__main__":
    sys.exit(main())
