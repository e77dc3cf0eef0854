#!/usr/bin/env python3
"""Proves what the database holds against what the gateways say they have: digests, rates, counts.

usage: verify.py DATABASE [UPLINK]      exit code 1 when something is altered, missing or unreadable

UPLINK is what the gateways call the uplink to us; without it their words about all their uplinks are compared.
What was refused is listed last. It changes no exit code: what is missing by it is found above.
"""

import hashlib
import re
import sys

import gate
import query
from gate import Refused, text, whole
from storage import Storage

ZERO = "0" * 64


def link(previous: str, seq: int, ts: int, kind: str, place: str, body: bytes) -> str:
    """The hash of a record. Source: docs/journal.md, The chain of hashes."""
    return hashlib.sha256(f"{previous} {seq} {ts} {kind} {place}\n".encode() + body).hexdigest()


def number(digits: str) -> int:
    if not re.fullmatch("[0-9]{1,16}", digits):
        raise Refused("a number of a digest is none")
    return int(digits)


def verify_digest(storage, gateway, event):
    """(kind, verdict) for each kind that a digest covers.

    good: each record is here, unaltered and in order; incomplete: some are not (yet) here; absent: none is, so this uplink
    does not carry the kind, or the records are older than this database; altered: all are here and the hash is another.
    """
    for kind, claim in event.items():
        if kind in ("name", "after", "through"):
            continue
        text(kind, "a kind")
        count, first, last, before, claimed = claim.split(" ")
        rows = storage.query("SELECT seq, ts, kind, place, body FROM record WHERE gateway=? AND kind=? AND seq>=? AND seq<=?"
                             " ORDER BY seq", [gateway, kind, number(first), number(last)])
        if not rows:
            yield kind, "absent"
        elif len(rows) != number(count):
            yield kind, f"incomplete: {len(rows)} of {count}"
        else:
            current = before
            for seq, ts, row_kind, place, body in rows:
                current = link(current, seq, ts, row_kind, place, bytes(body))
            yield kind, "good" if current == claimed else "altered"


def verify_rates(storage, gateway, record):
    """(uplink, verdict): the hour records of the outlet's day that the gateway saw acknowledged, against those here.

    A number greater than ours is a loss behind the broker.
    """
    begin, period = gate.time(record["ts"], "ts"), whole(record["period"], "period", high=400 * 86_400)
    ours, = storage.query("SELECT COUNT(DISTINCT ts) FROM record WHERE gateway=? AND place=? AND kind='hour' AND ts>=? AND ts<?",
                          [gateway, text(record["outlet"], "outlet"), begin, begin + period * 1000])[0]
    for uplink, delivery in record.get("day", {}).get("uplinks", {}).items():
        acknowledged = whole(delivery["Acknowledged"], "Acknowledged")
        yield uplink, "good" if ours >= acknowledged else f"incomplete: {ours} of {acknowledged} hours"


def verify_counts(storage, gateway, counts):
    """(uplink, verdict): the records of a stretch of the journal that an uplink carries, against those here.

    What its broker would not take (`setAside`) cannot have come.
    """
    after, through = whole(counts["after"], "after"), whole(counts["through"], "through")
    ours, = storage.query("SELECT COUNT(*) FROM record WHERE gateway=? AND seq>? AND seq<=?", [gateway, after, through])[0]
    for uplink, told in counts["uplinks"].items():
        due = whole(told["records"], "records") - sum(after < seq <= through for seq in told["setAside"])
        yield uplink, "good" if ours >= due else f"incomplete: {ours} of {due} in {after + 1}…{through}"


class Continuity:
    """Whether each statement begins where the one before it ended: between two there is nothing that nobody vouches for."""

    def __init__(self):
        self.ends = {}

    def breaks(self, statement, begin, end):
        """Where the one before ended when that is not `begin`; None when it is, or there was none."""
        before = self.ends.get(statement, begin)
        self.ends[statement] = end
        return None if before == begin else before

    def of_digest(self, gateway, event):
        before = self.breaks((gateway, "digest"), number(event["after"]), number(event["through"]))
        if before is not None:
            yield "coverage", f"incomplete: no digest covers {before + 1}…{event['after']}"
        for kind, claim in event.items():
            if kind not in ("name", "after", "through"):
                _, _, _, first, last = claim.split(" ")
                if self.breaks((gateway, "digest", kind), first, last) is not None:
                    yield f"{kind} chain", "altered: it does not begin with the hash that the digest before ended with"

    def of_counts(self, gateway, record):
        counts = record["counts"]
        before = self.breaks((gateway, "counts", record.get("period")), counts["after"], counts["through"])
        if before is not None:
            yield "coverage", f"incomplete: no counts cover {before + 1}…{counts['after']}"


def findings(storage, uplink=None):
    """Everything that can be verified, oldest first: (gateway, seq, what, verdict)."""
    continuity = Continuity()
    for gateway, seq, kind, body in storage.query(
            "SELECT gateway, seq, kind, body FROM record WHERE kind IN ('audit', 'rates', 'counts') ORDER BY gateway, seq"):
        try:
            verdicts = list(judged(storage, gateway, kind, gate.parse(bytes(body)), continuity))
        except (Refused, LookupError, TypeError, ValueError, AttributeError):
            # Kept, since its envelope is good; but it proves nothing.
            yield gateway, seq, kind, "unreadable: not as docs/mqtt.md and docs/journal.md have it"
            continue
        for what, verdict in verdicts:
            if kind == "audit" or what == "coverage" or uplink in (None, what):
                yield gateway, seq, f"{'digest' if kind == 'audit' else kind} {what}", verdict


def judged(storage, gateway, kind, record, continuity):
    if kind == "rates":
        yield from verify_rates(storage, gateway, record)
    elif kind == "counts":
        yield from verify_counts(storage, gateway, record["counts"])
        yield from continuity.of_counts(gateway, record)
    elif record["event"]["name"] == "digest":
        yield from verify_digest(storage, gateway, record["event"])
        yield from continuity.of_digest(gateway, record["event"])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bad = False
    storage = Storage(sys.argv[1])
    for gateway, seq, what, verdict in findings(storage, *sys.argv[2:3]):
        bad = bad or verdict.startswith(("altered", "incomplete", "unreadable"))
        print(gate.shown(f"{gateway:20} {seq:>10}  {what:32} {verdict}", 2000))
    for line in query.refused(storage):
        print("refused:", gate.shown(line, 2000))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
