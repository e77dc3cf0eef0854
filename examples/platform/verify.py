#!/usr/bin/env python3
"""Proves what the database holds against what the gateways say they have: digests, rates, counts.

usage: verify.py DATABASE [GATEWAY …]      exit code 1 when something is altered or contradicts
"""

import hashlib
import json
import sys

from storage import Storage

ZERO = "0" * 64


def link(previous: str, seq: int, ts: int, kind: str, place: str, body: bytes) -> str:
    """The hash of a record. Source: docs/journal.md, The chain of hashes."""
    return hashlib.sha256(f"{previous} {seq} {ts} {kind} {place}\n".encode() + body).hexdigest()


def verify_digest(storage, gateway, event):
    """(kind, verdict) for each kind that a digest covers.

    good: each record is here, unaltered and in order; incomplete: some are not (yet) here; absent: none is, so this uplink
    does not carry the kind, or the records are older than this database; altered: all are here and the hash is another.
    """
    for kind, claim in event.items():
        if kind in ("name", "after", "through"):
            continue
        count, first, last, before, claimed = claim.split(" ")
        rows = storage.query("SELECT seq, ts, kind, place, body FROM record WHERE gateway=? AND kind=? AND seq>=? AND seq<=?"
                             " ORDER BY seq", [gateway, kind, int(first), int(last)])
        if not rows:
            yield kind, "absent"
        elif len(rows) != int(count):
            yield kind, f"incomplete: {len(rows)} of {count}"
        else:
            current = before
            for seq, ts, row_kind, place, body in rows:
                current = link(current, seq, ts, row_kind, place, bytes(body))
            yield kind, "good" if current == claimed else "altered"


def verify_rates(storage, gateway, record):
    """(uplink, verdict): the hour records of the outlet's day that the gateway saw acknowledged, against those here.

    A number greater than ours is a loss behind the broker. Uplinks to other platforms are listed too: theirs may differ.
    """
    begin = record["ts"]
    ours, = storage.query("SELECT COUNT(DISTINCT ts) FROM record WHERE gateway=? AND place=? AND kind='hour' AND ts>=? AND ts<?",
                          [gateway, record["outlet"], begin, begin + record["period"] * 1000])[0]
    for uplink, delivery in record.get("day", {}).get("uplinks", {}).items():
        acknowledged = delivery["Acknowledged"]
        yield uplink, "good" if ours >= acknowledged else f"incomplete: {ours} of {acknowledged} hours"


def findings(storage, gateways=()):
    """Everything that can be verified, oldest first: (gateway, seq, what, verdict)."""
    for gateway, seq, kind, body in storage.query(
            "SELECT gateway, seq, kind, body FROM record WHERE kind IN ('audit', 'rates') ORDER BY gateway, seq"):
        if gateways and gateway not in gateways:
            continue
        record = json.loads(bytes(body))
        if kind == "audit" and record["event"]["name"] == "digest":
            for what, verdict in verify_digest(storage, gateway, record["event"]):
                yield gateway, seq, f"digest {what}", verdict
        elif kind == "rates":
            for what, verdict in verify_rates(storage, gateway, record):
                yield gateway, seq, f"rates {record['outlet']} {what}", verdict


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bad = False
    for gateway, seq, what, verdict in findings(Storage(sys.argv[1]), sys.argv[2:]):
        bad = bad or verdict.startswith(("altered", "incomplete"))
        print(f"{gateway:20} {seq:>10}  {what:32} {verdict}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
