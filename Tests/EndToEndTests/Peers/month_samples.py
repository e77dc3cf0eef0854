"""Samples of a plant with a stack and an outfall, for month_gateway.yaml: a daily course, noise, and all the troubles.

usage: month_samples.py [--days 31] [--interval 20] [--start 2026-12-01T00:00] [--seed 1] [--meter beside|alone] > samples.jsonl

JSON lines in the order of time: {"ts","outlet","factor","value","flag"}, and {"ts","outlet","mark"} with every set of values
of the stack, "N" while the plant runs. `--start` is on the plant's clock (UTC+8). The same arguments give the same bytes
everywhere: `--meter` adds the outfall's meter as w00000.meter, or puts it in the place of the flow. All is computed in integers from random.Random(seed).getrandbits. Numbers have more decimals than their records,
so that means hardly ever lie between two roundings by accident; where they are meant to, they do so exactly in binary too.
"""

import argparse
import datetime
import random
import sys

CHINA = datetime.timezone(datetime.timedelta(hours=8))
STACK, OUTFALL = "stack", "outfall-1"
GASES = ["a21026", "a21002", "a34013", "a19001", "a05001"]
CEMS = GASES + ["a01011", "a01012", "a01013"]
WATER = ["w00000", "w01018", "w01001", "w01010"]

# Factor: outlet, decimals, level by night and the rise by day, noise, ms behind the beginning of a set. All in the last decimal.
COURSES = {
    "a21026": (STACK, 3, 8_000, 5_000, 900, 0), "a21002": (STACK, 3, 31_000, 14_000, 2_500, 0),
    "a34013": (STACK, 3, 2_100, 1_900, 600, 400), "a19001": (STACK, 3, 6_300, -900, 350, 1_300),
    "a01011": (STACK, 3, 9_500, 3_500, 800, 2_100), "a01012": (STACK, 3, 104_000, 21_000, 1_500, 2_100),
    "a01013": (STACK, 5, -51_200, -9_000, 4_000, 2_200), "a05001": (STACK, 4, 112_000, 14_000, 3_000, 700),
    "w00000": (OUTFALL, 4, 210_000, 330_000, 60_000, 0), "w01018": (OUTFALL, 3, 24_000, 18_000, 3_000, 300),
    "w01001": (OUTFALL, 4, 71_000, 4_000, 1_200, 300), "w01010": (OUTFALL, 3, 17_000, 4_500, 300, 1_900),
}
HUMIDITY = (STACK, 3, 7_400, 1_100, 300, 800)


class Trouble:
    """What happens to some factors between two seconds of a day."""

    def __init__(self, begin, end, codes, flag="N", value=None, is_silent=False, keep=None):
        self.begin, self.end = seconds(begin), seconds(end)
        self.codes, self.flag, self.value, self.is_silent = set(codes), flag, value, is_silent
        # Of the sets of a minute, how many are heard; None: all.
        self.keep = keep


