#!/usr/bin/env python3
"""A look at the database: what a platform shows first.

usage: query.py DATABASE gateways | hours [GATEWAY] | holes | alarms | refused
"""

import json
import sys
from datetime import datetime, timezone

from storage import Storage


def utc(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")


def gateways(storage):
    """Who is online, and how far we have everything."""
    for gateway, checked, status, head in storage.query(
            "SELECT id, checked, status, (SELECT MAX(seq) FROM record WHERE record.gateway=id) FROM gateway ORDER BY id"):
        online = {True: "online", False: "offline"}.get(json.loads(status).get("online") if status else None, "unknown")
        yield f"{gateway:20} {online:8} complete through {checked} of {head or 0}"


def hours(storage, gateway=None):
    """The latest hour of each outlet. Records of one hour are laid over each other in order of `seq`: a later one brings the
    factors that came late, and changes no other."""
    for gateway, place, ts in storage.query(
            "SELECT gateway, place, MAX(ts) FROM record WHERE kind='hour'" + (" AND gateway=?" if gateway else "")
            + " GROUP BY gateway, place ORDER BY gateway, place", [gateway] if gateway else []):
        data = {}
        for body, in storage.query("SELECT body FROM record WHERE gateway=? AND kind='hour' AND place=? AND ts=? ORDER BY seq",
                                   [gateway, place, ts]):
            data.update(json.loads(bytes(body))["data"])
        for factor, fields in data.items():
            numbers = "  ".join(f"{name} {fields[name]}" for name in ("Avg", "ZsAvg", "Cou") if name in fields)
            yield f"{gateway:20} {place:16} {utc(ts)}  {factor:8} {fields['Flag']}  {numbers}" + (
                f"  invalid: {fields.get('Reason', '')}" if fields.get("Valid") is False else "")


def holes(storage):
    for gateway, first, last, state, opened, tries, answer in storage.query(
            "SELECT gateway, first, last, state, opened, tries, answer FROM hole WHERE state<>'closed' ORDER BY gateway, last"):
        yield f"{gateway:20} {first}…{last}  {state} since {utc(opened)}, asked for {tries} times  {answer or ''}"


def alarms(storage):
    """The active ones, as each gateway retains them."""
    for gateway, text in storage.query("SELECT id, alarms FROM gateway WHERE alarms IS NOT NULL ORDER BY id"):
        for alarm in json.loads(text):
            yield f"{gateway:20} {alarm['severity']:8} {alarm['rule']:4} since {utc(alarm['since'])}  {alarm['message']}"


def refused(storage):
    for at, topic, reason in storage.query("SELECT at, topic, reason FROM refused ORDER BY at"):
        yield f"{utc(at)}  {topic}  {reason}"


def main():
    table = {function.__name__: function for function in (gateways, hours, holes, alarms, refused)}
    if len(sys.argv) < 3 or sys.argv[2] not in table:
        sys.exit(__doc__)
    for line in table[sys.argv[2]](Storage(sys.argv[1]), *sys.argv[3:]):
        print(line)


if __name__ == "__main__":
    main()
