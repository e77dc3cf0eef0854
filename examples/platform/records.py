"""A message of the gateway as a row: nothing is altered, only its envelope is read."""

import json
import re
import time
from typing import NamedTuple

PREV = re.compile(rb'"prev":(\d+),')


class Row(NamedTuple):
    gateway: str
    seq: int
    prev: int           # the greatest smaller number this uplink carries; 0: none
    place: str          # outlet, device or _gateway
    kind: str
    ts: int             # start of the period or the instant, ms since 1970 UTC
    history: int        # 1: came on a history topic
    received: int       # ms since 1970 UTC
    body: bytes         # byte for byte what the gateway's journal holds


class Refused(ValueError):
    """Not a record: said aloud and set aside, so that one bad message never stops the rest."""


def now_ms() -> int:
    return int(time.time() * 1000)


def row(topic: str, payload: bytes) -> Row:
    """The row of a message on {prefix}/v1/{gateway}/{live|history}/{place}/{kind}."""
    parts = topic.split("/")
    if len(parts) < 6 or parts[-5] != "v1":
        raise Refused("not the topic of a record")
    gateway, lane, place, kind = parts[-4:]
    # `prev` is what the uplink adds; without it the bytes are those that were hashed and journalled.
    found = PREV.search(payload, 0, 200)
    try:
        record = json.loads(payload)
        if record["v"] != 1:
            raise Refused(f"version {record['v']} of the message format is not known")
        if record["gateway"] != gateway or record["kind"] != kind:
            raise Refused("the topic contradicts the record")
        if not found:
            raise Refused("no prev")
        body = payload[:found.start()] + payload[found.end():]
        return Row(gateway, int(record["seq"]), int(found[1]), place, kind, int(record["ts"]),
                   int(lane == "history"), now_ms(), body)
    except (ValueError, KeyError, TypeError) as error:
        raise error if isinstance(error, Refused) else Refused(f"not a record: {error!r}") from None