def seconds(clock):
    hour, minute = clock.split(":")
    return int(hour) * 3600 + int(minute) * 60


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def usual_troubles():
    """Those of every day."""
    return [
        Trouble("00:10", "00:25", ["a19001"], "C", 20_900),                     # the oxygen cell alone: 45 valid minutes
        Trouble("01:10", "01:26", ["a19001"], "C", 20_900),                     # and 44
        Trouble("04:05", "04:21", GASES, "C", 1_000),                           # 44 valid minutes
        Trouble("06:00", "06:15", GASES, "C", 1_000),                           # 45
        Trouble("07:03", "07:19", ["w01018", "w01001"], "M", 1_000),
        Trouble("09:20", "09:20", CEMS, "B", None),
        Trouble("10:30", "10:37", CEMS + ["a01014"], is_silent=True),
        Trouble("11:15", "11:20", ["a21026"], "N", 105_300),                    # above the range
        Trouble("13:50", "14:12", WATER, is_silent=True),
        Trouble("15:05", "15:13", ["a21002"], "M", 9_000),                      # as many M as D
        Trouble("15:20", "15:28", ["a21002"], "D", 9_000),
        Trouble("17:05", "17:06", ["a21002"], keep=11),                         # 11 of 12, and so on
        Trouble("17:08", "17:09", ["a21002", "a34013"], keep=1),
        Trouble("17:10", "17:12", ["a19001"], keep=2),
        Trouble("18:30", "18:31", ["a21002"], "N", 41_125),                     # ties at two decimals
        Trouble("18:31", "18:32", ["a21002"], "N", 41_375),
        Trouble("18:33", "18:34", ["w01010"], "N", 18_250),                     # and at one
        Trouble("18:34", "18:35", ["w01010"], "N", 18_750),
        Trouble("20:00", "20:10", ["a19001"], "N", 19_300),                     # 20.7 % dry: beyond the cap
        Trouble("20:10", "20:15", ["a19001"], "N", 18_100),                     # 19.5 % dry, but it runs
        Trouble("20:15", "20:18", ["a19001"], "N", 24_500),
        Trouble("20:18", "20:20", ["a19001"], "N", -40),
        Trouble("21:20", "21:32", ["a01012"], "D", 0),
        Trouble("21:40", "21:50", ["a01014"], "D", 0),
        Trouble("22:30", "22:50", ["a01011"], "D", 0),                          # concentrations without a flow
        Trouble("23:10", "23:14", ["w00000"], "B", None),
        Trouble("02:30", "03:20", ["w00000"], "N", 0),                          # water stands
    ]


def special_troubles(day):
    """Those of one day in ten."""
    if day == 1:
        return [
            Trouble("08:00", "14:00", GASES, "M", 2_000),                       # 18 valid hours
            Trouble("08:00", "13:00", ["w01018", "w01001"], "D", 0),
        ]
    if day == 2:
        return [Trouble("01:17", "03:43", CEMS + ["a01014"] + WATER, is_silent=True)]
    if day == 3:
        return [Trouble("00:00", "06:30", ["w00000"], "N", 0), Trouble("12:00", "13:00", ["w00000"], "D", 1_000)]
    if day == 4:
        return [Trouble("05:00", "23:00", ["a34013"], "D", 0)]
    return []


def marks(day):
    """Condition of the plant: (begin, end, mark)."""
    if day == 0:
        return [
            ("02:05", "02:55", "B"), ("11:30", "12:00", "Sd"), ("12:00", "14:00", "F"), ("14:00", "14:50", "St"),
            ("19:00", "19:45", "F"), ("21:00", "21:44", "F")]
    if day == 6:
        return [("03:40", "04:00", "Sd"), ("04:00", "22:00", "F"), ("22:00", "22:55", "St")]
    return []


