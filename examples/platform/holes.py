"""Which numbers are missing, and asking for them again.

A record names in `prev` the record before it that this uplink carries. A `prev` that is not in the database is a hole: from the
number after the record that is there up to `prev`. So holes follow from the records alone, in whatever order and through
whichever process they came, and a row that somebody deleted is found as well as one that never arrived.
"""

import json
import uuid

from records import now_ms

AT_MOST = 100_000       # records that a gateway sends again for one request

MISSING = """
SELECT before + 1, prev FROM (
    SELECT prev, seq, COALESCE(LAG(seq) OVER (ORDER BY seq), ?) AS before FROM record
    WHERE gateway=? AND seq>? AND seq<=?) AS pairs
WHERE prev > before ORDER BY seq
"""


def find(storage, say, gateways=None, everything=False):
    """Brings the table `hole` up to date and tells what opened and closed.

    Only what came above the lowest open hole is looked at, so this costs little however much is stored; with
    `everything` all records are.
    """
    heads = storage.query("SELECT id, checked, (SELECT MAX(seq) FROM record WHERE record.gateway=id) FROM gateway ORDER BY id")
    due = [gateway for gateway, checked, head in heads
           if (gateways is None or gateway in gateways) and head and (everything or checked < head)]
    for begin in range(0, len(due), 100):
        with storage.transaction(alone=True) as run:
            for gateway in due[begin:begin + 100]:
                find_in(run, say, gateway, everything)


def find_in(run, say, gateway, everything):
    now = now_ms()
    # The head first: what is committed behind it from now on is for the next look.
    head, checked = run("SELECT (SELECT MAX(seq) FROM record WHERE gateway=id), checked FROM gateway WHERE id=?",
                        [gateway]).fetchone()
    checked = 0 if everything else checked
    found = {last: first for first, last in run(MISSING, [checked, gateway, checked, head]).fetchall()}
    known = {last: (first, state) for first, last, state in
             run("SELECT first, last, state FROM hole WHERE gateway=? AND last>?", [gateway, checked]).fetchall()}
    for last, first in found.items():
        before = known.get(last)
        if before is None or before[1] == "closed":
            run("INSERT INTO hole (gateway, first, last, state, opened, changed) VALUES (?,?,?,'open',?,?)"
                " ON CONFLICT (gateway, last) DO UPDATE SET first=excluded.first, state='open', opened=excluded.opened,"
                " changed=excluded.changed, asked=0, tries=0", [gateway, first, last, now, now])
            say("hole opened", gateway=gateway, first=first, last=last)
        elif before[0] != first:
            run("UPDATE hole SET first=?, state='open', changed=?, tries=0 WHERE gateway=? AND last=?", [first, now, gateway, last])
    for last, (first, state) in known.items():
        if last not in found and state != "closed":
            run("UPDATE hole SET state='closed', changed=? WHERE gateway=? AND last=?", [now, gateway, last])
            say("hole closed", gateway=gateway, first=first, last=last)
    # Up to the lowest hole that may still close nothing needs to be looked at again.
    hopeful = [first for last, first in found.items() if known.get(last) != (first, "given up")]
    run("UPDATE gateway SET checked=? WHERE id=?", [min(hopeful, default=head + 1) - 1, gateway])


def due(storage, patience, retry, tries):
    """Requests for holes that have not changed for `patience` ms: the gateway's own backlog has had its time.

    A gateway does one replay at a time, of 100,000 records at most. So one hole of each gateway is asked for, the longest
    waiting first, again after `retry` ms, and `tries` times until it changes. Returns (gateway, payload) pairs.
    """
    now, requests = now_ms(), []
    with storage.transaction(alone=True) as run:
        rows = run("SELECT gateway, first, last, tries, asked, changed FROM hole WHERE state='open' ORDER BY asked, last").fetchall()
        busy = {gateway for gateway, _, _, _, asked, changed in rows if asked >= changed and asked > now - retry}
        for gateway, first, last, count, asked, changed in rows:
            if gateway in busy or changed > now - patience:
                continue
            if count >= tries:
                run("UPDATE hole SET state='given up' WHERE gateway=? AND last=?", [gateway, last])
                continue
            request = {"id": uuid.uuid4().hex, "name": "replay",
                       "args": {"from_seq": first, "to_seq": min(last, first + AT_MOST - 1)}}
            run("UPDATE hole SET asked=?, tries=tries+1, request=? WHERE gateway=? AND last=?",
                [now, request["id"], gateway, last])
            requests.append((gateway, json.dumps(request)))
            busy.add(gateway)
    return requests


def answered(storage, gateway, payload):
    """Notes what the gateway said to a request of ours; the hole itself closes when the records are there."""
    try:
        identifier = json.loads(payload).get("id")
    except (ValueError, AttributeError):
        return
    if isinstance(identifier, str):
        with storage.transaction() as run:
            run("UPDATE hole SET answer=? WHERE gateway=? AND request=?", [payload.decode(), gateway, identifier])
