"""A message of the gateway as what is kept of it: nothing is altered, only its envelope is read."""

import re
import time
from typing import NamedTuple

import gate
from gate import Refused

# Behind `{` or `,` a quotation mark begins a key: this is never within a text.
PREV = re.compile(rb'(?<=[{,])"prev":(\d{1,16}),')


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


class Retained(NamedTuple):
    gateway: str
    column: str         # status or alarms
    text: str | None    # None: nothing is retained any more


class Answer(NamedTuple):
    gateway: str
    request: str        # the id of the command; empty when it is none of ours
    text: str


class Refusal(NamedTuple):
    gateway: str        # by the topic; empty when that names none
    reason: str
    topic: str
    payload: bytes


def now_ms() -> int:
    return int(time.time() * 1000)


def read(topic: str, payload: bytes, prefix: str = "cems"):
    """The row, retained text or answer that a message is; `Refused` when it is none."""
    base = f"{prefix}/v1/"
    parts = topic[len(base):].split("/")
    if not topic.startswith(base) or not all(map(gate.is_name, parts)):
        raise Refused("not a topic of ours")
    match parts:
        case [gateway, "live" | "history" as lane, place, kind]:
            return row(gateway, lane, place, kind, payload)
        case [gateway, "status" | "alarms" as column]:
            return retained(gateway, column, payload)
        case [gateway, "reply"]:
            return answer(gateway, payload)
    raise Refused("not a topic of ours")


def row(gateway, lane, place, kind, payload) -> Row:
    """The row of a message on {prefix}/v1/{gateway}/{live|history}/{place}/{kind}."""
    record = gate.object_of(gate.parse(payload))
    if type(record.get("v")) is not int or record["v"] != 1:
        raise Refused("a version of the message format that is not known")
    if (record.get("gateway"), record.get("kind")) != (gateway, kind) or (
            record.get("outlet", record.get("device", "_gateway")) != place):
        raise Refused("the topic contradicts the record")
    # `prev` is what the uplink adds; without it the bytes are those that were hashed and journalled.
    found = PREV.search(payload, 0, 200)
    if not found or payload.count(b"{", 0, found.start()) != 1:
        raise Refused("no prev where the uplink puts it")
    seq = gate.whole(record.get("seq"), "seq", low=1)
    prev = gate.whole(record.get("prev"), "prev", high=seq - 1)
    body = payload[:found.start()] + payload[found.end():]
    return Row(gateway, seq, prev, place, kind, gate.time(record.get("ts"), "ts"), int(lane == "history"), now_ms(), body)


def retained(gateway, column, payload) -> Retained:
    """`status` and `alarms` are kept as the gateway wrote them; an empty payload takes them away."""
    if payload:
        (status if column == "status" else alarms)(payload)
    return Retained(gateway, column, payload.decode() if payload else None)


def status(payload) -> dict:
    found = gate.object_of(gate.parse(payload))
    if not isinstance(found.get("online"), bool):
        raise Refused("online is neither true nor false")
    return found


def alarms(payload) -> list[dict]:
    found = gate.parse(payload)
    if not isinstance(found, list):
        raise Refused("the alarms are no list")
    for alarm in found:
        gate.time(gate.object_of(alarm, "an alarm").get("since"), "since")
        for name in ("severity", "rule", "message"):
            if not isinstance(alarm.get(name), str):
                raise Refused(f"{name} is no text")
    return found


def answer(gateway, payload) -> Answer:
    identifier = gate.object_of(gate.parse(payload)).get("id")
    if identifier is not None and type(identifier) not in (int, str):
        raise Refused("id is neither a text nor a whole number")
    # Others give commands too, and number them as they like.
    return Answer(gateway, identifier if gate.is_name(identifier) else "", payload.decode())


def refusal(topic: str, payload: bytes, reason: str, prefix: str = "cems") -> Refusal:
    base = f"{prefix}/v1/"
    gateway = topic[len(base):].split("/")[0] if topic.startswith(base) else ""
    return Refusal(gateway if gate.is_name(gateway) else "", reason, gate.shown(topic), payload)
