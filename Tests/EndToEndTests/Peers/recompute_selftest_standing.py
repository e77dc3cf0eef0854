"""Tests of recompute.py: when a meter says that nothing is discharged, and masses of water that is counted late. By hand."""

import unittest

from recompute_selftest import HOUR, MINUTE, configuration, every, of, run, sample
from recompute_selftest_faults import minutes, state

ALONE = "factors: [{ code: w00000, from: d.a, meter: true }, { code: w01018, from: d.b }]"
SLOW = "factors: [{ code: w00000, from: slow.a, meter: true }, { code: w01018, from: d.b }]"
BESIDE = "factors: [{ code: w00000, from: d.a, meter: { from: d.total } }, { code: w01018, from: d.b }]"


def counts(rises, until, code="w00000"):
    """A meter that rises by 1 m3 at the beginning of these minutes, read every 5 s."""
    return [
        each for minute in range(until)
        for each in every(HOUR + minute * MINUTE, 5, 1, **{code: 1000 + sum(rise <= minute for rise in rises)})]


class Standing(unittest.TestCase):
    def standing(self, samples, outlet=ALONE):
        """The minutes in which nothing is discharged."""
        records = run(configuration(outlet), samples)
        return [at for at, cod in enumerate(minutes(records, "w01018")) if cod.get("Reason") == "no discharge"]

    def test_twice_as_long_as_the_last_step(self):
        # The last reading of minute 29 is 9:55 after the rise at 20:00, that of minute 30 is 10:55.
        samples = counts([15, 20], 40) + every(HOUR, 5, 40, w01018=40)
        self.assertEqual(self.standing(samples), list(range(30, 40)))
        # A rise ends it; then it is 20 minutes from one to the next.
        samples = counts([15, 20, 40], 90) + every(HOUR, 5, 90, w01018=40)
        self.assertEqual(self.standing(samples), list(range(30, 40)) + list(range(80, 90)))

    def test_an_hour_before_two_rises_are_known(self):
        self.assertEqual(self.standing(counts([], 65) + every(HOUR, 5, 65, w01018=40)), list(range(60, 65)))
        self.assertEqual(self.standing(counts([10], 75) + every(HOUR, 5, 75, w01018=40)), list(range(70, 75)))

    def test_reset_to_zero_is_no_rise(self):
        samples = counts([], 70)
        for each in samples:
            each["value"] *= each["ts"] < HOUR + 25 * MINUTE
        self.assertEqual(self.standing(samples + every(HOUR, 5, 70, w01018=40)), list(range(60, 70)))

    def test_minute_without_readings(self):
        samples = [each for each in counts([15, 20], 40) if (each["ts"] - HOUR) // MINUTE != 35]
        self.assertEqual(self.standing(samples + every(HOUR, 5, 40, w01018=40)), [*range(30, 35), *range(36, 40)])

    def test_slow_meter(self):
        # Read every five minutes; it rises at 15 and 20 minutes, and says at 30 that it stands. Read last at 35.
        samples = [sample(HOUR + at * MINUTE, "w00000", 1000 + (at >= 15) + (at >= 20)) for at in range(0, 40, 5)]
        self.assertEqual(self.standing(samples + every(HOUR, 5, 45, w01018=40), SLOW), list(range(30, 40)))

    def test_step_that_further_readings_confirm(self):
        # Up to 50 L/s; 10 m3 at once at the end of minutes 4 and 9, which the next two readings confirm.
        outlet = ALONE.replace("from: d.a,", "from: d.a, range: [0, 50],")
        samples = every(HOUR, 5, 25, w01018=40)
        for at in range(25 * 12):
            samples.append(sample(HOUR + at * 5_000, "w00000", 1000 + 10 * (at >= 59) + 10 * (at >= 119)))
        # The rises are five minutes apart; the last reading of minute 19 is ten minutes after the second.
        self.assertEqual(self.standing(samples, outlet), list(range(19, 25)))


class Awaiting(unittest.TestCase):
    def hour(self, outlet, samples):
        records = run(configuration(outlet), samples)
        return of(records, "hour", "w01018"), minutes(records, "w01018")

    def minutes(self, outlet, samples):
        return minutes(run(configuration(outlet), samples), "w01018")

    def test_concentration_of_all_minutes_that_a_step_took(self):
        # 1 m3 every 12 minutes, in the last of them; 40 mg/L then and 500 before.
        rises = [11, 23, 35, 47, 59]
        samples = counts(rises, 60)
        for minute in range(60):
            samples += every(HOUR + minute * MINUTE, 5, 1, w01018=40 if minute in rises else 500)
        hour, of_minute = self.hour(ALONE, samples)
        self.assertEqual((hour["Avg"], hour["Cou"], state(hour, "Cou")), (461.7, 2.308, (True, None)))
        self.assertEqual((of_minute[11]["Cou"], of_minute[10]["Cou"]), (0.462, 0))

    def test_concentrations_that_are_not_valid(self):
        # Of the first twelve minutes 100 is valid in two, and nothing in that of the step; the other steps have 40.
        rises = [11, 23, 35, 47, 59]
        samples = counts(rises, 60) + every(HOUR, 5, 2, w01018=100) + every(HOUR + 12 * MINUTE, 5, 48, w01018=40)
        hour, of_minute = self.hour(ALONE, samples)
        self.assertEqual((of_minute[11]["Cou"], state(of_minute[11], "Cou")), (0.1, (True, None)))
        self.assertEqual(state(of_minute[5], "Cou"), (False, "0 good samples"))
        # Each minute has a twelfth of 1 m3, and fifty are valid: (2 · 100 + 48 · 40) / 50.
        self.assertEqual((hour["Avg"], hour["Cou"]), (42.4, 0.26))

    def test_too_few_minutes_with_counted_water(self):
        # The steps at 5 and 10 stand for eleven of 60 minutes.
        samples = counts([5, 10], 11) + every(HOUR + 11 * MINUTE, 5, 49, w00000=1002) + every(HOUR, 5, 11, w01018=10)
        hour, _ = self.hour(ALONE, samples + every(HOUR + 11 * MINUTE, 5, 49, w01018=50))
        # Ten minutes from the last rise on it stands: 20 are due, and eleven are fewer than 15.
        self.assertEqual((hour["Count"], hour["Avg"], hour["Cou"]), (20, 28, 0.02))

    def test_a_new_hour_awaits_anew(self):
        samples = counts([10, 59, 70], 80) + every(HOUR, 5, 60, w01018=10) + every(HOUR + 60 * MINUTE, 5, 20, w01018=20)
        of_minute = self.minutes(ALONE, samples)
        self.assertEqual(of_minute[70]["Cou"], 0.02)

    def test_beside_a_flow(self):
        # Where the flow stands nothing is awaited: from minute 6 on it flows, and the step of minute 9 has 30, 30, 30 and 70.
        samples = counts([9], 12, "w00000.meter") + every(HOUR, 5, 6, w00000=0, w01018=500)
        samples += every(HOUR + 6 * MINUTE, 5, 6, w00000=5)
        samples += every(HOUR + 6 * MINUTE, 5, 3, w01018=30) + every(HOUR + 9 * MINUTE, 5, 3, w01018=70)
        of_minute = self.minutes(BESIDE, samples)
        self.assertEqual([cod["Cou"] for cod in of_minute[5:11]], [0, 0, 0, 0, 0.04, 0])
        self.assertEqual((of_minute[5]["Reason"], state(of_minute[6], "Cou")), ("no discharge", (True, None)))

    def test_slow_meter(self):
        # Read every five minutes: 0, then 1 m3. The reading at 10 stands for five minutes with 20 mg/L, that at 15 with 60.
        samples = [sample(HOUR + at * MINUTE, "w00000", 1000 + (at >= 15)) for at in range(0, 20, 5)]
        samples += every(HOUR, 5, 15, w01018=20) + every(HOUR + 15 * MINUTE, 5, 5, w01018=60)
        of_minute = self.minutes(SLOW, samples)
        # 5 and 10 with 20 mg/L, 15 with 60, each for five minutes.
        self.assertEqual((of_minute[15]["Cou"], "Cou" in of_minute[12]), (0.033, False))


    def test_minutes_of_a_gap(self):
        # The meter is silent from 5 to 9: the amount at 10 stands for six minutes, with 80 mg/L, the one at 4 for itself.
        samples = counts([4, 10], 12)
        samples = [each for each in samples if not 5 <= (each["ts"] - HOUR) // MINUTE < 10]
        samples += every(HOUR, 5, 10, w01018=20) + every(HOUR + 10 * MINUTE, 5, 2, w01018=80)
        of_minute = self.minutes(ALONE, samples)
        self.assertEqual((of_minute[4]["Cou"], of_minute[10]["Cou"]), (0.02, 0.08))


class Amounts(unittest.TestCase):
    OUTFALL = "factors: [{ code: w00000, from: d.a }, { code: w01018, from: d.b }]"

    def test_minutes_without_discharge_do_not_count(self):
        # Forty minutes flow; 30 or 29 of them are valid.
        for valid, reason in ((30, None), (29, "29 valid minutes of 40 due")):
            samples = every(HOUR, 5, 40, w00000=10) + every(HOUR + 40 * MINUTE, 5, 20, w00000=0)
            cod = of(run(configuration(self.OUTFALL), samples + every(HOUR, 5, valid, w01018=40)), "hour", "w01018")
            self.assertEqual((cod["CouReason"] if reason else None, cod.get("CouValid", True)), (reason, reason is None))

    def test_stopped_minutes_count_where_they_are_valid(self):
        # Twenty stopped minutes are not due, and make up for as many of the forty that are.
        samples = every(HOUR, 5, 60, w00000=10) + every(HOUR, 5, 30, w01018=40)
        samples += [{"ts": HOUR, "outlet": "o", "mark": "F"}, {"ts": HOUR + 20 * MINUTE, "outlet": "o", "mark": "N"}]
        cod = of(run(configuration(self.OUTFALL), samples), "hour", "w01018")
        self.assertEqual((state(cod, "Cou"), cod["Cou"]), ((True, None), 0.72))

    def test_flow_lost_in_the_hours_of_a_day(self):
        # 16:00 in China is 8 hours on. Of 24 due hours six have a flow.
        start = HOUR + 16 * 60 * MINUTE
        document = configuration(self.OUTFALL, poll="30s")
        samples = every(start, 30, 24 * 60, w01018=40) + every(start, 30, 6 * 60, w00000=10)
        cod = of(run(document, samples), "day", "w01018")
        self.assertEqual((cod["Cou"], cod["CouReason"], cod["Avg"]), (8.64, "6 valid hours, no valid w00000", 40))

    def test_results_of_a_stopped_hour(self):
        # Nothing is due, and 30 m3 flowed: 30 · 40 g.
        document = configuration(self.OUTFALL.replace("from: d.b", "from: d.b, cycle: 1h"))
        samples = every(HOUR, 5, 50, w00000=10) + every(HOUR + 50 * MINUTE, 5, 10, w00000=0) + every(HOUR, 60, 60, w01018=40)
        cod = of(run(document, samples + [{"ts": HOUR, "outlet": "o", "mark": "F"}]), "hour", "w01018")
        self.assertEqual((cod["Reason"], cod["Cou"], state(cod, "Cou")), ("plant stopped", 1.2, (True, None)))
