#!/usr/bin/env python3
"""A look at the database: what a platform shows first.

usage: query.py DATABASE gateways | hours [GATEWAY] | holes | alarms | refused
"""

import sys
from datetime import datetime, timezone

import gate
import records
from gate import Refused
from storage import Storage


def utc(ms):
    if not gate.EARLIEST <= ms <= gate.LATEST:
        return f"{ms} ms"
    return datetime.fromtimestamp(ms / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")


def gateways(storage):
    """Who is online, how far we have everything, and how much was refused."""
    refused = dict(storage.query("SELECT gateway, SUM(total) FROM refusal GROUP BY gateway"))
    for gateway, checked, status, head in storage.query(
            "SELECT id, checked, status, (SELECT MAX(seq) FROM record WHERE record.gateway=id) FROM gateway ORDER BY id"):
        yield f"{gateway:20} {presence(status):8} complete through {checked} of {head or 0}" + (
            f", refused: {refused[gateway]}" if gateway in refused else "")


def presence(status):
    try:
        return "online" if records.status(status.encode())["online"] else "offline"
    except (Refused, AttributeError):
        return "unknown"


def hours(storage, gateway=None):
    """The latest hour of each outlet. Records of one hour are laid over each other in order of `seq`: a later one brings the
    factors that came late, and changes no other."""
    for gateway, place, ts in storage.query(
            "SELECT gateway, place, MAX(ts) FROM record WHERE kind='hour'" + (" AND gateway=?" if gateway else "")
            + " GROUP BY gateway, place ORDER BY gateway, place", [gateway] if gateway else []):
        data = {}
        for body, in storage.query("SELECT body FROM record WHERE gateway=? AND kind='hour' AND place=? AND ts=? ORDER BY seq",
                                   [gateway, place, ts]):
            try:
                data.update(gate.object_of(gate.parse(bytes(body)).get("data"), "data"))
            except (Refused, AttributeError):
                yield f"{gateway:20} {place:16} {utc(ts)}  a record that cannot be read"
        for factor, fields in data.items():
            if not isinstance(fields, dict):
                yield f"{gateway:20} {place:16} {utc(ts)}  {factor:8} cannot be read"
                continue
            numbers = "  ".join(f"{name} {fields[name]}" for name in ("Avg", "ZsAvg", "Cou") if name in fields)
            yield f"{gateway:20} {place:16} {utc(ts)}  {factor:8} {fields.get('Flag', '?')}  {numbers}" + (
                f"  invalid: {fields.get('Reason', '')}" if fields.get("Valid") is False else "")


def holes(storage):
    for gateway, first, last, state, opened, tries, answer in storage.query(
            "SELECT gateway, first, last, state, opened, tries, answer FROM hole WHERE state<>'closed' ORDER BY gateway, last"):
        yield f"{gateway:20} {first}…{last}  {state} since {utc(opened)}, asked for {tries} times  {answer or ''}"


def alarms(storage):
    """The active ones, as each gateway retains them."""
    for gateway, text in storage.query("SELECT id, alarms FROM gateway WHERE alarms IS NOT NULL ORDER BY id"):
        try:
            for alarm in records.alarms(text.encode()):
                yield f"{gateway:20} {alarm['severity']:8} {alarm['rule']:4} since {utc(alarm['since'])}  {alarm['message']}"
        except Refused as reason:
            yield f"{gateway:20} cannot be read: {reason}"


def refused(storage):
    """What was no message of ours, by gateway and reason. The table `refused` has the first few of each."""
    for gateway, reason, total, first, latest, topic in storage.query(
            "SELECT gateway, reason, total, first, latest, topic FROM refusal ORDER BY gateway, reason"):
        yield f"{gateway or '?':20} {total} × {reason}, {utc(first)} to {utc(latest)}, the latest on {topic}"


def main():
    table = {function.__name__: function for function in (gateways, hours, holes, alarms, refused)}
    if len(sys.argv) < 3 or sys.argv[2] not in table:
        sys.exit(__doc__)
    for line in table[sys.argv[2]](Storage(sys.argv[1]), *sys.argv[3:]):
        print(gate.shown(line, 2000))


if __name__ == "__main__":
    main()
