"""Tests of recompute.py: what fails with an input, what is due of water, batch analysers. Cases computed by hand."""

import unittest

from recompute_selftest import HOUR, MINUTE, configuration, every, of, run, sample


def minutes(records, factor):
    return [record["data"][factor] for record in records if record["kind"] == "minute"]


def state(values, prefix=""):
    return values.get(f"{prefix}Valid", True), values.get(f"{prefix}Reason")


class Dependencies(unittest.TestCase):
    WET = (
        "stack: { area: 10, reference_oxygen: 6, temperature: 100 }, factors: ["
        "{ code: a21026, from: d.a, basis: wet, converted: true }, { code: a19001, from: d.b, basis: wet }, "
        "{ code: a01011, from: d.c }, { code: a01014, from: d.d, range: [0, 100] }]")
    VALUES = {"a21026": 18.4, "a19001": 5.52, "a01011": 10, "a01014": 8}

    def minute(self, code, **changes):
        """The second minute, in which `changes` have other values or flags."""
        samples = every(HOUR, 5, 3, **self.VALUES)
        for each in samples:
            if each["factor"] in changes and HOUR + MINUTE <= each["ts"] < HOUR + 2 * MINUTE:
                change = changes[each["factor"]]
                each["flag" if isinstance(change, str) else "value"] = change
        return minutes(run(configuration(self.WET), samples), code)[1]

    def test_all_is_well(self):
        gas = self.minute("a21026")
        self.assertEqual((gas["Avg"], gas["ZsAvg"], "Valid" in gas, "ZsValid" in gas), (20, 20, False, False))

    def test_condition_that_is_flagged(self):
        # The humidity of the minute before is at most 60 s old at each instant but the last.
        gas = self.minute("a21026", a01014="C")
        self.assertEqual((gas["Avg"], gas["Count"], gas["Flag"]), (20, 12, "N"))
        for prefix in ("", "Zs", "Cou"):
            self.assertEqual(state(gas, prefix), (False, "no valid a01014"))
        for code in ("a19001", "a00000"):
            self.assertEqual(state(self.minute(code, a01014="C")), (False, "no valid a01014"))
        self.assertNotIn("Avg", self.minute("a00000", a01014="C"))
        # Oxygen in calibration leaves the measured value.
        gas = self.minute("a21026", a19001="C")
        self.assertEqual((state(gas), state(gas, "Zs")), ((True, None), (False, "no valid a19001")))
        self.assertNotIn("ZsAvg", gas)

    def test_conditions_that_gas_cannot_have(self):
        gas = self.minute("a21026", a01014=99.6)
        self.assertEqual((gas["Count"], state(gas)), (0, (False, "impossible a01014")))
        self.assertEqual(self.minute("a01014", a01014=99.6)["Avg"], 99.6)
        # As it is read: 24.9 % is 27.07 % dry, and so beyond the cap.
        gas = self.minute("a21026", a19001=24.9)
        self.assertEqual((gas["ZsAvg"], state(gas, "Zs")), (300, (True, None)))
        for oxygen in (0, 25.1):
            self.assertEqual(state(self.minute("a19001", a19001=oxygen)), (False, "impossible a19001"))
            gas = self.minute("a21026", a19001=oxygen)
            self.assertEqual((state(gas), state(gas, "Zs")), ((True, None), (False, "impossible a19001")))

    def test_small_negatives(self):
        for humidity, avg in ((-2, 18.4), (-2.1, None)):
            gas = self.minute("a21026", a01014=humidity)
            self.assertEqual((gas.get("Avg"), state(gas)[1]), (avg, None if avg else "impossible a01014"))
        flow = self.minute("a00000", a01011=-1)
        self.assertEqual((flow["Avg"], flow["Min"], flow["Cou"], "Valid" in flow), (0, 0, 0, False))
        self.assertEqual(state(self.minute("a00000", a01011=-1.1)), (False, "impossible a01011"))

    def test_own_samples_come_first(self):
        samples = [each for each in every(HOUR, 5, 2, **self.VALUES) if each["factor"] != "a01014"]
        samples = [each for each in samples if each["factor"] != "a21026" or each["ts"] % 10_000]
        gas = minutes(run(configuration(self.WET), samples), "a21026")[0]
        self.assertEqual((gas["Count"], gas["Reason"]), (0, "0 good samples"))

    def test_nitrogen_oxides(self):
        outlet = (
            "factors: [{ code: a21002, from: computed }, { code: a21003, from: d.a, basis: wet }, { code: a21004, from: d.b }, "
            "{ code: a01014, from: d.c }]")
        samples = every(HOUR, 5, 3, a21003=20, a21004=3, a01014=8)
        for code, reason in (("a01014", "no valid a01014"), ("a21004", "no valid a21004"), ("a21003", "no valid a21003")):
            failing = [{**each, "flag": "D"} if each["factor"] == code and each["ts"] >= HOUR + MINUTE else each for each in samples]
            self.assertEqual(minutes(run(configuration(outlet), failing), "a21002")[1]["Reason"], reason)


