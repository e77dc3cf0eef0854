"""Tests of recompute.py: samples above the range, the greatest number, what is lost for want of another factor. By hand."""

import io
import json
import unittest

from recompute import recompute
from recompute_selftest import HOUR, MINUTE, configuration, every, of, run, sample
from recompute_selftest_alarms import alarms, by_minute, mark
from recompute_selftest_faults import minutes, state

WET = (
    "factors: [{ code: a21026, from: d.a, basis: wet, range: [0, 300], limits: [{ average: hour, max: 80 }] }, "
    "{ code: a01014, from: d.b }]")
OXIDES = (
    "factors: [{ code: a21003, from: d.a, range: [0, 300] }, { code: a21004, from: d.b, range: [0, 40] }, "
    "{ code: a21002, from: computed, decimals: 2, limits: [{ average: hour, max: 80 }] }]")


class AboveTheRange(unittest.TestCase):
    def test_dioxide(self):
        # 46 minutes of 1.533·50 + 3, and 14 of 1.533·50 + 40: 79.66 and 116.66.
        samples = by_minute([50] * 60, "a21003") + by_minute([3] * 46 + [90] * 14, "a21004")
        self.assertEqual(alarms(OXIDES, samples, {"L1"}), [(60, "L1", "raised", 88.29)])
        nox = of(run(configuration(OXIDES), samples), "hour", "a21002")
        self.assertEqual((nox["Avg"], nox["Count"]), (79.66, 46))

    def test_both_oxides(self):
        # The minutes have 1.533·300 + 40; without a valid NO2 beside it NO is not judged.
        oxide, dioxide = by_minute([50] * 46 + [400] * 14, "a21003"), by_minute([3] * 46 + [90] * 14, "a21004")
        bound = (46 * (46.01 / 30.01 * 50 + 3) + 14 * (46.01 / 30.01 * 300 + 40)) / 60
        self.assertEqual(alarms(OXIDES, oxide + dioxide, {"L1"}), [(60, "L1", "raised", round(bound, 2))])
        self.assertEqual(alarms(OXIDES, oxide + by_minute([3] * 46, "a21004"), {"L1"}), [])

    def test_condition_in_fault(self):
        samples = by_minute([20] * 46 + [350] * 14)
        self.assertEqual(alarms(WET, samples + by_minute([8] * 60, "a01014"), {"L1"})[0][:3], (60, "L1", "raised"))
        lost = [{**each, "flag": "D"} if each["ts"] >= HOUR + 46 * MINUTE else each for each in by_minute([8] * 60, "a01014")]
        self.assertEqual(alarms(WET, samples + lost, {"L1"}), [])

    def test_slow_source(self):
        # Every two minutes, 20 in the first 40 and then above the range: each sample counts for two minutes.
        document = configuration(
            "factors: [{ code: a21026, from: rare.a, range: [0, 300], limits: [{ average: hour, max: 80 }] }]")
        document["buses"][0]["devices"].append({"id": "rare", "unit": 3, "poll": "2m", "registers": []})
        samples = every(HOUR, 120, 46, a21026=20) + every(HOUR + 46 * MINUTE, 120, 14, a21026=350)
        samples += every(HOUR + 59 * MINUTE, 60, 1, a21026=350)
        output = io.StringIO()
        recompute(document, [json.dumps(each) for each in samples], io.StringIO(), output)
        told = [json.loads(line) for line in output.getvalue().splitlines()]
        self.assertEqual([(each["rule"], each["value"]) for each in told if each["rule"] == "L1"], [("L1", 85.33)])
        of_minute = minutes(run(document, samples), "a21026")
        self.assertEqual([minute["Flag"] for minute in of_minute[45:49]], ["N", "T", "T", "T"])
        self.assertEqual(("Avg" in of_minute[47], of_minute[47]["Reason"]), (False, "0 good samples"))

    def test_converted(self):
        # Of 46 minutes 20 · 15/(21 − 7.1667), the converted value of the hour, and of 14 300 · 15/10.
        outlet = (
            "stack: { reference_oxygen: 6 }, factors: [{ code: a21026, from: d.a, converted: true, range: [0, 300], "
            "limits: [{ average: hour, of: converted, max: 80 }] }, { code: a19001, from: d.b }]")
        samples = by_minute([20] * 46 + [350] * 14) + by_minute([6] * 46 + [11] * 14, "a19001")
        self.assertEqual(alarms(outlet, samples, {"L1"}), [(60, "L1", "raised", 121.63)])
        # Oxygen fails while it is above: no minute has a converted bound.
        samples = by_minute([20] * 46 + [350] * 14) + by_minute([6] * 46, "a19001")
        self.assertEqual(alarms(outlet, samples, {"L1"}), [])

    def test_day_of_water(self):
        # A meter counts 1 m3 every 12 minutes. Hours of 5 m3 with 40; then one of which 15 minutes are above the range of 100; then
        # one with two steps and 40 mg/L before them, and 80 behind, until at minute 48 it stands: its mean is 60, its mass 2 · 40 g.
        start = HOUR + 16 * 60 * MINUTE
        document = configuration(
            "factors: [{ code: w00000, from: d.a, meter: true }, "
            "{ code: w01018, from: d.b, range: [0, 100], limits: [{ average: day, max: 40 }] }]", poll="60s")
        above, low, end = 22 * 60 + 45, 23 * 60 + 24, 24 * 60
        numbers = [150 if above <= at < 23 * 60 else 80 if at >= low else 40 for at in range(end)]
        samples = [sample(start + at * MINUTE, "w01018", number) for at, number in enumerate(numbers)]
        samples += [sample(start + at * MINUTE, "w00000", 1000 + min(at + 1, low) // 12) for at in range(end)]
        output = io.StringIO()
        lines = [json.dumps(each) for each in sorted(samples, key=lambda each: each["ts"])]
        recompute(document, lines, io.StringIO(), output)
        told = [json.loads(line) for line in output.getvalue().splitlines()]
        bound = (22 * 5 * 40 + 5 * 55 + 2 * 40) / (22 * 5 + 5 + 2)
        self.assertEqual([each["value"] for each in told if each["rule"] == "L2"], [round(bound, 1)])

    def test_stopped_hour(self):
        outlet = "factors: [{ code: a21026, from: d.a, range: [0, 60], limits: [{ average: hour, max: 30 }] }]"
        samples = [sample(HOUR + at * 5_000, "a21026", 61 if at % 2 else 20) for at in range(12 * 60)]
        self.assertEqual(alarms(outlet, samples, {"L1"}), [(60, "L1", "raised", 40)])
        self.assertEqual(alarms(outlet, samples + [mark(0, "F"), mark(46, "N")], {"L1"}), [])


    def test_hour_without_discharge(self):
        # Of the twenty minutes with water the plant is stopped: nothing is due.
        outlet = (
            "factors: [{ code: w00000, from: d.a }, "
            "{ code: w01018, from: d.b, range: [0, 100], limits: [{ average: hour, max: 50 }] }]")
        samples = by_minute([10] * 20 + [0] * 40, "w00000") + by_minute([150] * 60, "w01018")
        self.assertEqual(alarms(outlet, samples, {"L1"}), [(60, "L1", "raised", 100)])
        self.assertEqual(alarms(outlet, samples + [mark(0, "F"), mark(20, "N")], {"L1"}), [])


class GreatestNumber(unittest.TestCase):
    OUTLET = (
        "stack: {{ reference_oxygen: 6, oxygen_cap_action: max, converted_method: {} }}, factors: ["
        "{{ code: a21026, from: d.a, converted: true, limits: [{{ average: hour, of: converted, max: 35 }}, "
        "{{ average: minute, of: converted, max: 90 }}] }}, {{ code: a19001, from: d.b }}]")

    def test_mean_of(self):
        for oxygen, value, told in (([6] * 59 + [21], 40, [(60, "L1", "raised", 40)]), ([21] * 60, 99999.99, [])):
            samples = by_minute([40] * 60) + by_minute(oxygen, "a19001")
            gas = of(run(configuration(self.OUTLET.format("mean_of")), samples), "hour", "a21026")
            self.assertEqual((gas["ZsAvg"], gas["ZsMax"], state(gas, "Zs")), (value, 99999.99, (True, None)))
            self.assertEqual(alarms(self.OUTLET.format("mean_of"), samples, {"L1", "L6"}), told)

    def test_instants_of_a_minute(self):
        samples = by_minute([40]) + [sample(HOUR + at * 5_000, "a19001", 21 if at % 2 else 6) for at in range(12)]
        gas = of(run(configuration(self.OUTLET.format("mean_of")), samples), "minute", "a21026")
        self.assertEqual((gas["ZsAvg"], gas["ZsMin"], gas["ZsMax"]), (40, 40, 99999.99))
        # Of the means 40 and 13.5.
        gas = of(run(configuration(self.OUTLET.format("of_means")), samples), "minute", "a21026")
        self.assertEqual((gas["ZsAvg"], gas["ZsMax"]), (80, 99999.99))

    def test_between_the_cap_and_21(self):
        samples = by_minute([4]) + by_minute([20.5], "a19001")
        self.assertEqual(of(run(configuration(self.OUTLET.format("paired")), samples), "minute", "a21026")["ZsAvg"], 120)


class LostParts(unittest.TestCase):
    OUTLET = WET.replace("range: [0, 300], limits: [{ average: hour, max: 80 }] }", "}")

    def hour(self, lost_humidity, lost_gas):
        """The humidity fails for the first minutes, the gas for so many after them."""
        samples = by_minute([None] * lost_humidity + [8] * (60 - lost_humidity), "a01014")
        samples += by_minute([20] * lost_humidity + [None] * lost_gas + [20] * (60 - lost_humidity - lost_gas))
        return of(run(configuration(self.OUTLET), samples), "hour", "a21026")

    def test_reason(self):
        self.assertEqual(state(self.hour(15, 0)), (True, None))
        self.assertEqual(state(self.hour(16, 0)), (False, "44 valid minutes, no valid a01014"))
        self.assertEqual(state(self.hour(10, 10)), (False, "40 valid minutes, no valid a01014"))
        self.assertEqual(state(self.hour(10, 11)), (False, "39 valid minutes"))

    def test_slow_source(self):
        # Sampled every two minutes, and never computed.
        document = configuration(self.OUTLET.replace("from: d.a", "from: rare.a"))
        document["buses"][0]["devices"].append({"id": "rare", "unit": 3, "poll": "2m", "registers": []})
        samples = every(HOUR, 120, 60, a21026=50) + [
            {**each, "flag": "D"} for each in every(HOUR, 5, 60, a01014=8)]
        records = run(document, samples)
        for minute in minutes(records, "a21026"):
            self.assertEqual((minute["Flag"], "Avg" in minute, minute["Reason"]), ("N", False, "no valid a01014"))
        hour = of(records, "hour", "a21026")
        self.assertEqual((hour["Flag"], hour["Count"], hour["Reason"]), ("N", 0, "0 valid minutes, no valid a01014"))


class MeansOfEqualNumbers(unittest.TestCase):
    def test_each_of_them(self):
        # Twelve times 0.1 and more add up to something else in binary.
        document = configuration("factors: [{ code: w00000, from: d.a, decimals: 17 }, { code: w01018, from: d.b, decimals: 17 }]")
        records = run(document, every(HOUR, 5, 60, w00000=0.7, w01018=0.1))
        for kind in ("minute", "hour"):
            for code, number in (("w00000", 0.7), ("w01018", 0.1)):
                values = of(records, kind, code)
                self.assertEqual((values["Avg"], values["Min"], values["Max"]), (number, number, number), (kind, code))
