"""P01 of docs/faults.md. One bad message stops nothing: it is refused, counted, told and acknowledged, and all others are kept.

Everything goes through the subscriber's own message handler; only the connection is a stand-in that notes acknowledgements.
PLATFORM_TEST_POSTGRES=postgresql://… repeats it with PostgreSQL.
"""

import itertools
import json
import os
import random
import sys
import tempfile
import types
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

import hostile
import holes
import query
import verify
from gate import shown
from log import Log
from records import Row
from storage import KEPT, KEPT_BYTES, Storage

try:
    import subscriber
except ImportError:     # no paho-mqtt
    subscriber = None

HONEST = "h"            # all others are `g`
POSTGRES = os.environ.get("PLATFORM_TEST_POSTGRES")


class Connection:
    def __init__(self):
        self.acknowledged, self.published = [], []

    def ack(self, identifier, qos):
        self.acknowledged.append(identifier)

    def publish(self, topic, payload, qos):
        self.published.append((topic, payload))


class Message(types.SimpleNamespace):
    """As paho-mqtt hands it over: the topic is decoded when it is asked for."""

    @property
    def topic(self):
        return self.name.decode()


@unittest.skipUnless(subscriber, "needs paho-mqtt")
class HostileTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.database = self.url()
        self.lines, self.identifier, self.good = [], 0, []
        self.start()

    def url(self):
        return self.folder.name + "/platform.db"

    def start(self):
        self.subscriber = subscriber.Subscriber(subscriber.arguments(["--id", "p", "--database", self.database, "--batch", "50"]))
        self.subscriber.client = self.connection = Connection()
        self.subscriber.log = Log(write=self.lines.append)
        self.storage = self.subscriber.storage
        self.addCleanup(self.storage.backend.connection.close)

    def send(self, topic, payload, qos=1):
        self.identifier += 1
        name = topic if isinstance(topic, bytes) else topic.encode()
        self.subscriber.received(None, None, Message(name=name, payload=payload, mid=self.identifier, qos=qos))

    def send_good(self):
        number = len(self.good) + 1
        self.keep(*hostile.message(number, number - 1, gateway=HONEST))

    def keep(self, topic, payload):
        self.send(topic, payload)
        number = len(self.good) + 1
        self.good.append((number, payload.replace(b'"prev":%d,' % (number - 1), b"", 1)))

    def refused(self):
        return sum(total for total, in self.storage.query("SELECT total FROM refusal"))

    def look_at_everything(self):
        for look in (query.gateways, query.hours, query.holes, query.alarms, query.refused):
            for line in look(self.storage):
                line.encode()
        list(verify.findings(self.storage))
        holes.find(self.storage, self.subscriber.log.say, everything=True)
        holes.due(self.storage, 0, 0, 3)

    def check(self):
        """Nothing is lost, and nothing will come again."""
        self.subscriber.commit()
        self.assertEqual(sorted(self.connection.acknowledged), list(range(1, self.identifier + 1)))
        kept = [(seq, bytes(body)) for seq, body in
                self.storage.query("SELECT seq, body FROM record WHERE gateway=? ORDER BY seq", [HONEST])]
        self.assertEqual(kept, self.good)

    # --- the table

    def test_each_record_of_the_table_is_refused_and_its_neighbours_are_kept(self):
        for name, (topic, payload) in hostile.RECORDS.items():
            with self.subTest(name):
                before = self.refused()
                self.send_good()
                self.send(topic, payload)
                self.send_good()
                self.check()
                self.assertEqual(self.refused(), before + 1)
                self.assertEqual(self.storage.query("SELECT seq FROM record WHERE gateway<>?", [HONEST]), [])
        self.look_at_everything()

    def test_each_text_of_the_table_is_refused_and_what_was_retained_stays(self):
        self.send("cems/v1/g/status", b'{"online":true}')
        self.send("cems/v1/g/alarms", b"[]")
        for name, (part, payload) in hostile.TEXTS.items():
            with self.subTest(name):
                before = self.refused()
                self.send(f"cems/v1/g/{part}", payload)
                self.check()
                self.assertEqual(self.refused(), before + 1)
        self.assertEqual(self.storage.query("SELECT status, alarms FROM gateway WHERE id='g'"), [('{"online":true}', "[]")])
        self.look_at_everything()

    def test_contents_that_mislead_are_kept_and_called_unreadable(self):
        for name, (kind, place, more) in hostile.CONTENTS.items():
            with self.subTest(name):
                number = len(self.good) + 1
                self.keep(*hostile.message(number, number - 1, kind, gateway=HONEST, place=place, **more))
                self.check()
        self.assertEqual(self.refused(), 0)
        self.look_at_everything()
        verdicts = list(verify.findings(self.storage))
        for seq, (kind, _, _) in enumerate(hostile.CONTENTS.values(), 1):
            if kind != "hour":
                told = [verdict for _, found, _, verdict in verdicts if found == seq]
                self.assertTrue(told and all(verdict.startswith("unreadable") for verdict in told), (seq, told))
        self.assertIn("cannot be read", "".join(query.hours(self.storage)))

    def test_one_gateway_cannot_speak_for_another(self):
        for topic in ("cems/v1/mallory/live/v1/g/live/stack-1/minute", "cems/v1/mallory/live/v1/g/status"):
            self.send(topic, hostile.GOOD)
        self.check()
        self.assertEqual(self.storage.query("SELECT gateway, total FROM refusal"), [("mallory", 2)])

    def test_a_topic_that_is_not_utf8(self):
        self.send(b"cems/v1/g/live/\xff/minute", hostile.GOOD)
        self.send_good()
        self.check()
        self.assertEqual(self.refused(), 1)

    # --- what gateways send is not refused

    def test_what_a_gateway_sends_is_kept(self):
        extras = [{"data": {"total": 18446744073709551615, "scaled": 1844674407370955161500000000000, "prev": 3, "small": 5e-324}},
                  {"frame": "##0123\u0000\r\n"}, {"quality": ["1号烟囱", "\U0001f525"]},
                  {"data": {str(n): {"Avg": n} for n in range(2000)}}]
        for extra in extras:
            number = len(self.good) + 1
            self.keep(*hostile.message(number, number - 1, gateway=HONEST, **extra))
        self.check()
        self.assertEqual(self.refused(), 0)

    def test_an_empty_status_or_alarms_takes_the_retained_one_away(self):
        alarm = [{"severity": "alarm", "rule": "L1", "since": 0, "message": "m"}]
        self.send("cems/v1/g/status", b'{"online":true}')
        self.send("cems/v1/g/alarms", json.dumps(alarm).encode())
        self.assertIn("online", *query.gateways(self.storage))
        self.assertEqual(len(list(query.alarms(self.storage))), 1)
        self.send("cems/v1/g/status", b"")
        self.send("cems/v1/g/alarms", b"")
        self.assertIn("unknown", *query.gateways(self.storage))
        self.assertEqual(list(query.alarms(self.storage)), [])
        self.assertEqual(self.refused(), 0)

    # --- acknowledged, once

    def test_a_message_of_qos_0_is_kept_and_not_acknowledged(self):
        self.send_good()
        topic, payload = hostile.message(2, 1)
        self.send(topic, payload, qos=0)
        self.send(topic, b"{", qos=0)
        self.subscriber.commit()
        self.assertEqual(self.connection.acknowledged, [1])
        self.assertEqual(self.storage.query("SELECT COUNT(*) FROM record"), [(2,)])

    def test_nothing_is_acknowledged_before_it_is_committed(self):
        self.send_good()
        self.send(hostile.TOPIC, b"{")
        self.assertEqual((self.connection.acknowledged, self.refused()), ([], 0))
        self.check()

    def test_a_row_that_the_database_itself_does_not_take_is_refused_alone(self):
        self.forbid(13_000)
        for _ in range(12):
            self.send_good()
        self.send(*hostile.message(13_000, 12_000))
        self.send(hostile.TOPIC, b"{")
        for _ in range(16):
            self.send_good()
        self.check()
        self.assertEqual(sorted(self.storage.query("SELECT reason, total FROM refusal")),
                         [("not JSON", 1), ("the database does not take it", 1)])

    def forbid(self, seq):
        with self.storage.transaction() as run:
            run(f"CREATE TRIGGER no BEFORE INSERT ON record WHEN NEW.seq={seq} BEGIN SELECT RAISE(ABORT, 'no'); END")

    def test_what_a_database_already_holds_stops_no_look(self):
        for column, text in (("status", '{"online":[]}'), ("alarms", "[{}]"), ("alarms", "["), ("alarms", "")):
            self.storage.remember("g", column, text)
            self.look_at_everything()
        kinds = ("hour", "audit", "rates", "counts")
        bodies = [b"", b"[]", b"[" * 100_000, b"\xff", b'{"data":1e400,"event":1e400}',
                  b'{"event":{"name":"digest","after":"\\ud800"}}']
        for seq, (kind, body) in enumerate(itertools.product(kinds, bodies), 1):
            self.storage.ingest([Row("g", seq, seq - 1, "stack-1", kind, 2**62, 0, 0, body)])
        self.look_at_everything()

    # --- told, within bounds

    def test_a_flood_fills_neither_the_log_nor_the_database(self):
        for number in range(1000):
            self.send(f"cems/v1/g/live/place-{number}/minute", b"{" + b"x" * 100_000)
        self.send("cems/v1/other/live/stack-1/minute", b"{")
        self.check()
        self.assertEqual(sum(total for total, in self.storage.query("SELECT total FROM refusal WHERE gateway='g'")), 1000)
        sizes = [size for size, in self.storage.query(
            "SELECT LENGTH(payload) FROM refused WHERE topic<>?", ["cems/v1/other/live/stack-1/minute"])]
        self.assertEqual(sizes, [KEPT_BYTES] * KEPT)
        self.assertEqual(len(self.lines), 20)
        self.subscriber.log.sum_up(at_once=True)
        self.assertEqual(json.loads(self.lines[-1]), {"event": "more", "of": "refused", "count": 981})
        lines = list(query.refused(self.storage))
        self.assertEqual(len(lines), 2)
        self.assertIn("1000 × not JSON", lines[0])
        self.assertIn("cems/v1/g/live/place-999/minute", lines[0])

    def test_the_log_tells_more_when_its_time_is_over(self):
        now, lines = 0, []
        log = Log(most=2, seconds=60, clock=lambda: now, write=lines.append)
        for _ in range(5):
            log.say("refused")
        log.say("answer")
        now = 60
        log.say("refused")
        self.assertEqual([json.loads(line) for line in lines], [
            {"event": "refused"}, {"event": "refused"}, {"event": "answer"},
            {"event": "more", "of": "refused", "count": 3}, {"event": "refused"}])

    def test_how_much_was_refused_stands_beside_the_gateway(self):
        self.send_good()
        self.send(f"cems/v1/{HONEST}/live/stack-1/minute", b"{")
        self.check()
        self.assertTrue(next(query.gateways(self.storage)).endswith("refused: 1"))

    def test_a_contradiction_is_counted_too(self):
        self.send_good()
        self.send(*hostile.message(1, 0, gateway=HONEST, ts=5))
        self.check()
        self.assertEqual(self.storage.query("SELECT gateway, reason, total FROM refusal"), [(HONEST, "contradicts the kept record", 1)])

    def test_foreign_text_steers_no_terminal_and_no_log(self):
        nasty = "\x1b[2J\u202e\x9b"
        self.send("cems/v1/g/alarms", json.dumps([{"severity": "alarm", "rule": "L1", "since": 0, "message": nasty}]).encode())
        self.send(f"cems/v1/g/live/{nasty}/minute", hostile.GOOD)
        self.send("cems/v1/g/reply", json.dumps({"id": None, "error": nasty}, ensure_ascii=True).encode())
        self.check()
        for line in [*self.lines, *map(shown, query.alarms(self.storage)), *query.refused(self.storage)]:
            self.assertTrue(line.isprintable(), line)

    # --- the generator

    def test_generated_messages(self):
        for seed in range(5):
            with self.subTest(seed=seed):
                chance = random.Random(seed)
                before = self.refused()
                for topic, payload in hostile.Generator(chance).messages(1000):
                    self.send(topic, payload)
                    if chance.randrange(10) == 0:
                        self.send_good()
                self.check()
                self.assertGreater(self.refused(), before + 100)
                self.look_at_everything()
        # A process that is started again finds the same.
        self.subscriber.storage.backend.connection.close()
        total, self.identifier = self.identifier, 0
        self.start()
        self.send_good()
        self.check()
        self.look_at_everything()
        self.assertGreater(total, 5000)


@unittest.skipUnless(POSTGRES, "PLATFORM_TEST_POSTGRES is not set")
class PostgreSQLHostileTests(HostileTests):
    def url(self):
        storage = Storage(POSTGRES)
        with storage.transaction(alone=True) as run:
            run("DROP TRIGGER IF EXISTS no ON record")
            run("TRUNCATE record, gateway, hole, refused, refusal")
        storage.backend.connection.close()
        return POSTGRES

    def forbid(self, seq):
        with self.storage.transaction() as run:
            run("CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RAISE EXCEPTION check_violation; END'")
            run(f"CREATE TRIGGER no BEFORE INSERT ON record FOR EACH ROW WHEN (NEW.seq={seq}) EXECUTE FUNCTION no()")


if __name__ == "__main__":
    unittest.main()