class Plant:
    """Makes the samples."""

    def __init__(self, seed, start, interval):
        self.random = random.Random(seed)
        self.start = start
        self.interval = interval
        self.drift = {}
        self.troubles = []
        self.marks = []

    def below(self, bound):
        return self.random.getrandbits(32) * bound >> 32

    def noise(self, amount):
        """From -amount to amount, mostly near 0."""
        return (self.below(amount + 1) + self.below(amount + 1)) - amount

    def begin_day(self, day):
        self.troubles = usual_troubles() + special_troubles(day % 10)
        for trouble in self.troubles:
            if trouble.begin == trouble.end:
                trouble.end += 60 * (3 + self.below(6))
        groups = [GASES, ["a21026"], ["a21002"], ["a34013"], ["a01011"], ["w01018"], ["w01001"], ["w00000"]]
        for _ in range(6):
            begin = self.below(1_400)
            codes, flag = groups[self.below(len(groups))], "CMDBF"[self.below(5)]
            value = None if flag == "B" else self.below(9_000)
            self.troubles.append(Trouble(clock(begin), clock(begin + 1 + self.below(4)), codes, flag, value))
        self.marks = [(seconds(begin), seconds(end), mark) for begin, end, mark in marks(day % 10)]

    def begin_hour(self):
        for code, (_, _, _, rise, noise, _) in COURSES.items():
            self.drift[code] = self.noise(noise + abs(rise) // 8)

    def level(self, course, code, second, hard_noise=None):
        _, _, base, rise, noise, _ = course
        share = second * (86_400 - second) * 1_000 // 1_866_240_000
        return base + rise * share // 1_000 + self.drift.get(code, 0) + self.noise(noise)

    def mark(self, second):
        return next((mark for begin, end, mark in self.marks if begin <= second < end), "N")

    def stopped(self, code, number, mark):
        """What a reading is while the plant is not running normally."""
        if mark == "F":
            idle = {"a19001": 20_900, "a01011": 40, "a21026": 120, "a21002": 300, "a34013": -350, "a05001": 400}
            return idle.get(code, number // 2 if code == "a01012" else number) + self.noise(30)
        if mark == "St" and code == "a19001":
            return 19_800 - self.below(6_000)
        if mark in ("B", "Sd") and code == "a01011":
            return number // 2
        return number

    def set_of_values(self, instant, second):
        """The lines of one set as (instant, line)."""
        lines = []
        active = [trouble for trouble in self.troubles if trouble.begin <= second < trouble.end]
        mark = self.mark(second)
        ordinal = second % 60 // self.interval
        due = 60 // self.interval
        for code, course in COURSES.items():
            flag, value, is_silent = "N", self.level(course, code, second), False
            if course[0] == STACK:
                value = self.stopped(code, value, mark)
            for trouble in active:
                if code in trouble.codes:
                    if trouble.keep is not None:
                        # At 5 s as many as it says; fewer in proportion otherwise, one at least.
                        is_silent |= ordinal >= max(1, trouble.keep * due // 12)
                    elif trouble.is_silent:
                        is_silent = True
                    else:
                        flag, value = trouble.flag, trouble.value
            if is_silent:
                continue
            at = instant + course[5] + (self.below(200) if course[5] else 0)
            lines.append((at, line(at, course, code, value, flag)))
            if code == "a21002" and flag == "N" and self.below(200) == 0:
                # Two at one instant, the greater one first.
                lines.append((at, line(at, course, code, value - 1 - self.below(500), flag)))
        if not any(trouble.is_silent and "a21026" in trouble.codes for trouble in active):
            lines.insert(0, (instant, f'{{"ts":{instant},"outlet":"{STACK}","mark":"{mark}"}}\n'))
        return lines

    def slow(self, instant, second):
        """The hygrometer, every two minutes."""
        flag, value = "N", self.level(HUMIDITY, "a01014", second)
        for trouble in self.troubles:
            if trouble.begin <= second < trouble.end and "a01014" in trouble.codes:
                if trouble.is_silent:
                    return []
                flag, value = trouble.flag, trouble.value
        at = instant + HUMIDITY[5] + self.below(200)
        return [(at, line(at, HUMIDITY, "a01014", value, flag))]


class Analyser:
    """The ammonia analyser: read every minute, it holds a result for about an hour, and does what analysers do meanwhile."""

    def __init__(self, seed, start):
        self.random = random.Random(seed + 2_000)
        self.number, self.change = 200_000, start
        self.flag, self.flagged_until, self.silent_until = "N", 0, 0

    def below(self, bound):
        return self.random.getrandbits(32) * bound >> 32

    def read(self, instant):
        if instant >= self.change:
            # The next result comes a little early or late, or after a cycle without one; one in six is the same number.
            self.change += 60_000 * (58 + self.below(5)) + 1_000 * self.below(60)
            if self.below(8) == 0:
                self.change += 3_600_000 * (1 + self.below(2))
            if self.below(6):
                self.number = 120_000 + self.below(180_000)
        chance = self.below(500)
        if chance < 4:
            self.flag, self.flagged_until = "DMCD"[chance], instant + 60_000 * self.below(80)
        elif chance == 4:
            self.silent_until = instant + 60_000 * self.below(200)
        if instant < self.silent_until:
            return []
        at = instant + self.below(2_000)
        is_flagged = instant < self.flagged_until
        # While it is flagged it tells its number or none, and now and then it is well for a minute.
        flag = self.flag if is_flagged and self.below(9) else "N"
        value = None if flag != "N" and self.below(4) == 0 else self.number
        return [(at, line(at, (OUTFALL, 4), "w21003", value, flag))]


class Meter:
    """The outfall's meter: four digits and two decimals of m3, with all that meters do."""

    END = 1_000_000

    def __init__(self, seed, is_alone):
        self.random = random.Random(seed + 1_000)
        self.code = "w00000" if is_alone else "w00000.meter"
        # In 1/100 m3, and what is less.
        self.total, self.rest = 830_000, 0
        self.silent_until = 0

    def below(self, bound):
        return self.random.getrandbits(32) * bound >> 32

    def read(self, instant, interval):
        litres = 0 if self.below(40) == 0 else 20_000 + self.below(20_000)
        self.rest += litres * interval
        self.total, self.rest = (self.total + self.rest // 10_000) % self.END, self.rest % 10_000
        chance = self.below(6_000)
        if chance < 4:
            self.total = 0
        elif chance < 6:
            self.total = 50_000 + self.below(900_000)
        elif chance < 12:
            self.silent_until = instant + 60_000 * self.below(90)
        if instant < self.silent_until:
            return []
        value = {12: 0, 13: self.total // 2, 14: self.total * 199 // 200, 15: (self.total + 300_000) % self.END}.get(
            chance // 10 if chance >= 120 else -1, self.total)
        flag = "D" if chance in range(200, 230) else "N"
        return [(instant, line(instant, (OUTFALL, 2), self.code, value, flag))]


def line(instant, course, code, value, flag):
    outlet, decimals = course[0], course[1]
    if value is None:
        text = "null"
    else:
        whole, fraction = divmod(abs(value), 10**decimals)
        text = f"{'-' if value < 0 else ''}{whole}.{fraction:0{decimals}}"
    return f'{{"ts":{instant},"outlet":"{outlet}","factor":"{code}","value":{text},"flag":"{flag}"}}\n'


def generate(seed, start, days, interval, output, meter=None):
    first = datetime.datetime.fromisoformat(start).replace(tzinfo=CHINA)
    first_instant = int(first.timestamp()) * 1000
    plant = Plant(seed, first_instant, interval)
    end = first_instant + days * 86_400_000
    midnight = first_instant - (first.hour * 3600 + first.minute * 60) * 1000
    day = hour = None
    analyser = Analyser(seed, first_instant)
    for instant in range(first_instant, end, interval * 1000):
        number, rest = divmod(instant - midnight, 86_400_000)
        second = rest // 1000
        if number != day:
            day = number
            plant.begin_day(number)
        if (number, second // 3600) != hour:
            hour = (number, second // 3600)
            plant.begin_hour()
        ready = plant.set_of_values(instant, second)
        if second % 120 < interval:
            ready += plant.slow(instant, second)
        if meter is not None:
            if meter.code == "w00000":
                ready = [entry for entry in ready if '"w00000"' not in entry[1]]
            ready += meter.read(instant, interval)
        if second % 60 < interval:
            ready += analyser.read(instant)
        ready.sort(key=lambda entry: entry[0])
        output.writelines(text for _, text in ready)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--interval", type=int, default=20, choices=[5, 6, 10, 12, 15, 20, 30])
    parser.add_argument("--start", default="2026-12-01T00:00")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--meter", choices=["beside", "alone"])
    arguments = parser.parse_args()
    meter = Meter(arguments.seed, arguments.meter == "alone") if arguments.meter else None
    generate(arguments.seed, arguments.start, arguments.days, arguments.interval, sys.stdout, meter)


if __name__ == "__main__":
    main()
