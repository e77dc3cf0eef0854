"""Run with: python3 -m unittest discover -s tests   (PLATFORM_TEST_POSTGRES=postgresql://… repeats it with PostgreSQL)"""

import json
import os
import random
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

import gate
import holes
import query
import verify
from hostile import message
from records import Answer, read
from storage import Storage

POSTGRES = os.environ.get("PLATFORM_TEST_POSTGRES")


class RecordTests(unittest.TestCase):
    def test_body_is_what_was_journalled(self):
        found = read(*message(7, 5))
        self.assertEqual((found.gateway, found.seq, found.prev, found.place, found.kind), ("g", 7, 5, "stack-1", "minute"))
        self.assertEqual(found.body, b'{"v":1,"gateway":"g","seq":7,"outlet":"stack-1","kind":"minute","ts":1795227600000}')

    def test_only_prev_is_cut_out(self):
        topic, payload = message(7, 5, data={"prev": 5, "x": 1})
        payload = payload.replace(b'"seq":7,', b'"seq":7,"\\"prev":3,')      # the end of another key
        self.assertEqual(read(topic, payload).body, payload.replace(b',"prev":5,"outlet"', b',"outlet"'))

    def test_depth_is_counted_and_not_guessed(self):
        def nested(levels):
            return b"[" * levels + b"]" * levels
        gate.parse(nested(gate.DEEPEST))
        gate.parse(b"[" + b",".join([nested(gate.DEEPEST - 1)] * 9) + b"]")
        with self.assertRaises(gate.Refused):
            gate.parse(nested(gate.DEEPEST + 1))

    def test_topic_prefix_of_several_segments(self):
        topic, payload = message(7, 5)
        self.assertEqual(read("a/b/" + topic, payload, prefix="a/b/cems").seq, 7)


class StorageTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.storage = self.open()
        self.said = []

    def open(self):
        return Storage(self.folder.name + "/platform.db")

    def tearDown(self):
        self.storage.backend.connection.close()
        self.folder.cleanup()

    def ingest(self, *pairs, **more):
        return self.storage.ingest([read(*message(seq, prev, **more)) for seq, prev in pairs])

    def find(self, **options):
        self.said.clear()
        holes.find(self.storage, lambda event, **facts: self.said.append((event, facts["first"], facts["last"])), **options)
        return self.said

    def open_holes(self):
        return self.storage.query("SELECT first, last FROM hole WHERE state='open' ORDER BY last")

    # --- once, and unaltered

    def test_each_number_is_kept_once(self):
        self.assertEqual(self.ingest((1, 0), (2, 1), (2, 1)), (2, []))
        self.assertEqual(self.ingest((2, 1), (3, 2)), (1, []))
        self.assertEqual(self.storage.query("SELECT seq FROM record ORDER BY seq"), [(1,), (2,), (3,)])

    def test_another_record_with_a_kept_number_is_told_and_not_kept(self):
        self.ingest((1, 0))
        new, contradictions = self.ingest((1, 0), ts=5)
        self.assertEqual((new, [c.seq for c in contradictions]), (0, [1]))
        self.assertEqual(self.storage.query("SELECT ts FROM record"), [(1_795_227_600_000,)])

    def test_another_prev_is_no_contradiction(self):
        self.ingest((1, 0), (2, 1), (3, 2))
        self.assertEqual(self.ingest((3, 1)), (0, []))

    def test_a_failed_transaction_keeps_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.storage.transaction() as run:
            run("INSERT INTO gateway (id) VALUES (?)", ["x"])
            raise ZeroDivisionError
        self.assertEqual(self.storage.query("SELECT id FROM gateway"), [])

    # --- holes

    def test_numbers_of_other_kinds_are_no_holes(self):
        self.ingest((3, 0), (9, 3), (12, 9))
        self.assertEqual(self.find(), [])
        self.assertEqual(self.storage.query("SELECT checked FROM gateway"), [(12,)])

    def test_a_hole_opens_shrinks_splits_and_closes(self):
        self.ingest((1, 0), (10, 9))
        self.assertEqual(self.find(), [("hole opened", 2, 9)])
        self.ingest((2, 1))
        self.assertEqual((self.find(), self.open_holes()), ([], [(3, 9)]))
        self.ingest((5, 4))
        self.assertEqual((self.find(), self.open_holes()), ([("hole opened", 3, 4)], [(3, 4), (6, 9)]))
        self.ingest((4, 2), (9, 5))     # 3, 6, 7 and 8 are of kinds that this uplink does not carry
        self.assertEqual(sorted(self.find()), [("hole closed", 3, 4), ("hole closed", 6, 9)])
        self.assertEqual(self.open_holes(), [])

    def test_what_another_process_may_still_commit_is_no_hole_yet(self):
        self.ingest((1, 0), (5, 4))
        self.assertEqual(self.find(settle=60_000), [])
        self.assertEqual(self.storage.query("SELECT checked FROM gateway"), [(1,)])
        self.assertEqual(self.find(), [("hole opened", 2, 4)])
        # Told once, it is not taken back because a clock says something else.
        self.assertEqual(self.find(settle=60_000), [])

    def test_what_came_before_the_first_record_is_missing_too(self):
        self.ingest((8, 7))
        self.assertEqual(self.find(), [("hole opened", 1, 7)])

    def test_a_deleted_row_is_found_by_a_look_at_everything(self):
        self.ingest((1, 0), (2, 1), (3, 2), (4, 3))
        self.find()
        with self.storage.transaction() as run:
            run("DELETE FROM record WHERE seq=2")
        self.assertEqual(self.find(), [])
        self.assertEqual(self.find(everything=True), [("hole opened", 2, 2)])
        self.ingest((2, 1))
        self.assertEqual(self.find(), [("hole closed", 2, 2)])

    def test_any_order_of_arrival_ends_without_holes(self):
        for seed in range(30):
            with self.subTest(seed=seed):
                generator, gateway = random.Random(seed), f"g{seed}"
                numbers = sorted(generator.sample(range(1, 200), 60))
                pairs = list(zip(numbers, [0] + numbers))
                generator.shuffle(pairs)
                while pairs:
                    cut = generator.randint(1, 12)
                    self.ingest(*pairs[:cut], gateway=gateway)
                    pairs = pairs[cut:]
                    self.find()
                    missing = {number for number, _ in pairs}
                    spans = self.storage.query("SELECT first, last FROM hole WHERE state='open' AND gateway=?", [gateway])
                    covered = {n for first, last in spans for n in range(first, last + 1)}
                    self.assertLessEqual({n for n in missing if n < max(set(numbers) - missing)}, covered)
                    self.assertFalse(covered & (set(numbers) - missing))
                self.assertEqual(spans, [])

    # --- asking for them

    def test_a_hole_is_asked_for_once_then_again_then_given_up(self):
        self.ingest((1, 0), (5, 4))
        self.find()
        self.assertEqual(holes.due(self.storage, 60_000, 0, 2), [])
        (gateway, request), = holes.due(self.storage, 0, 600_000, 2)
        request = json.loads(request)
        self.assertEqual((gateway, request["name"], request["args"]), ("g", "replay", {"from_seq": 2, "to_seq": 4}))
        self.assertEqual(holes.due(self.storage, 0, 600_000, 2), [])
        text = json.dumps({"id": request["id"], "ok": False, "error": "no"})
        holes.answered(self.storage, Answer("g", request["id"], text))
        holes.answered(self.storage, Answer("g", "", "to nobody"))
        self.assertIn("no", self.storage.query("SELECT answer FROM hole")[0][0])
        self.assertEqual(len(holes.due(self.storage, 0, 0, 2)), 1)
        self.assertEqual(holes.due(self.storage, 0, 0, 2), [])
        self.assertEqual(self.storage.query("SELECT state FROM hole"), [("given up",)])
        # It no longer holds up the looks, and closes when its records come after all.
        self.find()
        self.assertEqual(self.storage.query("SELECT checked FROM gateway"), [(5,)])
        self.ingest((4, 1))
        self.assertEqual(self.find(everything=True), [("hole closed", 2, 4)])

    def ask(self, **options):
        options = {"patience": 0, "retry": 600_000, "tries": 9, **options}
        return [(gateway, json.loads(request)["args"]) for gateway, request in holes.due(self.storage, **options)]

    def test_one_hole_of_each_gateway_at_a_time_and_all_in_turn(self):
        for gateway in ("g", "h"):
            self.ingest((1, 0), (5, 4), (9, 8), gateway=gateway)
        self.find()
        low, high = {"from_seq": 2, "to_seq": 4}, {"from_seq": 6, "to_seq": 8}
        self.assertEqual(self.ask(), [("g", low), ("h", low)])
        self.assertEqual(self.ask(), [])
        self.ingest((4, 1), gateway="h")        # done: the next one may be asked for
        self.find()
        self.assertEqual(self.ask(), [("h", high)])
        time.sleep(0.002)
        self.assertEqual(self.ask(retry=0), [("g", high), ("h", high)])
        time.sleep(0.002)
        self.assertEqual(self.ask(retry=0)[0], ("g", low))

    def test_a_long_hole_is_asked_for_in_pieces(self):
        self.ingest((1, 0), (300_002, 300_001))
        self.find()
        self.assertEqual(self.ask(), [("g", {"from_seq": 2, "to_seq": 100_001})])
        time.sleep(0.002)
        self.ingest(*[(n, n - 1) for n in range(2, 12)])
        self.find()
        self.assertEqual(self.ask(), [("g", {"from_seq": 12, "to_seq": 100_011})])

    def test_a_given_up_hole_that_shrinks_is_hoped_for_again(self):
        self.ingest((1, 0), (9, 8))
        self.find()
        self.assertEqual(self.ask(tries=0), [])
        self.assertEqual(self.open_holes(), [])
        self.ingest((2, 1))
        self.find(everything=True)
        self.assertEqual(self.open_holes(), [(3, 8)])

    # --- proof

    def digest(self, seqs, kind="minute", after="0", through="9", before="0" * 64):
        current = before
        for seq, ts, row_kind, place, body in self.storage.query(
                "SELECT seq, ts, kind, place, body FROM record WHERE kind=? AND seq>=? ORDER BY seq", [kind, seqs[0]]):
            current = verify.link(current, seq, ts, row_kind, place, bytes(body))
        event = {"name": "digest", "after": after, "through": through,
                 kind: f"{len(seqs)} {seqs[0]} {seqs[-1]} {before} {current}"}
        if after == "0":
            event["hour"] = f"1 4 4 {'0' * 64} {'1' * 64}"
        self.storage.ingest([read(*message(int(through) + 1, seqs[-1], kind="audit", place="_gateway", event=event))])
        return current

    def verdicts(self):
        return [(what, verdict) for _, _, what, verdict in verify.findings(self.storage)]

    def test_digests(self):
        self.ingest((1, 0), (2, 1), (3, 2))
        self.digest([1, 2, 3])
        self.assertEqual(self.verdicts(), [("digest minute", "good"), ("digest hour", "absent")])
        with self.storage.transaction() as run:
            run("UPDATE record SET body=? WHERE seq=2", [b"{}"])
        self.assertEqual(self.verdicts()[0], ("digest minute", "altered"))
        with self.storage.transaction() as run:
            run("DELETE FROM record WHERE seq=2")
        self.assertEqual(self.verdicts()[0], ("digest minute", "incomplete: 2 of 3"))

    def test_digests_follow_one_another(self):
        self.ingest((1, 0), (2, 1))
        first = self.digest([1, 2])
        self.ingest((20, 2))
        second = self.digest([20], after="9", through="30", before=first)
        self.assertEqual([verdict for _, verdict in self.verdicts()], ["good", "absent", "good"])
        # Numbers that no digest covers, and a chain that begins anew.
        self.ingest((50, 20))
        self.digest([50], after="40", through="60", before=second)
        self.assertEqual(self.verdicts()[-1], ("digest coverage", "incomplete: no digest covers 31…40"))
        self.ingest((70, 50))
        self.digest([70], after="60", through="80")
        self.assertEqual(self.verdicts()[-1][0], "digest minute chain")
        self.assertTrue(self.verdicts()[-1][1].startswith("altered"))

    def test_the_hash_of_the_documentation(self):
        # The vector of any other implementation: sha256 of the line and the body.
        self.assertEqual(verify.link(verify.ZERO, 1, 5, "minute", "a", b"{}"),
                         "5e659b9f343bb641392a35085cf1f2dd5cb314e0774038ad180c80370cfb79e4")

    def test_rates(self):
        hour = 3_600_000
        day = {"uplinks": {"province": {"Due": 2, "Acknowledged": 2}}}
        self.ingest((1, 0), kind="hour", ts=0)
        self.storage.ingest([read(*message(3, 2, kind="rates", ts=0, period=86_400, day=day))])
        self.assertEqual(self.verdicts(), [("rates province", "incomplete: 1 of 2 hours")])
        self.ingest((2, 1), kind="hour", ts=hour)
        self.assertEqual(self.verdicts(), [("rates province", "good")])

    def test_counts(self):
        self.ingest((1, 0), (2, 1), (3, 2))
        uplinks = {"province": {"records": 4, "setAside": []}, "city": {"records": 4, "setAside": [4]}}
        counts = {"after": 0, "through": 4, "records": 4, "uplinks": uplinks}
        self.storage.ingest([read(*message(5, 3, kind="counts", place="_gateway", counts=counts))])
        self.assertEqual(self.verdicts(), [("counts province", "incomplete: 3 of 4 in 1…4"), ("counts city", "good")])
        self.assertEqual([what for _, _, what, _ in verify.findings(self.storage, "city")], ["counts city"])
        self.ingest((9, 3))
        counts = {"after": 6, "through": 9, "records": 1, "uplinks": {"city": {"records": 1, "setAside": []}}}
        self.storage.ingest([read(*message(10, 9, kind="counts", place="_gateway", counts=counts))])
        self.assertEqual(self.verdicts()[-1], ("counts coverage", "incomplete: no counts cover 5…6"))

    # --- looking at it

    def test_the_latest_hour_with_what_came_late(self):
        early = {"a21026": {"Avg": 1.5, "Flag": "N"}, "a34013": {"Flag": "D", "Valid": False, "Reason": "no sample"}}
        self.ingest((1, 0), kind="hour", data=early)
        self.ingest((2, 1), kind="hour", data={"a34013": {"Avg": 2.5, "Flag": "N"}})
        lines = list(query.hours(self.storage))
        self.assertEqual(len(lines), 2)
        self.assertIn("Avg 1.5", lines[0])
        self.assertIn("Avg 2.5", lines[1])

    def test_gateways_holes_and_alarms(self):
        self.ingest((1, 0), (5, 4))
        self.find()
        self.storage.remember("g", "status", '{"online":true}')
        self.storage.remember("g", "alarms", json.dumps(
            [{"severity": "alarm", "rule": "L1", "since": 0, "message": "SO2 over its limit"}]))
        self.assertIn("online   complete through 1 of 5", *query.gateways(self.storage))
        self.assertIn("2…4  open", *query.holes(self.storage))
        self.assertIn("SO2 over its limit", *query.alarms(self.storage))


@unittest.skipUnless(POSTGRES, "PLATFORM_TEST_POSTGRES is not set")
class PostgreSQLTests(StorageTests):
    def open(self):
        storage = Storage(POSTGRES)
        with storage.transaction(alone=True) as run:
            run("TRUNCATE record, gateway, hole, refused, refusal")
        return storage


if __name__ == "__main__":
    unittest.main()
