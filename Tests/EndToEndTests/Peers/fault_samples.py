"""Samples of a plant of which everything fails now and then, for faults_gateway.yaml.

usage: fault_samples.py [--days 31] [--interval 20] [--start 2026-12-01T00:00] [--seed 1] [--calm-meters] > samples.jsonl

JSON lines in the order of time, as month_samples.py writes them; the seed is told on standard error. A stack whose inputs are
flagged, silent, wild, above their range or a little below zero, each on its own and all together, for one sample or for hours;
an outfall whose pump runs for 40 of 60 minutes, in shifts or not at all, and whose flow meter is unplugged; two batch analysers
that hold their result until the next one, repeat it, and fail; three outfalls whose water is counted in coarse steps, by a meter
alone, by one that is read every five minutes, and by one beside a flow; marks of the plant; and now and then two samples of one
instant. `--start` is on the plant's clock (UTC+8). The same arguments give the same bytes everywhere: all is computed in integers.
Numbers have more decimals than their records. With `--calm-meters` neither the meters nor the concentrations behind them fail, for
what rules L4 and D4 make of a mass behind a meter while something of it fails is not computed alike.
"""

import argparse
import datetime
import random
import sys

from fault_meters import CoarseMeter

CHINA = datetime.timezone(datetime.timedelta(hours=8))
STACK, OUTFALL = "stack", "outfall-1"
STEPS, SLOW, BESIDE = "outfall-2", "outfall-3", "outfall-4"
MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Course:
    """A reading in its last decimal: where it is, how far it goes up and down in some hours, and its noise."""

    def __init__(self, outlet, decimals, level, swing, hours, noise, upper=None, negative=None, wild=()):
        self.outlet, self.decimals, self.level = outlet, decimals, level
        self.swing, self.period, self.noise = swing, hours * HOUR, noise
        # Just above the range, a number that is the noise of a zero, and numbers that no gas has.
        self.upper, self.negative, self.wild = upper, negative, wild


COURSES = {
    "a21026": Course(STACK, 4, 110_000, 50_000, 7, 20_000, upper=310_000, negative=-5_000, wild=(-99_990_000, 655_350_000)),
    "a21003": Course(STACK, 4, 140_000, 80_000, 11, 20_000, upper=310_000, negative=-3_000),
    "a21004": Course(STACK, 4, 20_000, 10_000, 5, 4_000, upper=41_000, negative=-2_000),
    "a34013": Course(STACK, 4, 45_000, 22_000, 9, 9_000, upper=210_000, negative=-4_000, wild=(-99_990_000,)),
    "a19001": Course(STACK, 4, 62_000, 9_000, 13, 3_000, wild=(-300, 0, 267_000, 267_000, 207_000)),
    "a01017": Course(STACK, 3, 110_000, 30_000, 8, 9_000, upper=410_000, negative=-6_500, wild=(-9_300, -39_000)),
    "a01012": Course(STACK, 3, 110_000, 12_000, 6, 2_000, wild=(-60_000, 2_500_000)),
    "a01013": Course(STACK, 5, -51_200, 9_000, 10, 4_000, wild=(7_000_000, -6_000_000)),
    "a01014": Course(STACK, 4, 78_000, 11_000, 12, 3_000, negative=-7_000, wild=(-9_000, -35_000, 995_100, 1_200_000)),
    "w00000": Course(OUTFALL, 3, 200_000, 60_000, 6, 20_000, upper=410_000),
    "w21011": Course(OUTFALL, 5, 41_000, 9_000, 7, 5_000, upper=103_000, negative=-1_000, wild=(-9_999_000_000,)),
    "w01001": Course(OUTFALL, 4, 72_500, 2_500, 9, 1_000),
    "w01010": Course(OUTFALL, 3, 17_000, 4_500, 24, 300),
}
# Read every two minutes.
RARE = {
    "i23001": Course(STACK, 4, 985_000, 6_000, 60, 300, wild=(0, 1_200_000)),
    "a21024": Course(STACK, 4, 80_000, 50_000, 9, 15_000, upper=310_000),
}
# The concentration behind each meter.
METERED = {
    STEPS: ("w01018", Course(STEPS, 3, 60_000, 40_000, 5, 25_000, upper=151_000)),
    SLOW: ("w21011", Course(SLOW, 5, 41_000, 20_000, 7, 15_000, upper=103_000)),
    BESIDE: ("w01018", Course(BESIDE, 3, 60_000, 30_000, 6, 25_000)),
}
BESIDE_FLOW = Course(BESIDE, 3, 0, 0, 6, 0)
BATCHES = {
    "w01018": Course(OUTFALL, 2, 3_700, 900, 17, 300, upper=10_100),
    "w21003": Course(OUTFALL, 4, 17_000, 6_000, 19, 2_000),
}
GROUPS = [
    [code for code, course in COURSES.items() if course.outlet == STACK], ["a21026", "a21003", "a21004", "a34013"],
    ["a01017", "a01012", "a01013"], ["w21011", "w01001", "w01010"], ["w00000", "w21011"],
]
FLAGGED, SILENT, WILD, NEGATIVE, ABOVE = "flagged", "silent", "wild", "negative", "above"
# Gas above its range while a condition fails that it is computed with.
ABOVE_WITHOUT = [("a21026", "a01014"), ("a34013", "a01014"), ("a34013", "a01012"), ("a21004", "a21003"), ("a21003", "a21004")]


