"""Tests of the alarms that recompute.py makes of records: cases computed by hand from docs/alarms.md."""

import io
import json
import unittest

from recompute import recompute
from recompute_selftest import HOUR, MINUTE, configuration, every, sample

GAS = "factors: [{{ code: a21026, from: d.a, range: [0, 60], limits: [{}] }}]"


def alarms(outlet, samples, rules=None):
    """(minutes since the beginning, rule, state, value) of what is told."""
    output = io.StringIO()
    lines = [json.dumps(each) for each in sorted(samples, key=lambda each: each["ts"])]
    recompute(configuration(outlet), lines, io.StringIO(), output)
    entries = [json.loads(line) for line in output.getvalue().splitlines()]
    return [
        ((entry["ts"] - HOUR) / MINUTE, entry["rule"], entry["state"] + ("?" if entry["suppressed"] else ""), entry["value"])
        for entry in entries if rules is None or entry["rule"] in rules]


def by_minute(numbers, factor="a21026"):
    """Each number for one minute; None: nothing is heard."""
    return [
        each for minute, number in enumerate(numbers) if number is not None
        for each in every(HOUR + minute * MINUTE, 5, 1, **{factor: number})]


def mark(minute, letter):
    return {"ts": HOUR + minute * MINUTE, "outlet": "o", "mark": letter}


class Minutes(unittest.TestCase):
    OUTLET = GAS.format("{ average: minute, max: 30, warn: 80% }")

    def test_delay_and_deadband(self):
        # Five minutes raise it; 29.5 is within the deadband of 0.6, 29.4 is not.
        told = alarms(self.OUTLET, by_minute([31] * 6 + [29.5] * 3 + [29.4, 20]), {"L6"})
        self.assertEqual(told, [(5, "L6", "raised", 31), (10, "L6", "cleared", 31)])

    def test_deadband_ends_what_is_pending(self):
        self.assertEqual(alarms(self.OUTLET, by_minute([31] * 4 + [29.9] + [31] * 4), {"L6"}), [])

    def test_minutes_without_data(self):
        told = alarms(self.OUTLET, by_minute([31] * 4 + [None] * 15 + [31, 31]), {"L6"})
        self.assertEqual(told, [(20, "L6", "raised", 31)])
        self.assertEqual(alarms(self.OUTLET, by_minute([31] * 4 + [None] * 16 + [31, 31]), {"L6"}), [])

    def test_warning_share(self):
        told = alarms(self.OUTLET, by_minute([24] * 5 + [31] * 3 + [23.5, 23.4, 20]), {"L3"})
        self.assertEqual(told, [(5, "L3", "raised", 24), (10, "L3", "cleared", 24)])

    def test_held_by_a_mark(self):
        told = alarms(self.OUTLET, by_minute([31] * 9 + [20, 20]) + [mark(0, "St"), mark(7, "N")], {"L6"})
        self.assertEqual(told, [(5, "L6", "raised?", 31), (8, "L6", "raised", 31), (10, "L6", "cleared", 31)])
        told = alarms(self.OUTLET, by_minute([31] * 6 + [20, 20]) + [mark(0, "St")], {"L6"})
        self.assertEqual(told, [(5, "L6", "raised?", 31), (7, "L6", "cleared?", 31)])

    def test_lower_limit(self):
        told = alarms(GAS.format("{ average: minute, min: 10 }"), by_minute([12, 9, 9, 10.1, 10.2, 12]), {"L7"})
        self.assertEqual(told, [(2, "L7", "raised", 9), (5, "L7", "cleared", 9)])

    def test_lower_bound(self):
        # Six samples above the range of 171.59 mg/m3, six of 14.3: the bound is 92.95.
        outlet = "factors: [{ code: a21026, from: d.a, range: [0, 60], limits: [{ average: minute, max: 30 }] }]"
        samples = [sample(HOUR + at * 5_000, "a21026", 61 if at % 2 else 20) for at in range(12 * 6)]
        told = alarms(outlet, samples, {"L6"})
        self.assertEqual(told, [(5, "L6", "raised", 40)])


