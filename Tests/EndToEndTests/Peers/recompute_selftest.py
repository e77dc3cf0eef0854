"""Tests of recompute.py: published vectors and cases computed by hand. `recompute.py --self-test` runs them."""

import io
import json
import unittest

import yaml

from recompute import recompute
from recompute_formulas import at_standard_state, converted, dried, dry_standard_flow, pitot_velocity
from recompute_parts import commonest
from recompute_rounding import rounded
from recompute_settings import Factor, Stack

HOUR = 1_795_219_200_000        # 2026-11-21 08:00 in China
MINUTE = 60_000


def configuration(outlet, poll="5s", zone="Asia/Shanghai", gateway=""):
    return yaml.safe_load(f"""
        gateway: {{ id: g, timezone: {zone} {gateway} }}
        buses:
          - id: b
            tcp: 127.0.0.1:502
            devices: [{{ id: d, unit: 1, poll: {poll}, registers: [] }}, {{ id: slow, unit: 2, poll: 5m, registers: [] }}]
        outlets: [{{ id: o, st: "31", {outlet} }}]
        """)


def sample(ts, factor, value, flag="N"):
    return {"ts": ts, "outlet": "o", "factor": factor, "value": value, "flag": flag}


def every(start, seconds, minutes, **values):
    """The same values every so many seconds."""
    return [
        sample(start + at * 1000, factor, value) for at in range(0, minutes * 60, seconds)
        for factor, value in values.items()]