class ConvertedValues(unittest.TestCase):
    def test_methods(self):
        """45 minutes with both, 5 with the gas alone, 10 with oxygen alone."""
        samples = every(HOUR, 5, 45, a21026=20) + every(HOUR + 45 * MINUTE, 5, 5, a21026=50)
        samples += every(HOUR, 5, 45, a19001=6) + every(HOUR + 50 * MINUTE, 5, 10, a19001=17)
        # Of the means 23 and 8; of the pairs 20 and 6.
        for method, value in (("of_means", 26.54), ("paired", 20), ("mean_of", 20)):
            document = configuration(
                f"stack: {{ reference_oxygen: 6, converted_method: {method} }}, factors: ["
                "{ code: a21026, from: d.a, converted: true }, { code: a19001, from: d.b }]")
            gas = of(run(document, samples), "hour", "a21026")
            self.assertEqual((gas["ZsAvg"], gas["ZsMax"], state(gas, "Zs")), (value, 20, (True, None)))


class Discharge(unittest.TestCase):
    OUTFALL = (
        "factors: [{ code: w00000, from: d.a, range: [0, 100] }, { code: w21011, from: d.b, decimals: 3 }, "
        "{ code: w01001, from: d.c }, { code: w21003, from: d.d, cycle: 1h }]")

    def records(self, flow_of_minute, lost=(), marks=()):
        """An hour; the concentration is the minute, but of the minutes `lost`."""
        samples = []
        for minute in range(60):
            start = HOUR + minute * MINUTE
            if flow_of_minute(minute) is not None:
                samples += every(start, 5, 1, w00000=flow_of_minute(minute))
            samples += every(start, 5, 1, w01001=7)
            if minute not in lost:
                samples += every(start, 5, 1, w21011=minute)
        samples += [{"ts": HOUR + minute * MINUTE, "outlet": "o", "mark": mark} for minute, mark in marks]
        samples.append(sample(HOUR + 1_000, "w21003", 2))
        return run(configuration(self.OUTFALL), samples)

    def test_pump_for_a_part_of_the_hour(self):
        # 40 minutes are due: 30 valid ones are enough, the mean is that of 0 … 29.
        for lost, reason in ((range(30, 40), None), (range(29, 40), "29 valid minutes of 40 due")):
            records = self.records(lambda minute: 10 if minute < 40 else 0, lost)
            water = of(records, "hour", "w21011")
            self.assertEqual((water["Count"], water.get("Reason")), (40 - len(lost), reason))
            self.assertEqual(water["Avg"], (39 - len(lost)) / 2)
            # The amount needs as many of the minutes with discharge.
            self.assertEqual((water["Cou"], state(water, "Cou")), (0.261 if reason is None else 0.244, (reason is None, reason)))
            self.assertEqual(of(records, "hour", "w01001")["Count"], 40)
        ph, water = (minutes(records, code)[45] for code in ("w01001", "w21011"))
        self.assertEqual((ph["Avg"], ph["Reason"], "Avg" in water, water["Cou"]), (7, "no discharge", False, 0))

    def test_noise_of_standing_water(self):
        for flow, reason, amount in ((-2, "no discharge", 0), (-2.1, None, None)):
            records = self.records(lambda minute: flow)
            water, measured = minutes(records, "w21011")[1], minutes(records, "w00000")[1]
            self.assertEqual((water.get("Reason"), measured.get("Cou")), (reason, amount))
        self.assertEqual(measured["CouReason"], "impossible w00000")
        # What flows backwards has no weight, so it is the arithmetic mean.
        self.assertEqual(water["Avg"], 1)

    def test_hour_without_discharge(self):
        records = self.records(lambda minute: 0)
        water, ph, batch, flow = (of(records, "hour", code) for code in ("w21011", "w01001", "w21003", "w00000"))
        self.assertEqual((state(water), "Avg" in water, water["Cou"], "CouValid" in water), ((False, "no discharge"), False, 0, False))
        self.assertEqual((state(ph), ph["Avg"]), ((False, "no discharge"), 7))
        self.assertEqual((state(batch), batch["Avg"], batch["Cou"]), ((False, "no discharge"), 2, 0))
        self.assertEqual((state(flow), flow["Count"]), ((True, None), 60))

    def test_flow_that_is_lost(self):
        # Weighted over 45 minutes; over 44 of 60 it is the arithmetic mean of all.
        for known, mean in ((45, 36.5), (44, 29.5)):
            records = self.records(lambda minute: None if minute < 60 - known else 1 if minute < 59 - known // 2 else 3)
            water = of(records, "hour", "w21011")
            if known == 45:
                # 15 … 36 with 1, 37 … 59 with 3: (561 + 3 · 1104) / (22 + 69).
                mean = round((561 + 3 * 1104) / 91, 3)
            self.assertEqual((water["Avg"], water["Count"], state(water)), (mean, 60, (True, None)))

    def test_plant_that_is_stopped(self):
        records = self.records(lambda minute: 10, lost=range(20, 30), marks=[(0, "F"), (20, "N")])
        # Due are 40 minutes, and all but ten are valid.
        self.assertEqual(state(of(records, "hour", "w21011")), (True, None))
        self.assertEqual(of(records, "hour", "w21011")["Count"], 50)
        records = self.records(lambda minute: 10, marks=[(0, "F")])
        water, flow = (of(records, "hour", code) for code in ("w21011", "w00000"))
        self.assertEqual((state(water), state(flow)), ((False, "plant stopped"), (False, "plant stopped")))
        # What flowed keeps its numbers.
        self.assertEqual((flow["Cou"], water["Cou"], water["Avg"]), (36, 1.062, 29.5))

    def test_flag_of_a_stopped_hour(self):
        # That of the instrument: ten lost minutes of 60 do not matter, a stop of 50 neither. Where nothing is due they do.
        for marks, letter in (([(0, "F"), (50, "N")], "N"), ([(0, "F")], "B")):
            water = of(self.records(lambda minute: 10, lost=range(10), marks=marks), "hour", "w21011")
            self.assertEqual((water["Flag"], water["Count"], water["Reason"]), (letter, 50, "plant stopped"))

    def test_stopped_and_without_discharge(self):
        # Fifteen stopped minutes flow; nothing is due, and the plant was not stopped in all of the hour.
        records = self.records(lambda minute: 10 if minute < 15 else 0, marks=[(0, "F"), (15, "N")])
        water, flow = (of(records, "hour", code) for code in ("w21011", "w00000"))
        self.assertEqual((state(water), "Avg" in water, state(flow)), ((False, "no discharge"), False, (True, None)))

    def day(self, due, valid, setting=""):
        """Whether a day with discharge in so many hours, and as many valid ones, is valid."""
        start = HOUR + 16 * 60 * MINUTE
        outlet = self.OUTFALL.replace("d.", "slow.") + setting
        samples = every(start, 300, due * 60, w00000=1) + every(start + due * 60 * MINUTE, 300, (24 - due) * 60, w00000=0)
        samples += every(start, 300, valid * 60, w21011=1) + [sample(start + (24 * 60 - 1) * MINUTE, "w00000", due == 24)]
        return state(of(run(configuration(outlet), samples), "day", "w21011"))

    def test_hours_that_are_written(self):
        self.assertEqual(self.day(10, 8), (True, None))
        self.assertEqual(self.day(10, 7), (False, "7 valid hours of 10 due"))
        # So many, or all that are due.
        self.assertEqual(self.day(10, 4, ", validity: { hours: 4 }"), (True, None))
        self.assertEqual(self.day(10, 9, ", validity: { hours: 20 }"), (False, "9 valid hours of 10 due"))
        self.assertEqual(self.day(10, 10, ", validity: { hours: 20 }"), (True, None))
        self.assertEqual(self.day(24, 19, ", validity: { hours: 20 }"), (False, "19 valid hours"))
        self.assertEqual(self.day(24, 18, ", validity: { hours: default }"), (True, None))

    def test_setting_caps_the_share(self):
        for setting, is_valid in (("", False), (", validity: { minutes: 20 }", True)):
            samples = every(HOUR, 5, 60, w00000=1) + every(HOUR, 5, 20, w21011=1)
            records = run(configuration(self.OUTFALL + setting), samples)
            self.assertEqual(of(records, "hour", "w21011").get("Valid", True), is_valid)


class BatchAnalysers(unittest.TestCase):
    OUTLET = "factors: [{ code: w21003, from: d.a, cycle: 1h, range: [0, 50] }]"

    def hours(self, readings, hours=4):
        """`readings`: (minute, number or flag), read every minute from then on."""
        samples, changes, current = [], dict(readings), None
        for minute in range(hours * 60):
            current = changes.get(minute, current)
            if isinstance(current, str):
                samples.append(sample(HOUR + minute * MINUTE, "w21003", None, current))
            elif current is not None:
                samples.append(sample(HOUR + minute * MINUTE, "w21003", current))
        self.records = run(configuration(self.OUTLET, poll="1m"), samples)
        return [record["data"]["w21003"] for record in self.records if record["kind"] == "hour"]

    def test_numbers_that_are_held(self):
        # At 00:10 one, the same again at 01:25, at 02:40, at 03:55; another one at 02:50.
        hours = self.hours([(10, 2.0)])
        self.assertEqual([hour["Count"] for hour in hours], [1, 1, 1, 1])
        hours = self.hours([(10, 2.0), (170, 3.0)])
        self.assertEqual([(hour["Count"], hour["Avg"]) for hour in hours], [(1, 2), (1, 2), (2, 2.5), (0, 3)])

    def test_age_at_the_end_of_the_hour(self):
        for minute, count, avg in ((45, 0, 2.0), (44, 0, None)):
            hours = self.hours([(minute, 2.0), (minute + 1, "B")])
            self.assertEqual((hours[1]["Count"], hours[1].get("Avg")), (count, avg))

    def test_failing(self):
        # From 01:10 on: 16 minutes of one flag, or 15 and then well again, with the same number.
        for end, flag, reason in ((86, "D", "flag D"), (85, "N", None)):
            hours = self.hours([(50, 2.0), (70, "D"), (end, 2.0)])
            self.assertEqual((hours[1]["Flag"], hours[1].get("Reason"), hours[1]["Avg"], hours[1]["Count"]), (flag, reason, 2, 0))
        self.hours([(0, 2.0), (20, "D"), (36, 2.0)])
        minute = minutes(self.records, "w21003")
        self.assertEqual([minute[at]["Flag"] for at in (19, 20, 35, 36)], ["N", "D", "D", "N"])
        self.assertEqual((minute[20]["Avg"], minute[20]["Reason"]), (2, "flag D"))

    def test_flag_with_the_most_time(self):
        hours = self.hours([(50, 2.0), (70, "M"), (80, "D"), (91, 60.0), (92, 2.0)])
        self.assertEqual((hours[1]["Flag"], hours[1]["Reason"]), ("D", "flag D"))
        hours = self.hours([(50, 2.0), (70, "M"), (80, "C"), (90, 2.0)])
        self.assertEqual(hours[1]["Flag"], "M")
        # An hour with a result of its own is valid whatever came besides.
        hours = self.hours([(50, 2.0), (60, "D"), (100, 3.0), (101, "D")])
        self.assertEqual((hours[1]["Flag"], hours[1]["Count"], state(hours[1])), ("N", 1, (True, None)))
