"""Tests of recompute.py: meters that count m3, alone and beside a flow. Cases computed by hand."""

import unittest

import recompute_selftest
from recompute_selftest import HOUR, MINUTE, configuration, every, of, run, sample


class Meters(unittest.TestCase):
    ALONE = "factors: [{ code: w00000, from: d.a, meter: true }, { code: w01018, from: d.b }]"
    ROLLING = "factors: [{ code: w00000, from: d.a, meter: { modulus: 1000 } }]"
    # Up to 50 L/s: 0.275 m3 in 5 s.
    BOUNDED = "factors: [{ code: w00000, from: d.a, range: [0, 50], meter: true }]"
    BESIDE = "factors: [{ code: w00000, from: d.a, meter: { from: d.total } }, { code: w01018, from: d.b }]"

    @staticmethod
    def readings(minute, values, factor="w00000"):
        """One every 5 s from the beginning of a minute on."""
        start = HOUR + minute * MINUTE
        return [sample(start + at * 5_000, factor, value) for at, value in enumerate(values)]

    def rising(self, minute, first, step=0.1):
        return self.readings(minute, [round(first + at * step, 6) for at in range(12)])

    def minutes(self, outlet, samples, code="w00000"):
        records = run(configuration(outlet), samples)
        return [record["data"][code] for record in records if record["kind"] == "minute"]

    def test_differences(self):
        minutes = self.minutes(self.ALONE, self.rising(0, 100) + self.rising(1, 101.2))
        # Eleven differences, then twelve: 1.1 and 1.2 m3 in 60 s.
        self.assertEqual([(minute["Cou"], minute["Avg"]) for minute in minutes], [(1.1, 18.33), (1.2, 20.0)])

    def test_one_reading_is_no_difference(self):
        first, second = self.minutes(self.ALONE, self.readings(0, [100]) + self.rising(1, 100))
        self.assertEqual((first["Reason"], "Cou" in first), ("no earlier reading", False))
        self.assertEqual(second["Cou"], 1.1)

    def test_dip(self):
        for dip in (123_455.9, 60_000):
            values = [123_456.0] * 5 + [dip] + [123_456.0] * 6
            first, second = self.minutes(self.ALONE, self.readings(0, [123_456.0] * 12) + self.readings(1, values))
            self.assertEqual((second["Cou"], second["Flag"], second.get("Valid", True)), (0, "N", True))

    def test_reset(self):
        # What the meter shows since is counted: 1.0 m3.
        within = self.readings(1, [500] * 6 + [0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
        self.assertEqual(self.minutes(self.ALONE, self.readings(0, [500] * 12) + within)[1]["Cou"], 1.0)
        # In the last reading of a minute: the two that confirm it are those of the next one.
        late = self.readings(1, [500] * 11 + [0.5]) + self.rising(2, 0.6)
        minutes = self.minutes(self.ALONE, self.readings(0, [500] * 12) + late)
        self.assertEqual([minute["Cou"] for minute in minutes], [0, 0.5, 1.2])
        # One low reading, and back: nothing has flowed.
        noise = self.readings(1, [500] * 11 + [0.5]) + self.readings(2, [500] * 12)
        minutes = self.minutes(self.ALONE, self.readings(0, [500] * 12) + noise)
        self.assertEqual([minute["Cou"] for minute in minutes], [0, 0, 0])

    def test_roll_over(self):
        values = [999.4, 999.5, 999.6, 999.7, 999.8, 999.9, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
        minutes = self.minutes(self.ROLLING, self.rising(0, 998.2) + self.readings(1, values))
        self.assertEqual(minutes[1]["Cou"], 1.2)

    def test_dip_across_the_end(self):
        # 1000.0 is the end itself, to which a 32-bit number may be rounded.
        values = [999.4, 999.5, 999.6, 999.7, 999.8, 1000.0, 0.1, 999.9, 0.2, 0.3, 0.4, 0.5]
        minutes = self.minutes(self.ROLLING, self.rising(0, 998.2) + self.readings(1, values))
        self.assertEqual((minutes[1]["Cou"], minutes[1].get("Valid", True)), (1.2, True))

    def test_roll_over_in_a_silence(self):
        # 1000 m3/h: 184.9 m3 in ten minutes at most.
        outlet = (
            "factors: [{ code: w00000, from: d.a, unit: m3/h, range: [0, 1000], meter: { modulus: 655.36 } }]")
        for first, flowed in ((30, 43.46), (64, 77.46)):
            samples = self.rising(0, 640.7) + self.rising(1, 640.8) + self.rising(11, first)
            minutes = self.minutes(outlet, samples)
            # Eleven more differences of 0.1 m3.
            self.assertEqual((minutes[11]["Cou"], minutes[11].get("CouValid", True)), (round(flowed + 1.1, 2), True))
        # One low reading is none.
        samples = self.rising(0, 640.7) + self.rising(1, 640.8) + self.readings(11, [30] + [642] * 11)
        self.assertEqual(self.minutes(outlet, samples)[11]["Cou"], 0.1)
        # Away from the end it is a reset, or nothing that is believed.
        minutes = self.minutes(outlet, self.rising(0, 560.7) + self.rising(1, 560.8) + self.rising(11, 30))
        self.assertEqual(minutes[11]["Cou"], 31.1)
        minutes = self.minutes(outlet, self.rising(0, 560.7) + self.rising(1, 560.8) + self.rising(11, 120))
        self.assertEqual(minutes[11]["CouReason"], "no credible reading")

    def test_coarse_steps(self):
        # Up to 50 L/s: 1 m3 takes at least 20 s.
        samples = self.readings(0, [100] * 12) + self.readings(1, [102] * 12) + self.readings(2, [102] * 12)
        samples += self.readings(3, [104] * 12)
        minutes = self.minutes(self.BOUNDED, samples)
        self.assertEqual([minute.get("Cou") for minute in minutes], [0, 2, 0, 2])

    def test_reset_confirmed_after_a_silence(self):
        samples = self.readings(0, [500] * 12) + self.readings(1, [500] * 11 + [0.2]) + self.rising(4, 0.3)
        minutes = self.minutes(self.ALONE, samples)
        self.assertEqual([minute.get("Cou") for minute in minutes], [0, 0, None, None, 1.4])

    def test_slow_meter(self):
        # Read every half an hour: 30 m3 each time.
        outlet = "factors: [{ code: w00000, from: rare.a, meter: true }, { code: w01018, from: d.b }]"
        document = configuration(outlet)
        document["buses"][0]["devices"].append({"id": "rare", "unit": 3, "poll": "30m", "registers": []})
        samples = [sample(HOUR + at * 30 * MINUTE, "w00000", 1000 + at * 30) for at in range(6)]
        records = run(document, samples + every(HOUR, 5, 180, w01018=40))
        for hour, cou, count in ((0, 30, 30), (1, 60, 60), (2, 60, 60)):
            flow, cod = of(records, "hour", "w00000", hour), of(records, "hour", "w01018", hour)
            self.assertEqual((flow["Cou"], flow["Count"], flow.get("CouValid", True)), (cou, count, hour > 0))
            self.assertEqual((cod["Cou"], cod.get("CouValid", True)), (cou * 0.04, hour > 0))

    def test_numbers_that_mean_no_value(self):
        outlet = (
            "factors: [{ code: w00000, from: d.a, invalid: [-9999, 7], meter: { from: d.total } }, { code: w01018, from: d.b }]")
        samples = every(HOUR, 5, 2, w00000=10, w01018=40)
        samples += [sample(HOUR + at * 30_000, "w00000.meter", value) for at, value in enumerate((1000, 7, -9999, 1001))]
        self.assertEqual([flow.get("Cou") for flow in self.minutes(outlet, samples)], [None, 1])

    def test_more_than_the_pipe_carries(self):
        wild = self.rising(1, 1001.2)
        wild[5]["value"] = 9000
        minutes = self.minutes(self.BOUNDED, self.rising(0, 1000) + wild + self.rising(2, 1002.4))
        self.assertEqual(
            (minutes[1]["Reason"], minutes[1]["CouReason"], minutes[1]["Flag"], "Cou" in minutes[1], "Avg" in minutes[1]),
            ("more than the pipe carries", "more than the pipe carries", "D", False, False))
        # The next minute has what flowed in both: 2.4 m3 in 120 s.
        self.assertEqual((minutes[2]["Cou"], minutes[2]["Avg"]), (2.4, 20.0))

    def test_minutes_without_readings(self):
        # Read in every fifth minute, 5 m3 more each time.
        samples = [reading for minute in range(0, 60, 5) for reading in self.readings(minute, [1000 + minute] * 12)]
        records = run(configuration(self.ALONE), samples + every(HOUR, 5, 60, w01018=40))
        minute = of(records, "minute", "w00000", 5)
        self.assertEqual((minute["Cou"], minute["Avg"]), (5, 16.67))
        flow, cod = of(records, "hour", "w00000"), of(records, "hour", "w01018")
        # The first of the twelve has the minute itself, the others five each.
        self.assertEqual((flow["Cou"], flow["Count"], flow.get("CouValid", True)), (55, 56, True))
        # The mass stands for the same minutes.
        self.assertEqual((cod["Cou"], cod["Avg"], cod.get("CouValid", True)), (2.2, 40, True))

    def test_amount_does_not_reach_into_the_hour_before(self):
        samples = self.readings(0, [1000] * 12) + self.readings(69, [1069] * 12) + every(HOUR, 5, 120, w01018=40)
        records = run(configuration(self.ALONE), samples)
        hours = [of(records, "hour", "w00000", index) for index in (0, 1)]
        self.assertEqual([hour["Cou"] for hour in hours], [0, 69])
        self.assertEqual([hour["Count"] for hour in hours], [1, 10])

    def test_beside_the_flow(self):
        samples = every(HOUR, 5, 4, w00000=10, w01018=40)
        samples += [sample(HOUR + minute * MINUTE, "w00000.meter", 1000 + minute) for minute in (0, 1, 3)]
        flows, cods = (self.minutes(self.BESIDE, samples, code) for code in ("w00000", "w01018"))
        self.assertEqual([flow["Avg"] for flow in flows], [10.0] * 4)
        self.assertEqual([flow.get("Cou") for flow in flows], [None, 1, None, 2])
        self.assertEqual([flow.get("CouReason") for flow in flows], ["no earlier reading", None, "no meter reading", None])
        self.assertEqual([cod.get("Cou") for cod in cods], [None, 0.04, None, 0.08])

    def test_gas(self):
        # 50 m3 every 5 s, 719 times; 20 mg/m3.
        document = configuration("factors: [{ code: a00000, from: d.a, meter: true }, { code: a21026, from: d.b }]")
        samples = [sample(HOUR + at * 5_000, "a00000", at * 50) for at in range(720)] + every(HOUR, 5, 60, a21026=20)
        records = run(document, samples)
        flow, gas = of(records, "hour", "a00000"), of(records, "hour", "a21026")
        self.assertEqual((flow["Cou"], gas["Cou"], gas.get("CouValid", True)), (35_950, 0.719, True))
        # 600 m3 in 60 s.
        self.assertEqual(of(records, "minute", "a00000", 1)["Avg"], 10.0)

    def test_water_of_other_minutes(self):
        # 25 minutes each of 40 and 50 mg/L, and the meter is read in the other ten only.
        samples = every(HOUR, 5, 25, w01018=40) + every(HOUR + 25 * MINUTE, 5, 25, w01018=50)
        samples += [reading for minute in range(50, 60) for reading in self.rising(minute, minute * 1.2)]
        cod = of(run(configuration(self.ALONE), samples), "hour", "w01018")
        self.assertEqual((cod["Avg"], cod["Count"], "Cou" in cod), (45, 50, False))

    def test_flow_known_to_stand(self):
        # Of the sixteen, fifteen or no minutes with an unknown flow nobody can say that nothing flowed out; those without
        # discharge do not count for them.
        for minutes, mean in ((44, 80), (45, 80), (60, None)):
            samples = every(HOUR, 5, 60, w01018=80) + every(HOUR, 5, minutes, w00000=0)
            cod = of(run(configuration(recompute_selftest.Water.OUTFALL), samples), "hour", "w01018")
            self.assertEqual((cod.get("Avg"), cod["Cou"], cod.get("CouValid", True)), (mean, 0, minutes == 60))

    def test_count_of_a_record_without_valid_minutes(self):
        document = configuration(self.ALONE, gateway=", minute_interval: 10")
        samples = [each for minute in range(10) for each in self.rising(minute, minute * 1.2)[:10]]
        samples += every(HOUR, 5, 10, w01018=40)
        flow = of(run(document, samples), "minute", "w00000")
        # 0.9 m3 in the first minute, 1.2 in each of the nine others.
        self.assertEqual((flow["Count"], flow["Cou"], flow["Avg"], flow["Valid"]), (100, 11.7, 19.5, False))
