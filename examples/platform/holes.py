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
SELECT gateway, before + 1, prev, received FROM (
    SELECT record.gateway AS gateway, prev, received,
           COALESCE(LAG(seq) OVER (PARTITION BY record.gateway ORDER BY seq), {floor}) AS before
    FROM record JOIN gateway ON gateway.id=record.gateway WHERE seq > {floor}) AS pairs
WHERE prev > before ORDER BY gateway, prev
"""


def find(storage, say, settle=0, everything=False):
    """Brings the table `hole` up to date and tells what opened and closed.

    Only what came above the lowest open hole of each gateway is looked at, so this costs little however much is stored; with
    `everything` all records are. What another process may still be about to commit is no hole yet: the record behind it
    must have been here for `settle` ms.
    """
    now = now_ms()
    with storage.transaction(alone=True) as run:
        # The heads first: what is committed behind them from now on is for the next look.
        heads = run("SELECT id, checked, COALESCE((SELECT MAX(seq) FROM record WHERE record.gateway=id), 0) FROM gateway").fetchall()
        missing = {(gateway, last): (first, received <= now - settle) for gateway, first, last, received in
                   run(MISSING.format(floor="0" if everything else "gateway.checked")).fetchall()}
        floors = {gateway: 0 if everything else checked for gateway, checked, _ in heads}
        known = {(gateway, last): (first, state) for gateway, first, last, state in
                 run("SELECT gateway, first, last, state FROM hole WHERE state<>'closed'").fetchall()
                 if last > floors.get(gateway, 0)}
        note(run, say, now, missing, known)
        # Up to the lowest hole that may still close nothing needs to be looked at again.
        checked = {gateway: head for gateway, _, head in heads}
        for (gateway, last), (first, _) in missing.items():
            if known.get((gateway, last)) != (first, "given up"):
                checked[gateway] = min(checked.get(gateway, 0), first - 1)
        storage.many("UPDATE gateway SET checked=? WHERE id=?",
                     [(checked[gateway], gateway) for gateway, before, _ in heads if checked[gateway] != before])


def note(run, say, now, missing, known):
    for (gateway, last), (first, is_settled) in missing.items():
        before = known.get((gateway, last))
        if before is None and is_settled:
            run("INSERT INTO hole (gateway, first, last, state, opened, changed) VALUES (?,?,?,'open',?,?)"
                " ON CONFLICT (gateway, last) DO UPDATE SET first=excluded.first, state='open', opened=excluded.opened,"
                " changed=excluded.changed, asked=0, tries=0", [gateway, first, last, now, now])
            say("hole opened", gateway=gateway, first=first, last=last)
        elif before and before[0] != first:
            run("UPDATE hole SET first=?, state='open', changed=?, tries=0 WHERE gateway=? AND last=?", [first, now, gateway, last])
    for (gateway, last), (first, _) in known.items():
        if (gateway, last) not in missing:
            run("UPDATE hole SET state='closed', changed=? WHERE gateway=? AND last=?", [now, gateway, last])
            say("hole closed", gateway=gateway, first=first, last=last)


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


def answered(storage, answer):
    """Notes what the gateway said to a request of ours; the hole itself closes when the records are there."""
    if answer.request:
        with storage.transaction() as run:
            run("UPDATE hole SET answer=? WHERE gateway=? AND request=?", [answer.text, answer.gateway, answer.request])