def run(document, samples):
    output = io.StringIO()
    recompute(document, [json.dumps(each) for each in sorted(samples, key=lambda each: each["ts"])], output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def of(records, kind, factor, index=0):
    return [record for record in records if record["kind"] == kind][index]["data"].get(factor)


class Formulas(unittest.TestCase):
    """The vectors of the reference."""

    def test_state_and_basis(self):
        self.assertAlmostEqual(at_standard_state(100, 273, 120, -0.5, 98.5), 148.840, 3)
        self.assertAlmostEqual(at_standard_state(100, 273.15, 120, -0.5, 98.5), 148.815, 3)
        self.assertAlmostEqual(dried(30, 8), 32.609, 3)
        self.assertAlmostEqual(dried(5.5, 8), 5.978, 3)

    def test_conversion(self):
        stack = Stack({"reference_oxygen": 6})
        self.assertAlmostEqual(converted(stack, 28.0, 6.8, False), 29.577, 3)
        self.assertAlmostEqual(converted(Stack({"reference_oxygen": 9}), 28.0, 6.8, False), 23.662, 3)
        self.assertAlmostEqual(converted(Stack({"excess_air": 1.4}), 28.0, 6.8, False), 29.577, 3)
        self.assertAlmostEqual(converted(stack, 10, 20.5, False), 150)
        self.assertIsNone(converted(stack, 10, 19, True))
        self.assertAlmostEqual(converted(stack, 10, 19, False), 75)
        self.assertAlmostEqual(converted(stack, 10, 18.9, True), 71.42857, 5)
        self.assertIsNone(converted(stack, 10, None, False))
        self.assertEqual(converted(Stack({"reference_oxygen": 6, "oxygen_cap_action": "use_measured"}), 10, 20.5, False), 10)
        self.assertIsNone(converted(Stack({"reference_oxygen": 6, "oxygen_cap_action": "null"}), 10, 20.5, False))

    def test_flow(self):
        actual = 12.566 * 1.02 * 12.5
        self.assertAlmostEqual(actual * 3600, 576_779.4, 1)
        self.assertAlmostEqual(dry_standard_flow(actual, 273, 120, -0.5, 98.5, 8) * 3600, 356_514.4, 1)
        self.assertAlmostEqual(dry_standard_flow(actual, 273.15, 120, -0.5, 98.5, 8) * 3600, 356_574.2, 1)
        self.assertAlmostEqual(pitot_velocity(Stack({}), 273, 0.090, 120, -0.5, 98.5), 11.877, 3)

    def test_rounding(self):
        numbers = (50.05, 50.15, 50.25, -0.04, 49.95, -50.05, -50.15, 50.0500001, 0.05, -0.05)
        texts = [rounded(number, 1) for number in numbers]
        self.assertEqual(texts, ["50.0", "50.2", "50.2", "-0.0", "50.0", "-50.0", "-50.2", "50.1", "0.0", "-0.0"])
        self.assertEqual([rounded(number, 1, "ROUND_HALF_UP") for number in (50.05, -50.05)], ["50.1", "-50.1"])
        # Twelve times 50.15 or 50.05, added up and divided.
        self.assertEqual([rounded(number, 1) for number in (50.149999999999984, 50.050000000000004)], ["50.2", "50.0"])
        self.assertEqual([rounded(number, 1) for number in (50.14999999999, 50.05000000001)], ["50.1", "50.1"])
        self.assertEqual([rounded(number, 0) for number in (0.5, 1.5, 2.5)], ["0", "2", "2"])
        self.assertEqual(rounded(1234567.891, None), "1234568.0")

    def test_letters(self):
        self.assertEqual(commonest("NNMDDM"), "D")
        self.assertEqual(commonest("CCMM"), "M")
        self.assertEqual(commonest("TBBT"), "B")
        self.assertEqual(commonest("NN"), "N")

    def test_samples_due(self):
        for interval, needed in ((1_000, 12), (5_000, 12), (6_000, 8), (10_000, 5), (20_000, 3), (30_000, 2), (45_000, 1)):
            self.assertEqual(Factor({"code": "x", "from": "d.x"}, interval).samples_needed(), needed, interval)


class Gas(unittest.TestCase):
    STACK = (
        "stack: { area: 12.566, velocity_coefficient: 1.02, reference_oxygen: 6, atmospheric_pressure: 98500 }, factors: ["
        "{ code: a21026, from: d.a, converted: true, range: [0, 100] }, { code: a19001, from: d.b }, "
        "{ code: a01011, from: d.c }, { code: a01012, from: d.d }, { code: a01013, from: d.e }, { code: a01014, from: d.f }, "
        "{ code: a05001, from: d.g, unit: percent }]")
    VALUES = {"a21026": 28.0, "a19001": 6.8, "a01011": 12.5, "a01012": 120, "a01013": -0.5, "a01014": 8, "a05001": 12.0}

    def test_hour_of_the_reference(self):
        records = run(configuration(self.STACK), every(HOUR, 5, 60, **self.VALUES))
        self.assertEqual([record["kind"] for record in records], ["minute"] * 60 + ["hour"])
        self.assertEqual(records[-1]["dataTime"], "20261121080000")
        gas = of(records, "hour", "a21026")
        self.assertEqual((gas["Avg"], gas["ZsAvg"], gas["Cou"], gas["Count"]), (28.0, 29.58, 9.982, 60))
        flow = of(records, "hour", "a00000")
        self.assertEqual(flow["Avg"], 99.0)
        self.assertAlmostEqual(flow["Cou"], 356_514.4, delta=0.05)
        # 12 % of CO2, with M = 44.01.
        self.assertAlmostEqual(of(records, "hour", "a05001")["Cou"], 84_035.5 * 44.01 / 44, delta=1)
        self.assertEqual(of(records, "minute", "a21026")["Cou"], 0.166)
        self.assertNotIn("Valid", gas)

    def test_minutes_of_an_hour(self):
        for minutes, is_valid in ((44, False), (45, True)):
            samples = every(HOUR, 5, minutes, **self.VALUES)
            samples += [sample(each["ts"], each["factor"], each["value"], "C") for each in every(
                HOUR + minutes * MINUTE, 5, 60 - minutes, **self.VALUES)]
            gas = of(run(configuration(self.STACK), samples), "hour", "a21026")
            self.assertEqual(gas.get("Valid", True), is_valid)
            self.assertEqual(gas.get("Reason"), None if is_valid else "44 valid minutes")
            self.assertEqual((gas["Flag"], gas["Count"], gas["Avg"]), ("N" if is_valid else "C", minutes, 28.0))

    def test_eleven_samples(self):
        gas = of(run(configuration(self.STACK), every(HOUR, 5, 2, **self.VALUES)[7:]), "minute", "a21026")
        self.assertEqual((gas["Valid"], gas["Reason"], gas["Avg"]), (False, "11 good samples", 28.0))

    def test_numbers_that_are_no_measurement(self):
        samples = every(HOUR, 5, 2, **self.VALUES)
        gas = [each for each in samples if each["factor"] == "a21026"]
        gas[3]["value"], gas[5]["value"] = -9999, -10
        minute = of(run(configuration(self.STACK), samples), "minute", "a21026")
        self.assertEqual((minute["Avg"], minute["Min"], minute["Count"]), (24.55, -10, 11))
        self.assertEqual((minute["Flag"], minute["Reason"]), ("N", "11 good samples"))
        document = configuration("factors: [{ code: a21026, from: d.a, slope: 2, intercept: -8, range: [4, 20] }]")
        records = run(document, every(HOUR, 5, 1, a21026=20) + every(HOUR + MINUTE, 5, 1, a21026=2.39) +
                      every(HOUR + 2 * MINUTE, 5, 1, a21026=20.1))
        minutes = [record["data"]["a21026"] for record in records]
        self.assertEqual([minute.get("Avg") for minute in minutes], [32, None, None])
        self.assertEqual([minute["Flag"] for minute in minutes], ["N", "D", "T"])

    def test_conditions_that_gas_cannot_have(self):
        for code, number, is_possible in (
                ("a01014", -1, True), ("a01014", -1.1, False), ("a01014", 99, True), ("a01014", 99.99, False),
                ("a01011", -0.5, True), ("a01011", -2, False), ("a01012", 2000, True), ("a01012", -51, False)):
            records = run(configuration(self.STACK), every(HOUR, 5, 2, **{**self.VALUES, code: number}))
            flow, gas = of(records, "minute", "a00000"), of(records, "minute", "a21026")
            self.assertEqual(("Avg" in flow, flow.get("Valid", True)), (is_possible, is_possible), (code, number))
            self.assertEqual(("Cou" in gas, gas.get("Valid", True)), (is_possible, True))
            self.assertNotIn("Valid", of(records, "minute", code))
        samples = every(HOUR, 5, 2, **self.VALUES)
        next(each for each in samples if each["factor"] == "a01014")["value"] = 150
        calm, disturbed = (
            of(run(configuration(self.STACK), each), "minute", "a00000") for each in (every(HOUR, 5, 2, **self.VALUES), samples))
        self.assertEqual((disturbed["Avg"], disturbed["Count"], disturbed["Valid"]), (calm["Avg"], 11, False))

    MEASURED = "factors: [{ code: a21026, from: d.a }, { code: a00000, from: d.b }]"

    def test_flow_meter_below_zero(self):
        records = run(configuration(self.MEASURED), every(HOUR, 5, 60, a21026=30, a00000=-10))
        for kind in ("minute", "hour"):
            flow, gas = of(records, kind, "a00000"), of(records, kind, "a21026")
            self.assertEqual((flow["Avg"], "Cou" in flow, flow["CouValid"]), (-10, False, False))
            self.assertEqual(("Cou" in gas, gas["CouReason"]), (False, "impossible a00000"))
            self.assertEqual(flow["CouReason"], "impossible a00000")
        # Half an hour forwards, and half of it backwards: nobody knows what flowed then.
        samples = every(HOUR, 5, 30, a00000=10) + every(HOUR + 30 * MINUTE, 5, 30, a00000=-10) + every(HOUR, 5, 60, a21026=30)
        records = run(configuration(self.MEASURED), samples)
        flow, gas = of(records, "hour", "a00000"), of(records, "hour", "a21026")
        self.assertEqual((flow["Avg"], flow["Cou"], flow["CouReason"]), (0, 18_000, "30 valid minutes"))
        self.assertEqual((gas["Cou"], gas["CouReason"]), (0.54, "no valid a00000"))

    def test_velocity_a_little_below_zero(self):
        records = run(configuration(self.STACK), every(HOUR, 5, 60, **{**self.VALUES, "a01011": -0.5}))
        for kind in ("minute", "hour"):
            flow, gas = of(records, kind, "a00000"), of(records, kind, "a21026")
            self.assertEqual((flow["Avg"], flow["Cou"], gas["Cou"], "CouValid" in flow, "CouValid" in gas), (0, 0, 0, False, False))
        samples = every(HOUR, 5, 30, **self.VALUES)
        samples += every(HOUR + 30 * MINUTE, 5, 30, **{**self.VALUES, "a01011": -0.9})
        records = run(configuration(self.STACK), samples)
        # Half of what flows at 12.5 m/s in an hour.
        self.assertAlmostEqual(of(records, "hour", "a00000")["Cou"], 356_514.4 / 2, delta=0.05)
        self.assertEqual(of(records, "hour", "a21026")["Cou"], 4.991)

    def test_gas_below_zero(self):
        for drift in (-0.5, -20):
            gas = of(run(configuration(self.MEASURED), every(HOUR, 5, 60, a21026=drift, a00000=10)), "hour", "a21026")
            self.assertEqual((gas["Avg"], gas["Cou"]), (drift, 0))

    def test_oxygen_in_calibration(self):
        samples = [
            {**each, "flag": "C"} if each["factor"] == "a19001" else each for each in every(HOUR, 5, 2, **self.VALUES)]
        gas = of(run(configuration(self.STACK), samples), "minute", "a21026")
        self.assertNotIn("Valid", gas)
        self.assertNotIn("ZsAvg", gas)
        self.assertEqual((gas["ZsValid"], gas["ZsReason"], gas["Cou"]), (False, "no valid a19001", 0.166))

    def test_oxygen_with_too_few_samples(self):
        samples = [each for each in every(HOUR, 5, 2, **self.VALUES) if each["factor"] != "a19001" or each["ts"] % 10_000]
        gas = of(run(configuration(self.STACK), samples), "minute", "a21026")
        self.assertEqual((gas["ZsAvg"], gas["ZsMin"], gas["ZsValid"]), (29.58, 29.58, False))

    def test_mark_at_the_start_of_a_minute(self):
        marks = [{"ts": HOUR + at, "outlet": "o", "mark": mark} for at, mark in ((60_000, "F"), (150_000, "St"), (240_001, "N"))]
        records = run(configuration(self.STACK), every(HOUR, 5, 6, **self.VALUES) + marks)
        self.assertEqual([record.get("mark") for record in records], [None, "F", "F", "St", "St", None])

    def test_without_a_flow(self):
        samples = [{**each, "flag": "D"} if each["factor"] == "a01012" else each for each in every(HOUR, 5, 2, **self.VALUES)]
        records = run(configuration(self.STACK), samples)
        gas, flow = of(records, "minute", "a21026"), of(records, "minute", "a00000")
        self.assertEqual((gas["CouValid"], gas["CouReason"], flow["Reason"]), (False, "no valid a01012", "no valid a01012"))
        self.assertNotIn("Cou", gas)
        self.assertNotIn("Avg", flow)

    def test_over_range(self):
        samples = every(HOUR, 5, 2, **self.VALUES)
        for each in [each for each in samples if each["factor"] == "a21026"][:4]:
            each["value"] = 100.5
        gas = of(run(configuration(self.STACK), samples), "minute", "a21026")
        self.assertEqual((gas["Max"], gas["Count"], gas["Flag"], gas["Valid"]), (28.0, 8, "T", False))
        counting = of(run(configuration(self.STACK, gateway=", over_range_counts: true"), samples), "minute", "a21026")
        self.assertEqual((counting["Max"], counting["Count"]), (100.5, 12))

    def test_converted_of_means_or_mean_of(self):
        samples = every(HOUR, 5, 30, a21026=20, a19001=6) + every(HOUR + 30 * MINUTE, 5, 30, a21026=5, a19001=18)
        for method, value in (("of_means", 20.83), ("mean_of", 22.5)):
            document = configuration(
                f"stack: {{ reference_oxygen: 6, converted_method: {method} }}, factors: ["
                "{ code: a21026, from: d.a, converted: true }, { code: a19001, from: d.b }]")
            gas = of(run(document, samples), "hour", "a21026")
            self.assertEqual((gas["ZsAvg"], gas["ZsMin"], gas["ZsMax"]), (value, 20.0, 25.0))

    def test_conditions_at_an_instant(self):
        document = configuration(
            "factors: [{ code: a21026, from: d.a, basis: wet }, { code: a01014, from: d.b }]", poll="30s")
        humidity = [sample(HOUR + 10_000, "a01014", 50), sample(HOUR + 40_000, "a01014", 20)]
        gas = [sample(HOUR + at, "a21026", 8) for at in (5_000, 39_999, 40_000)]
        gas += [sample(HOUR + at, "a21026", 4) for at in (129_000, 131_000)]
        records = run(document, humidity + gas)
        first = of(records, "minute", "a21026")
        # At 5 s the earliest, though later; at 39.999 s that of 10 s; at 40 s that of the instant.
        self.assertEqual((first["Max"], first["Min"], first["Avg"]), (16.0, 10.0, 14.0))
        late = of(run(document, humidity + gas + [sample(HOUR + 180_000, "a21026", 1)]), "minute", "a21026", 2)
        # Of 40 s, 89 s and 91 s old: too old beyond 90 s.
        self.assertEqual((late["Count"], late["Avg"]), (1, 5.0))

    def test_actual_state_needs_a_temperature(self):
        document = configuration(
            "stack: { temperature: 120, static_pressure: -500, atmospheric_pressure: 98500 }, "
            "factors: [{ code: a34013, from: d.a, state: actual }]")
        self.assertEqual(of(run(document, every(HOUR, 5, 1, a34013=100)), "minute", "a34013")["Avg"], 148.8)
        document["outlets"][0]["stack"].pop("temperature")
        dust = of(run(document, every(HOUR, 5, 1, a34013=100)), "minute", "a34013")
        self.assertEqual((dust["Count"], dust["Reason"], "Avg" in dust), (0, "no valid a01012", False))

    def test_slope_and_parts_per_million(self):
        document = configuration(
            "factors: [{ code: a21026, from: d.a, unit: ppm, state: actual, slope: 2, intercept: -1 }, "
            "{ code: a21002, from: d.b, unit: ppm, ppm_factor: 2.05 }]")
        records = run(document, every(HOUR, 5, 1, a21026=5.5, a21002=40))
        self.assertEqual(of(records, "minute", "a21026")["Avg"], 28.6)
        self.assertEqual(of(records, "minute", "a21002")["Avg"], 82.0)

    def test_nitrogen_oxides(self):
        document = configuration(
            "factors: [{ code: a21002, from: computed, decimals: 3 }, { code: a21003, from: d.a }, { code: a21004, from: d.b }]")
        nox = of(run(document, every(HOUR, 5, 1, a21003=50, a21004=3)), "minute", "a21002")
        self.assertEqual((nox["Avg"], nox["Count"]), (79.658, 12))

    def test_stopped_plant(self):
        document = configuration(self.STACK)
        samples = every(HOUR, 5, 60, **{**self.VALUES, "a19001": 20.9})
        for minutes, mark in ((44, None), (45, "F")):
            marks = [{"ts": HOUR, "outlet": "o", "mark": "F"}, {"ts": HOUR + minutes * MINUTE, "outlet": "o", "mark": "N"}]
            records = run(document, marks + samples)
            self.assertEqual(records[-1].get("mark"), mark)
            gas = of(records, "hour", "a21026")
            self.assertEqual(gas.get("Reason"), "plant stopped" if mark else None)
            self.assertNotIn("ZsAvg", of(records, "minute", "a21026"))
            # Then it runs, and the oxygen is beyond the cap.
            self.assertEqual(of(records, "minute", "a21026", 50)["ZsAvg"], 420.0)
            self.assertFalse(gas["ZsValid"])


class Water(unittest.TestCase):
    OUTFALL = (
        "factors: [{ code: w00000, from: d.a }, { code: w01018, from: d.b }, { code: w01001, from: d.c }, "
        "{ code: w21003, from: d.d, cycle: 1h }]")

    def test_weighted_by_flow(self):
        # 40, 50, 60, 55 mg/L with 100, 120, 80, 0 m3: 49.33.
        samples = []
        for quarter, (mass, litres) in enumerate(((40, 100), (50, 120), (60, 80), (55, 0))):
            samples += every(HOUR + quarter * 15 * MINUTE, 5, 15, w01018=mass, w00000=litres / 0.9, w01001=7 + quarter)
        records = run(configuration(self.OUTFALL), samples)
        cod, ph = of(records, "hour", "w01018"), of(records, "hour", "w01001")
        self.assertEqual((cod["Avg"], cod["Cou"], cod["Count"]), (49.3, 14.8, 45))
        self.assertEqual((ph["Avg"], ph["Min"], ph["Max"]), (8.0, 7.0, 9.0))
        self.assertEqual(of(records, "hour", "w00000")["Cou"], 300.0)
        last = of(records, "minute", "w01018", 59)
        self.assertEqual((last["Valid"], last["Reason"], last["Cou"], "Avg" in last), (False, "no discharge", 0, False))

    def test_minute(self):
        samples = [sample(HOUR + at * 5_000, "w00000", 45 if at < 6 else 15) for at in range(12)]
        samples += [sample(HOUR + at * 5_000, "w01018", 40 if at < 6 else 80) for at in range(12)]
        records = run(configuration(self.OUTFALL), samples)
        self.assertEqual(of(records, "minute", "w01018")["Avg"], 50.0)
        self.assertEqual((of(records, "minute", "w00000")["Cou"], of(records, "minute", "w01018")["Cou"]), (1.8, 0.09))

    def test_mean_of_a_day_does_not_shrink_with_missing_minutes(self):
        samples = []
        for hour in range(24):
            start = HOUR + (16 + hour) * 60 * MINUTE
            samples += every(start, 5, 60, w00000=10) + every(start, 5, 50, w01018=40)
        self.assertEqual(of(run(configuration(self.OUTFALL), samples), "day", "w01018")["Avg"], 40.0)

    def test_water_stands_for_as_long_as_its_flow_is_known(self):
        samples = every(HOUR, 5, 60, w01018=40) + every(HOUR, 5, 59, w00000=0)
        cod = of(run(configuration(self.OUTFALL), samples), "hour", "w01018")
        self.assertEqual((cod["Avg"], cod["Count"], cod["Cou"]), (40, 1, 0))
        # One minute is due: its concentration is valid, its amount is not.
        self.assertNotIn("Valid", cod)
        self.assertEqual((cod["CouValid"], cod["CouReason"]), (False, "0 valid minutes of 1 due, no valid w00000"))

    def test_concentration_below_zero(self):
        records = run(configuration(self.OUTFALL), every(HOUR, 5, 60, w00000=10, w01018=-0.5))
        for kind in ("minute", "hour"):
            cod = of(records, kind, "w01018")
            self.assertEqual((cod["Avg"], cod["Cou"], "CouValid" in cod), (-0.5, 0, False))

    def test_batch_analyser(self):
        samples = every(HOUR, 5, 240, w00000=10)
        at = HOUR + 300_000
        # Told three times. The next hour has none, and at its end that one is 115 minutes old.
        samples += [sample(at, "w21003", 2.0), sample(at, "w21003", 2.0), sample(at, "w21003", 2.0)]
        samples += [sample(HOUR + 180 * MINUTE, "w21003", 4.0)]
        records = run(configuration(self.OUTFALL), samples)
        hours = [of(records, "hour", "w21003", index) for index in range(4)]
        self.assertEqual([hour["Count"] for hour in hours], [1, 0, 0, 1])
        self.assertEqual([hour.get("Valid", True) for hour in hours], [True, False, False, True])
        self.assertEqual([hour.get("Avg") for hour in hours], [2.0, None, None, 4.0])
        self.assertEqual(hours[0]["Cou"], 0.072)
        minutes = [record["data"].get("w21003", {}).get("Avg") for record in records if record["kind"] == "minute"]
        self.assertEqual([minutes[index] for index in (4, 5, 78, 79, 80, 179, 180)], [None, 2.0, 2.0, 2.0, None, None, 4.0])


class Periods(unittest.TestCase):
    def test_slow_source(self):
        document = configuration("factors: [{ code: a21026, from: slow.a }, { code: a01012, from: d.b }]")
        samples = every(HOUR, 5, 10, a01012=1) + [sample(HOUR + 60_000, "a21026", 7)]
        minutes = [record["data"]["a21026"] for record in run(document, samples)]
        self.assertEqual([minute["Count"] for minute in minutes], [0, 1] + [0] * 8)
        self.assertEqual([minute.get("Valid", True) for minute in minutes], [False] + [True] * 5 + [False] * 4)
        self.assertEqual([minute["Flag"] for minute in minutes], list("BNNNNNBBBB"))

    def test_silence(self):
        document = configuration("factors: [{ code: a01012, from: d.a }]")
        records = run(document, every(HOUR, 5, 30, a01012=1) + every(HOUR + 190 * MINUTE, 5, 50, a01012=2))
        hours = [record["data"]["a01012"] for record in records if record["kind"] == "hour"]
        self.assertEqual([hour["Reason"] for hour in hours[:3]], ["30 valid minutes", "0 valid minutes", "0 valid minutes"])
        self.assertEqual([hour["Flag"] for hour in hours], list("BBBN"))
        self.assertEqual([hour.get("Avg") for hour in hours], [1.0, None, None, 2.0])
        self.assertEqual(sum(record["kind"] == "minute" for record in records), 240)

    def test_day_month_and_year_end(self):
        # The last two days of a year, one sample every 30 s.
        start = 1_798_560_000_000        # 2026-12-30 in China
        document = configuration("factors: [{ code: a01012, from: d.a }]", poll="30s")
        records = run(document, every(start, 30, 20 * 60, a01012=10) + every(start + 1440 * MINUTE, 30, 24 * 60, a01012=20))
        days = [record for record in records if record["kind"] == "day"]
        self.assertEqual([(day["dataTime"], day["data"]["a01012"]["Count"]) for day in days],
                         [("20261230000000", 20), ("20261231000000", 24)])
        self.assertEqual([record["kind"] for record in records[-4:]], ["hour", "day", "month", "year"])
        month = of(records, "month", "a01012")
        self.assertEqual((month["Avg"], month["Reason"]), (15.0, "2 valid days"))
        self.assertEqual(of(records, "year", "a01012")["Reason"], "0 valid months")

    def test_only_whole_periods(self):
        document = configuration("factors: [{ code: a01012, from: d.a }]", poll="10s")
        self.assertEqual(run(document, every(HOUR, 10, 1, a01012=1)[:-1]), [])
        self.assertEqual(len(run(document, every(HOUR, 10, 1, a01012=1))), 1)

    def test_hour_that_comes_twice(self):
        # 2026-10-25 in Berlin: 02:00 summer time is 00:00 UTC, and 02:00 winter time an hour later.
        start = 1_792_886_400_000
        document = configuration("factors: [{ code: a01012, from: d.a }]", poll="30s", zone="Europe/Berlin")
        records = run(document, every(start - 120 * MINUTE, 30, 25 * 60, a01012=1))
        hours = [record for record in records if record["kind"] == "hour"]
        self.assertEqual([hour["dataTime"][8:10] for hour in hours[:5]], ["00", "01", "02", "02", "03"])
        day, = [record for record in records if record["kind"] == "day"]
        self.assertEqual((day["period"], day["data"]["a01012"]["Count"]), (90_000, 25))

    def test_minute_records_of_ten_minutes(self):
        document = configuration("factors: [{ code: a01012, from: d.a }]", gateway=", minute_interval: 10")
        samples = every(HOUR, 5, 7, a01012=1) + every(HOUR + 10 * MINUTE, 5, 8, a01012=2) + every(HOUR + 20 * MINUTE, 5, 1, a01012=3)
        minutes = [record["data"]["a01012"] for record in run(document, samples)]
        self.assertEqual([minute["Count"] for minute in minutes], [84, 96])
        self.assertEqual([minute.get("Reason") for minute in minutes], ["7 valid minutes", None])

    def test_one_instant_is_one_sample(self):
        document = configuration("factors: [{ code: a01012, from: d.a }]")
        samples = [sample(HOUR + 1_000, "a01012", value) for value in (3.3, 0.1, 7.7)] + every(HOUR, 5, 2, a01012=1)
        first = of(run(document, samples), "minute", "a01012")
        self.assertEqual((first["Count"], first["Max"], first["Min"]), (13, 3.3, 1))
        flagged = of(run(document, [sample(HOUR + 1_000, "a01012", 9.9, "D")] + samples), "minute", "a01012")
        self.assertEqual(flagged, first)

    def test_disorder_is_refused(self):
        document = configuration("factors: [{ code: a01012, from: d.a }]")
        lines = [json.dumps(sample(ts, "a01012", 1)) for ts in (HOUR + 1, HOUR)]
        with self.assertRaises(SystemExit):
            recompute(document, lines, io.StringIO())


def run_all():
    parts = ["meters", "standing", "faults", "bounds", "alarms"]
    names = [__name__, *(f"recompute_selftest_{part}" for part in parts)]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    return 0 if unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful() else 1