class Dice:
    """Integers of a seed, the same with every version."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def below(self, bound):
        return self.random.getrandbits(32) * bound >> 32

    def one_of(self, things):
        return things[self.below(len(things))]

    def happens(self, seconds, every):
        """Whether in so many seconds something happens that does so once in `every` seconds."""
        return self.below(every) < seconds

    def noise(self, amount):
        """From -amount to amount, mostly near 0."""
        return self.below(amount + 1) + self.below(amount + 1) - amount

    def length(self):
        """Of a fault in seconds: a sample, some minutes, an hour, rarely half a day."""
        return self.below(self.one_of([20, 90, 200, 600, 1_200, 2_400, 4_000, 4_000, 12_000, 40_000])) + 1


class Faults:
    """What ails a reading."""

    def __init__(self, dice, course, every):
        self.dice, self.course, self.every = dice, course, every
        self.kind, self.until, self.flag, self.number = None, 0, "N", None

    def begin(self, second, kind, length, flag):
        self.kind, self.until, self.flag = kind, second + length, flag
        self.number = self.dice.one_of(self.course.wild) if self.course.wild else None

    def maybe_begin(self, second, step):
        if self.every is None or second < self.until or not self.dice.happens(step, self.every):
            return
        kinds = [FLAGGED, FLAGGED, SILENT]
        kinds += [WILD, WILD] if self.course.wild else []
        kinds += [NEGATIVE] if self.course.negative is not None else []
        kinds += [ABOVE] if self.course.upper is not None else []
        self.begin(second, self.dice.one_of(kinds), self.dice.length(), self.dice.one_of("DCMB"))

    def apply(self, second, number):
        """The reading and its flag; None where nothing is heard."""
        if second >= self.until:
            return number, "N"
        if self.kind == SILENT:
            return None
        if self.kind == FLAGGED:
            return (None if self.flag == "B" else number), self.flag
        # Among good ones, so that some minutes have both.
        if self.kind == WILD and self.dice.below(4) > 0:
            return self.number, "N"
        if self.kind == NEGATIVE:
            return self.course.negative + self.dice.below(-self.course.negative + 900), "N"
        if self.kind == ABOVE and self.dice.below(3) > 0:
            return self.course.upper + self.dice.below(self.course.upper // 10), "N"
        return number, "N"


class Plant:
    """Whether it runs: the mark of the stack, and from time to time that of the outfall."""

    def __init__(self, dice):
        self.dice = dice
        self.mark, self.until = "N", dice.below(30 * HOUR)
        self.outfall, self.outfall_until = "N", dice.below(40 * HOUR)

    def advance(self, second):
        while second >= self.until:
            order = {"N": "Sd", "Sd": "F", "F": "St", "St": "N", "B": "N"}
            self.mark = "B" if self.mark == "N" and self.dice.below(4) == 0 else order[self.mark]
            longest = {"N": 40 * HOUR, "Sd": HOUR, "F": 14 * HOUR, "St": 3 * HOUR, "B": 4 * HOUR}[self.mark]
            self.until += longest // 6 + self.dice.below(longest)
        while second >= self.outfall_until:
            self.outfall = "F" if self.outfall == "N" else "N"
            self.outfall_until += HOUR // 2 + self.dice.below(60 * HOUR if self.outfall == "N" else 9 * HOUR)


class Pump:
    """Whether water flows: for some days for 40 of 60 minutes, from 8 to 18 h, always or not at all."""

    def __init__(self, dice):
        self.dice = dice
        self.until, self.mode, self.minutes, self.idle = 0, None, 40, 0

    def runs(self, second):
        day, rest = divmod(second, DAY)
        if day >= self.until:
            self.until = day + self.dice.one_of([1, 1, 1, 3])
            self.mode = self.dice.one_of(["share", "share", "shift", "shift", "always", "stop"])
            self.minutes = self.dice.one_of([40, 40, 30, 20, 10, 3])
            # What a meter shows of standing water, in 1/1000 m3/h: nothing, a little below it, more than the noise of its zero.
            self.idle = self.dice.one_of([0, 0, -4_000, -9_000, 200])
        if self.mode == "share":
            return rest % HOUR < self.minutes * MINUTE
        if self.mode == "shift":
            return 8 * HOUR <= rest < 18 * HOUR
        return self.mode == "always"

    def standing(self):
        return self.idle + (self.dice.noise(500) if self.idle else 0)


class Analyser:
    """A batch analyser that is read once a minute: it holds its result until the next one, some minutes after the hour."""

    def __init__(self, dice, course):
        self.dice, self.course = dice, course
        self.number, self.next = None, dice.below(3_000)

    def read(self, second, level):
        if second >= self.next:
            # Now and then the same once more; now and then one is left out.
            if self.number is None or self.dice.below(6) > 0:
                self.number = level
            cycles = self.dice.one_of([1, 1, 1, 1, 1, 1, 2, 3])
            self.next = (second // HOUR + cycles) * HOUR + 600 + self.dice.below(2_400)
        return self.number


class Site:
    def __init__(self, seed, interval, has_calm_meters):
        self.dice = Dice(seed)
        self.interval = interval
        self.drift = {code: 0 for code in (*COURSES, *BATCHES, *RARE)}
        self.faults = {code: Faults(self.dice, course, (5 if code == "a19001" else 9) * HOUR) for code, course in COURSES.items()}
        self.faults |= {code: Faults(self.dice, course, 30 * HOUR) for code, course in RARE.items()}
        self.faults |= {code: Faults(self.dice, course, 7 * HOUR) for code, course in BATCHES.items()}
        self.plant, self.pump = Plant(self.dice), Pump(self.dice)
        self.analysers = {code: Analyser(self.dice, course) for code, course in BATCHES.items()}
        self.meters = {
            STEPS: CoarseMeter(self.dice, 1, interval), SLOW: CoarseMeter(self.dice, 1, max(300, interval)),
            BESIDE: CoarseMeter(self.dice, 10, interval)}
        self.faults |= {outlet: Faults(self.dice, course, 9 * HOUR) for outlet, (_, course) in METERED.items()}
        if has_calm_meters:
            for fault in (*self.meters.values(), *(self.faults[outlet] for outlet in METERED)):
                fault.every = None
        self.faults["flow"] = Faults(self.dice, BESIDE_FLOW, 20 * HOUR)

    def level(self, code, course, second):
        """A zigzag of some hours, a drift of the hour, and noise."""
        place = second % course.period * 4 // 2
        zigzag = place if place <= course.period else 2 * course.period - place
        zigzag = course.swing * (2 * zigzag - course.period) // course.period
        return course.level + zigzag + self.drift.get(code, 0) + self.dice.noise(course.noise)

    def begin_hour(self):
        for code in self.drift:
            course = COURSES.get(code) or BATCHES.get(code) or RARE[code]
            self.drift[code] = self.dice.noise(course.swing // 2)

    def begin_group_fault(self, second):
        for group in GROUPS:
            if self.dice.happens(self.interval, 40 * HOUR):
                kind, length, flag = self.dice.one_of([FLAGGED, SILENT]), self.dice.length(), self.dice.one_of("DCMB")
                for code in group:
                    self.faults[code].begin(second, kind, length, flag)
        if self.dice.happens(self.interval, 25 * HOUR):
            gas, condition = self.dice.one_of(ABOVE_WITHOUT)
            length, kind = self.dice.length(), self.dice.one_of([FLAGGED, SILENT])
            self.faults[gas].begin(second, ABOVE, length, "N")
            self.faults[condition].begin(second, kind, length // 2 + 30, self.dice.one_of("DCMB"))

    def readings(self, second):
        """What is read in one set: (outlet, decimals, code, number, flag)."""
        self.begin_group_fault(second)
        runs = self.pump.runs(second)
        for code, course in COURSES.items():
            number = self.level(code, course, second)
            if code == "w00000" and not runs:
                number = self.pump.standing()
            if course.outlet == STACK and self.plant.mark in ("F", "B"):
                number = self._of_standing_plant(code, number)
            yield from self._reading(code, course, second, number, self.interval)
        if second % 120 < self.interval:
            for code, course in RARE.items():
                yield from self._reading(code, course, second, self.level(code, course, second), 120)
        if second % 60 < self.interval:
            for code, analyser in self.analysers.items():
                number = analyser.read(second, self.level(code, analyser.course, second))
                if number is not None:
                    yield from self._reading(code, analyser.course, second, number, max(60, self.interval))

        for outlet, meter in self.meters.items():
            yield from self._metered(outlet, meter, second)

    def _metered(self, outlet, meter, second):
        """A concentration, and what the meter shows of the water; of one beside a flow that too."""
        flow = meter.advance(second, self.interval)
        code, course = METERED[outlet]
        yield from self._reading(code, course, second, self.level(code, course, second), self.interval, outlet)
        if outlet == BESIDE:
            number = flow + self.dice.noise(flow // 20) if flow else self.dice.one_of([0, 0, 0, 200])
            yield from self._reading("w00000", BESIDE_FLOW, second, number, self.interval, "flow")
        reading = meter.read(second) if second % meter.interval < self.interval else None
        if reading is not None:
            yield outlet, 0, "w00000.meter" if outlet == BESIDE else "w00000", *reading

    def _of_standing_plant(self, code, number):
        if self.plant.mark == "B":
            return number // 2 if code == "a01017" else number
        idle = {"a19001": 205_000, "a01017": 300, "a21026": 1_200, "a21003": 900, "a34013": 2_100}
        return idle[code] + self.dice.noise(1_000) if code in idle else number

    def _reading(self, code, course, second, number, step, fault=None):
        faults = self.faults[fault or code]
        faults.maybe_begin(second, step)
        reading = faults.apply(second, number)
        if reading is None:
            return
        yield course.outlet, course.decimals, code, *reading
        if self.dice.below(300) == 0:
            # The same instant once more.
            again = self.dice.one_of([(number, "D"), (None, "B"), (number + 7, "N"), (number, "N")])
            yield course.outlet, course.decimals, code, *again


def text_of(number, decimals):
    if number is None:
        return "null"
    whole, fraction = divmod(abs(number), 10**decimals)
    return f"{'-' if number < 0 else ''}{whole}.{fraction:0{decimals}}"


def generate(seed, start, days, interval, output, has_calm_meters=False):
    first = datetime.datetime.fromisoformat(start).replace(tzinfo=CHINA)
    first_instant = int(first.timestamp())
    midnight = first_instant - (first.hour * HOUR + first.minute * MINUTE)
    site = Site(seed, interval, has_calm_meters)
    hour = None
    for instant in range(first_instant, first_instant + days * DAY, interval):
        second = instant - midnight
        site.plant.advance(second)
        if second // HOUR != hour:
            hour = second // HOUR
            site.begin_hour()
        marks = {STACK: site.plant.mark, OUTFALL: site.plant.outfall, STEPS: site.plant.outfall}
        lines = [f'{{"ts":{instant * 1000},"outlet":"{outlet}","mark":"{mark}"}}\n' for outlet, mark in marks.items()]
        lines += [
            f'{{"ts":{instant * 1000},"outlet":"{outlet}","factor":"{code}","value":{text_of(number, decimals)},"flag":"{flag}"}}\n'
            for outlet, decimals, code, number, flag in site.readings(second)]
        output.writelines(lines)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--interval", type=int, default=20, choices=[5, 6, 10, 12, 15, 20, 30, 60])
    parser.add_argument("--start", default="2026-12-01T00:00")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm-meters", action="store_true")
    arguments = parser.parse_args()
    sys.stderr.write(f"seed {arguments.seed}\n")
    generate(arguments.seed, arguments.start, arguments.days, arguments.interval, sys.stdout, arguments.calm_meters)


if __name__ == "__main__":
    main()
