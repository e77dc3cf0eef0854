"""What a broken or hostile publisher sends: a table, and a seeded generator of more."""

import json

LONG = 10 * 1024 * 1024
TS = 1_795_227_600_000


def record(seq, prev, kind="minute", gateway="g", place="stack-1", ts=TS, **more):
    return {"v": 1, "gateway": gateway, "seq": seq, "prev": prev, "outlet": place, "kind": kind, "ts": ts, **more}


def encoded(value):
    return json.dumps(value, separators=(",", ":")).encode()


def message(seq, prev, kind="minute", gateway="g", place="stack-1", ts=TS, **more):
    return f"cems/v1/{gateway}/live/{place}/{kind}", encoded(record(seq, prev, kind, gateway, place, ts, **more))


TOPIC, GOOD = message(7, 5)


def with_text(before, after):
    assert before in GOOD
    return TOPIC, GOOD.replace(before, after)


def nested(count, begin=b"[", middle=b"", end=b"]"):
    return with_text(b'"kind"', b'"data":' + begin * count + middle + end * count + b',"kind"')


# name: (topic, payload). None of these is a record.
RECORDS = {
    "empty": (TOPIC, b""),
    "not JSON": (TOPIC, b"{"),
    "a list": (TOPIC, b"[]"),
    "a number": (TOPIC, b"3"),
    "null": (TOPIC, b"null"),
    "not UTF-8": (TOPIC, b"\xff" + GOOD),
    "UTF-16": (TOPIC, GOOD.decode().encode("utf-16")),
    "a byte order mark": (TOPIC, b"\xef\xbb\xbf" + GOOD),
    "NUL between the fields": with_text(b'"kind"', b'\0"kind"'),
    "NUL in a text": with_text(b'"kind"', b'"mn":"\0","kind"'),
    "two records": (TOPIC, GOOD + GOOD),
    "cut": (TOPIC, GOOD[:-9]),
    "another version": with_text(b'"v":1', b'"v":2'),
    "the version as a truth value": with_text(b'"v":1', b'"v":true'),
    "the version as a fraction": with_text(b'"v":1', b'"v":1.0'),
    "seq 1e400": with_text(b'"seq":7', b'"seq":1e400'),
    "seq null": with_text(b'"seq":7', b'"seq":null'),
    "seq as a text": with_text(b'"seq":7', b'"seq":"7"'),
    "seq as a truth value": with_text(b'"seq":7', b'"seq":true'),
    "seq as a fraction": with_text(b'"seq":7', b'"seq":7.5'),
    "seq as a list": with_text(b'"seq":7', b'"seq":[7]'),
    "seq zero": with_text(b'"seq":7', b'"seq":0'),
    "seq below zero": with_text(b'"seq":7', b'"seq":-7'),
    "seq NaN": with_text(b'"seq":7', b'"seq":NaN'),
    "seq Infinity": with_text(b'"seq":7', b'"seq":Infinity'),
    "seq beyond 53 bits": with_text(b'"seq":7', b'"seq":9007199254740992'),
    "seq beyond 64 bits": with_text(b'"seq":7', b'"seq":18446744073709551616'),
    "seq of 5,000 digits": with_text(b'"seq":7', b'"seq":' + b"7" * 5000),
    "no seq": with_text(b'"seq":7,', b""),
    "no prev": with_text(b'"prev":5,', b""),
    "prev beyond 64 bits": with_text(b'"prev":5', b'"prev":18446744073709551616'),
    "prev of 100 digits": with_text(b'"prev":5', b'"prev":' + b"5" * 100),
    "prev below zero": with_text(b'"prev":5', b'"prev":-5'),
    "prev as a text": with_text(b'"prev":5', b'"prev":"5"'),
    "prev that is seq": with_text(b'"prev":5', b'"prev":7'),
    "prev above seq": with_text(b'"prev":5', b'"prev":8'),
    "prev within another object": with_text(b'"seq":7,"prev":5,', b'"seq":7,"data":{"prev":5,"x":1},'),
    "prev within another object, then prev": with_text(b'"seq":7,', b'"seq":7,"data":{"prev":5,"x":1},'),
    "prev twice": with_text(b'"prev":5,', b'"prev":5,"prev":5,'),
    "seq twice": with_text(b'"seq":7,', b'"seq":7,"seq":8,'),
    "a key twice, deeper": with_text(b'"kind"', b'"data":{"a":1,"a":2},"kind"'),
    "ts 1e400": with_text(b'"ts":1795227600000', b'"ts":1e400'),
    "ts beyond the year 9999": with_text(b'"ts":1795227600000', b'"ts":1795227600000000'),
    "ts as a truth value": with_text(b'"ts":1795227600000', b'"ts":true'),
    "ts as a text": with_text(b'"ts":1795227600000', b'"ts":"1795227600000"'),
    "ts as a fraction": with_text(b'"ts":1795227600000', b'"ts":1795227600000.5'),
    "a number beyond all bounds": with_text(b'"kind"', b'"data":{"a":1e400},"kind"'),
    "a number of 100 digits": with_text(b'"kind"', b'"data":{"a":' + b"1" * 100 + b'},"kind"'),
    "a lone surrogate": with_text(b'"kind"', b'"mn":"\\ud800","kind"'),
    "a lone surrogate as a key": with_text(b'"kind"', b'"\\udfff":1,"kind"'),
    "a lone surrogate as bytes": with_text(b'"kind"', b'"mn":"\xed\xa0\x80","kind"'),
    "40 brackets": nested(40),
    "40 objects": nested(40, b'{"a":', b"1", b"}"),
    "100,000 brackets": nested(100_000),
    "100,000 brackets that do not end": (TOPIC, b"[" * 100_000),
    "another gateway": with_text(b'"gateway":"g"', b'"gateway":"h"'),
    "the gateway as a list": with_text(b'"gateway":"g"', b'"gateway":["g"]'),
    "another kind": with_text(b'"kind":"minute"', b'"kind":"hour"'),
    "another place": with_text(b'"outlet":"stack-1"', b'"outlet":"stack-2"'),
    "the place as an object": with_text(b'"outlet":"stack-1"', b'"outlet":{}'),
    "10 MB": with_text(b'"kind"', b'"mn":"' + b"x" * LONG + b'","kind"'),
    "10 MB of lists": (TOPIC, b"[" + b"[]," * (LONG // 3) + b"[]]"),
    "a topic too short": ("cems/v1/g/live", GOOD),
    "a topic too long": ("cems/v1/g/live/stack-1/minute/more", GOOD),
    "neither live nor history": ("cems/v1/g/lively/stack-1/minute", GOOD),
    "a topic of empty segments": ("cems/v1/g/live//", GOOD),
    "a topic of 60,000 bytes": ("cems/v1/g/live/" + "s" * 60_000 + "/minute", message(7, 5, place="s" * 60_000)[1]),
    "a gateway of 65 letters": message(7, 5, gateway="g" * 65),
    "a gateway that no configuration allows": message(7, 5, gateway="a b"),
    "another gateway's branch within the own": (
        "cems/v1/mallory/live/v1/g/live/stack-1/minute", GOOD),
}

# What is retained, and answers: (last segment of the topic, payload).
TEXTS = {
    **{f"status {name}": ("status", payload) for name, payload in {
        "not JSON": b"x", "NUL": b"\0", "NUL in a text": b'{"online":true,"version":"\0"}', "a list": b"[]", "not UTF-8": b"\xff",
        "online as a list": b'{"online":[]}', "deep": b'{"online":' + b"[" * 100_000, "1e400": b'{"online":true,"head":1e400}',
        "surrogate": b'{"online":true,"version":"\\ud800"}', "10 MB": b'{"online":"' + b"x" * LONG + b'"}'}.items()},
    **{f"alarms {name}": ("alarms", payload) for name, payload in {
        "not JSON": b"x", "an object": b"{}", "of numbers": b"[3]", "without fields": b"[{}]", "deep": b"[" * 100_000,
        "1e400": b'[{"severity":"alarm","rule":"L1","since":1e400,"message":"m"}]',
        "far future": b'[{"severity":"alarm","rule":"L1","since":9000000000000000,"message":"m"}]',
        "since as a text": b'[{"severity":"alarm","rule":"L1","since":"0","message":"m"}]',
        "message as an object": b'[{"severity":"alarm","rule":"L1","since":0,"message":{}}]'}.items()},
    **{f"reply {name}": ("reply", payload) for name, payload in {
        "empty": b"", "not JSON": b"x", "a list": b"[]", "UTF-16": '{"id":"a"}'.encode("utf-16"), "not UTF-8": b"\xff",
        "deep": b'{"id":' + b"[" * 100_000, "surrogate": b'{"id":"\\ud800"}', "10 MB": b'{"id":"' + b"x" * LONG + b'"}'}.items()},
}

# Records by their envelope, whose contents mislead who reads them later. They are kept: the bytes are evidence.
CONTENTS = {
    "hour without data": ("hour", "stack-1", {}),
    "hour with a list": ("hour", "stack-1", {"data": []}),
    "hour with a number for a factor": ("hour", "stack-1", {"data": {"a21026": 3}}),
    "hour without a flag": ("hour", "stack-1", {"data": {"a21026": {"Avg": 1}}}),
    "audit without event": ("audit", "_gateway", {}),
    "audit with a text": ("audit", "_gateway", {"event": "digest"}),
    "audit without a name": ("audit", "_gateway", {"event": {}}),
    "digest without through": ("audit", "_gateway", {"event": {"name": "digest", "after": "0"}}),
    "digest of a number": ("audit", "_gateway", {"event": {"name": "digest", "after": "0", "through": "9", "minute": 3}}),
    "digest of three words": ("audit", "_gateway", {"event": {"name": "digest", "after": "0", "through": "9", "minute": "1 2 3"}}),
    "digest of words": ("audit", "_gateway", {"event": {"name": "digest", "after": "0", "through": "9", "minute": "a b c d e"}}),
    "digest far away": ("audit", "_gateway", {"event": {
        "name": "digest", "after": "0", "through": "9", "minute": f"1 {10**30} {10**31} 0 0"}}),
    "digest of NUL": ("audit", "_gateway", {"event": {"name": "digest", "after": "0", "through": "9", "\0": "1 1 2 0 0"}}),
    "digest after a list": ("audit", "_gateway", {"event": {"name": "digest", "after": [], "through": {}}}),
    "rates without an outlet": ("rates", "stack-1", {"day": {"uplinks": {"p": {"Acknowledged": 1}}}}),
    "rates of a text": ("rates", "stack-1", {"period": 86_400, "day": {"uplinks": {"p": {"Acknowledged": "x"}}}}),
    "rates of a list": ("rates", "stack-1", {"period": 86_400, "day": []}),
    "rates of a long day": ("rates", "stack-1", {"period": 2**62, "day": {}}),
    "counts without counts": ("counts", "_gateway", {}),
    "counts of texts": ("counts", "_gateway", {"counts": {"after": "0", "through": "9", "uplinks": {}}}),
    "counts far away": ("counts", "_gateway", {"counts": {"after": 10**30, "through": 10**31, "uplinks": {}}}),
    "counts of NUL": ("counts", "_gateway", {"counts": {"after": 0, "through": 9, "uplinks": {"\0": 3}}}),
    "counts of a list": ("counts", "_gateway", {"period": [], "counts": {"after": 0, "through": 9, "uplinks": []}}),
    "counts with texts set aside": ("counts", "_gateway", {
        "counts": {"after": 0, "through": 9, "uplinks": {"p": {"records": 1, "setAside": ["3"]}}}}),
}

WRONG = [None, True, False, 0, -1, 1.5, "", "7", "\0", "\u202e", "x" * 3000, [], {}, [[]], {"a": {}},
         2**53, 2**64, -2**64, 10**40]


class Generator:
    """Messages that are nearly right: one thing of a good one is another. The same seed makes the same messages."""

    def __init__(self, random):
        self.random = random

    def messages(self, count):
        return [self.message(number) for number in range(count)]

    def message(self, number):
        random = self.random
        kind, place, more = random.choice(list(CONTENTS.values()))
        seq = 1_000_000 + number
        topic, payload = message(seq, seq - 1, kind, place=place, **more)
        for _ in range(random.randint(1, 2)):
            which = random.randrange(8)
            if which == 0:
                topic = self.topic(topic)
            elif which == 1:
                topic = f"cems/v1/g/{random.choice(['status', 'alarms', 'reply'])}"
            elif which < 5:
                payload = self.text(payload)
            else:
                payload = self.value(payload)
        return topic, payload

    def topic(self, topic):
        parts = topic.split("/")
        at = self.random.randrange(2, len(parts))
        parts[at] = self.random.choice(["", "v1", "\u202e", "1号", "x" * 300, "g/h", parts[self.random.randrange(len(parts))]])
        return "/".join(parts)

    def text(self, payload):
        random = self.random
        at = random.randrange(len(payload) + 1)
        pieces = [b"", b"\0", b"\xff", b"[" * 50, b'"', b"\\ud800", b"e999", b"-", b"9" * 30, b',"seq":1', b"}",
                  bytes([random.randrange(256)])]
        return payload[:at] + random.choice(pieces) + payload[at + random.randrange(3):]

    def value(self, payload):
        """One value, anywhere, is another; a key may go or come."""
        random = self.random
        try:
            whole = json.loads(payload)
        except (ValueError, RecursionError):
            return payload
        spots, layer = [], [whole]
        while layer:
            item = layer.pop()
            keys = list(item) if isinstance(item, dict) else range(len(item)) if isinstance(item, list) else ()
            for key in keys:
                spots.append((item, key))
                layer.append(item[key])
        if not spots:
            return payload
        item, key = random.choice(spots)
        if random.randrange(6) == 0:
            del item[key]
        else:
            item[key] = random.choice(WRONG)
        return encoded(whole)