class Hours(unittest.TestCase):
    def test_hour_and_day(self):
        samples = []
        for hour in range(40):
            samples += every(HOUR + (16 + hour) * 60 * MINUTE, 30, 60, a21026=20 if hour in (2, 30) else 40)
        outlet = GAS.format("{ average: hour, max: 30 }, { average: day, max: 30 }").replace("d.a", "half.a")
        document_of_half = outlet
        told = [entry for entry in self.told(document_of_half, samples) if entry[1] in ("L1", "L2")]
        first = 16 * 60
        self.assertEqual(told, [
            (first + 60, "L1", "raised", 40), (first + 180, "L1", "cleared", 40), (first + 240, "L1", "raised", 40),
            (first + 24 * 60, "L2", "raised", 39.17), (first + 31 * 60, "L1", "cleared", 40),
            (first + 32 * 60, "L1", "raised", 40)])

    def told(self, outlet, samples):
        document = configuration(outlet)
        document["buses"][0]["devices"].append({"id": "half", "unit": 3, "poll": "30s", "registers": []})
        output = io.StringIO()
        recompute(document, [json.dumps(each) for each in samples], io.StringIO(), output)
        entries = [json.loads(line) for line in output.getvalue().splitlines()]
        return [((entry["ts"] - HOUR) / MINUTE, entry["rule"], entry["state"], entry["value"]) for entry in entries]


class Forecasts(unittest.TestCase):
    OUTLET = GAS.format("{ average: hour, max: 35 }")

    def test_budget_of_an_hour(self):
        told = alarms(self.OUTLET, by_minute([36.9] * 61), {"L4"})
        self.assertEqual(told, [(10, "L4", "raised", 36.9), (61, "L4", "cleared", 36.9)])
        # 20 and then 36: at 50 minutes the rest may average (2100 − 400 − 1080) / 10 = 62.
        self.assertEqual(alarms(self.OUTLET, by_minute([20] * 20 + [36] * 40), {"L4"}), [])
        # 34 for 30 minutes and 36.5: after 35 minutes (2100 − 1020 − 182.5) / 25 = 35.9.
        told = alarms(self.OUTLET, by_minute([34] * 30 + [36.5] * 30), {"L4"})
        self.assertEqual(told, [(35, "L4", "raised", 36.5)])

    def test_minutes_that_are_lost_leave_the_budget(self):
        # After 40 minutes, ten of them lost: (50 · 35 − 25 · 34.9 − 5 · 35.35) / 20 = 35.04.
        told = alarms(self.OUTLET, by_minute([None] * 10 + [34.9] * 25 + [35.35] * 25), {"L4"})
        self.assertEqual(told[0][:3], (40, "L4", "raised"))
        # With 16 lost there is no hour to forecast.
        self.assertEqual(alarms(self.OUTLET, by_minute([None] * 16 + [50] * 44), {"L4"}), [])

    def test_weighted(self):
        outlet = (
            "factors: [{ code: w00000, from: d.a }, { code: w21011, from: d.b, decimals: 1, limits: [{ average: hour, max: 40 }] }]")
        phosphorus = by_minute([50] * 5 + [39.5] * 5, "w21011")
        # Weighted the rest may average (40 · 630 − 4200) / 525 = 40.0, otherwise (60 · 40 − 447.5) / 50 = 39.05.
        self.assertEqual(alarms(outlet, by_minute([1] * 5 + [20] * 5, "w00000") + phosphorus, {"L4"}), [])
        self.assertEqual(alarms(outlet, phosphorus, {"L4"}), [(10, "L4", "raised", 39.5)])
        # The last five are not weighted: (4 · 50 + 39) / 5 is above 40.0.
        told = alarms(outlet, by_minute([1] * 9 + [100], "w00000") + by_minute([50] * 9 + [39], "w21011"), {"L4"})
        self.assertEqual(told, [(10, "L4", "raised", 47.8)])


    def test_bounds_behind_a_meter(self):
        # 23 minutes share 1 m3, two of them have 150: the rest may average (58 · 65.33 − 930) / 35 = 81.7, and 78 is below.
        outlet = (
            "factors: [{ code: w00000, from: d.a, meter: true }, "
            "{ code: w01018, from: d.b, range: [0, 150], limits: [{ average: hour, max: 65.33 }] }]")
        samples = by_minute([100] * 22 + [101] * 9, "w00000") + by_minute([30] * 21 + [160] * 2 + [30] * 8, "w01018")
        self.assertEqual(alarms(outlet, samples, {"L4"}), [])


class LostHours(unittest.TestCase):
    OUTLET = GAS.format("{ average: hour, max: 35 }")

    def test_gas(self):
        told = alarms(self.OUTLET, by_minute([1] * 5 + [None] * 16 + [1] * 40), {"D4"})
        self.assertEqual(told, [(21, "D4", "raised", 16), (61, "D4", "cleared", 16)])
        self.assertEqual(alarms(self.OUTLET, by_minute([1] * 5 + [None] * 15 + [1] * 41), {"D4"}), [])

    def test_held_by_the_instrument(self):
        samples = [
            {**each, "flag": "C"} if HOUR + 5 * MINUTE <= each["ts"] < HOUR + 21 * MINUTE else each
            for each in by_minute([1] * 60)]
        self.assertEqual(alarms(self.OUTLET, samples, {"D4"}), [(21, "D4", "raised?", 16)])

    def test_what_its_limits_judge(self):
        outlet = (
            "stack: { reference_oxygen: 6 }, factors: [{ code: a21026, from: d.a, converted: true, limits: "
            "[{ average: hour, of: converted, max: 35 }] }, { code: a19001, from: d.b }]")
        samples = by_minute([1] * 60) + by_minute([6] * 30 + [None] * 16 + [6] * 14, "a19001")
        self.assertEqual(alarms(outlet, samples, {"D4"}), [(46, "D4", "raised", 16)])

    def test_water(self):
        outlet = "factors: [{ code: w00000, from: d.a }, { code: w21011, from: d.b }]"
        # 40 minutes are due in the end: the eleventh bad one loses the hour.
        samples = by_minute([0] * 20 + [10] * 40, "w00000") + by_minute([0.3] * 30 + [None] * 11 + [0.3] * 19, "w21011")
        self.assertEqual(alarms(outlet, samples, {"D4"}), [(41, "D4", "raised", 11)])

    def test_mass_of_gas(self):
        # Ten minutes without a concentration, then ten without a flow; sixteen without a flow lose its hour.
        outlet = (
            "factors: [{ code: a00000, from: d.a }, "
            "{ code: a21026, from: d.b, limits: [{ average: hour, of: mass, max: 9 }] }]")
        gas = by_minute([20] * 5 + [None] * 10 + [20] * 45)
        self.assertEqual(alarms(outlet, gas + by_minute([1] * 50 + [None] * 10, "a00000"), {"D4"}), [])
        told = alarms(outlet, gas + by_minute([1] * 44 + [None] * 16, "a00000") + by_minute([None] * 60 + [1], "a00000"), {"D4"})
        self.assertEqual(told, [(60, "D4", "raised", 16), (61, "D4", "cleared", 16)])

    METER = (
        "factors: [{ code: w00000, from: d.a, meter: true }, "
        "{ code: w01018, from: d.b, limits: [{ average: hour, of: mass, max: 9 }] }]")

    def test_minutes_that_wait_for_an_amount(self):
        # The meter is silent from 10 to 29; the amount at 30 stands for all of them, or for none.
        meter = by_minute([100 + at for at in range(10)] + [None] * 20 + [130 + at for at in range(31)], "w00000")
        self.assertEqual(alarms(self.METER, meter + by_minute([40] * 61, "w01018"), {"D4"}), [])
        told = alarms(self.METER, meter + by_minute([40] * 30 + [None] + [40] * 30, "w01018"), {"D4"})
        self.assertEqual(told, [(31, "D4", "raised", 21), (61, "D4", "cleared", 21)])

    def test_calibration_while_minutes_wait(self):
        meter = by_minute([100 + at for at in range(10)] + [None] * 20 + [130 + at for at in range(30)], "w00000")
        cod = by_minute([40] * 60, "w01018")
        for each in cod:
            each["flag"] = "C" if 10 <= (each["ts"] - HOUR) // MINUTE <= 30 else "N"
        self.assertEqual(alarms(self.METER, meter + cod, {"D4"}), [(31, "D4", "raised?", 21)])
