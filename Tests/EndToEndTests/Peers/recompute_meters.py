"""Amounts from meters (docs/calculation.md, section 5.1).

All readings of a meter are known before the first minute is computed, so that a minute can look at what confirms its reset.
"""

import bisect
import math
import struct

MINUTE, HOUR = 60_000, 3_600_000
GREATEST_OF_ALL = 1000.0
IMPOSSIBLE, NOT_CREDIBLE, NO_EARLIER, NO_READING = (
    "more than the pipe carries", "no credible reading", "no earlier reading", "no meter reading")


def single_step(number):
    """What a 32-bit floating-point number tells apart, where the number is one."""
    packed = struct.pack("<f", number)
    if struct.unpack("<f", packed)[0] != number:
        return 0.0
    _, exponent = math.frexp(number)
    return math.ldexp(1.0, exponent - 24) if number else 0.0


def step_of(a, b):
    def is_whole(number):
        return abs(number - round(number)) <= 1e-9 * max(1, abs(number))
    scale = next((scale for scale in (1, 10, 100) if is_whole(a * scale) and is_whole(b * scale)), 1000)
    return max(1 / scale, single_step(a), single_step(b))


class Course:
    """A way that the meter may have gone from the last believed reading."""

    def __init__(self, kind, instant, number, rate):
        self.kind, self.rate = kind, rate
        self.start, self.first = instant, number
        self.instant, self.latest = instant, number
        self.further, self.slowest = 0, None


class Meter:
    def __init__(self, modulus, greatest_rate, interval):
        self.modulus, self.greatest_rate = modulus, greatest_rate
        self.interval = interval / 1000
        self.last = self.last_instant = None
        self.course = None
        self.rates = {}

    def copy(self):
        other = Meter(self.modulus, self.greatest_rate, self.interval * 1000)
        other.last, other.last_instant, other.rates = self.last, self.last_instant, dict(self.rates)
        if self.course:
            other.course = Course(None, 0, 0, None)
            other.course.__dict__.update(self.course.__dict__)
        return other

    def seconds(self, start, instant):
        return max((instant - start) / 1000, self.interval)

    def is_possible(self, before, start, number, instant, amount=None):
        rate = self.greatest_rate * 1.1 if self.greatest_rate else (
            max(self.rates.values()) * 10 if self.rates else GREATEST_OF_ALL)
        amount = number - before if amount is None else amount
        return amount <= rate * self.seconds(start, instant) + step_of(before, number)

    def note(self, rate, instant):
        hour = instant // HOUR
        self.rates = {each: old for each, old in self.rates.items() if abs(each - hour) <= 24}
        self.rates[hour] = max(self.rates.get(hour, rate), rate)

    def advance(self, instant, number):
        """What the reading is, and what it adds."""
        if number < 0 or (self.modulus and number > self.modulus):
            return "doubtful", 0.0
        if self.last is None:
            self.last, self.last_instant = number, instant
            return "believed first", 0.0
        course, self.course = self.course, None
        if course and not self._is_back(instant, number) and self._goes_on(course, instant, number):
            self.course = course
            is_long = course.kind != "back" or instant - course.start >= HOUR
            if course.further >= 2 and is_long:
                return self.adopt()
            return "waiting", 0.0
        return self._proceed(instant, number)

    def _is_back(self, instant, number):
        return number >= 0.99 * self.last and self.is_possible(self.last, self.last_instant, number, instant)

    def _goes_on(self, course, instant, number):
        if number < 0.99 * course.latest:
            return False
        rate = (number - course.latest) / self.seconds(course.instant, instant)
        is_like_it = course.kind == "leap" and not self.greatest_rate and rate <= 10 * course.rate
        if not is_like_it and not self.is_possible(course.latest, course.instant, number, instant):
            return False
        course.further += 1
        course.instant, course.latest = instant, max(number, course.latest)
        course.slowest = rate if course.slowest is None else min(course.slowest, rate)
        return True

    def adopt(self):
        course, self.course = self.course, None
        before, start = self.last, self.last_instant
        over = self._over_the_end(course.start, course.first) if course.kind == "reset" else None
        self.last, self.last_instant = course.latest, course.instant
        if over is not None:
            return "believed over the end", over + (course.latest - course.first)
        if course.kind == "reset":
            if self.is_possible(before, start, course.first, course.start, course.first):
                return "believed reset", course.latest
            return "impossible reset", course.latest - course.first
        if course.kind == "leap" and not self.greatest_rate and 10 * course.slowest >= course.rate:
            self.note(course.rate, course.start)
            return "believed", course.latest - before
        return "believed", course.latest - course.first

    def _proceed(self, instant, number):
        amount = number - self.last
        over = self._over_the_end(instant, number)
        if over is not None and self._is_near_the_end(number):
            return self._count(over, instant, number)
        if amount >= 0:
            if self.is_possible(self.last, self.last_instant, number, instant):
                return self._count(amount, instant, number)
            if self.modulus and number >= 0.99 * (self.modulus + self.last):
                # It has just passed its end, and dips back across it.
                self.last_instant = instant
                return "believed", 0.0
            kind, name = "leap", "impossible"
        elif number >= 0.99 * self.last:
            self.last_instant = instant
            return "believed", 0.0
        elif over is None and number >= 0.1 * self.last:
            kind, name = "back", "doubtful"
        else:
            kind, name = "reset", "waiting"
        self.course = Course(kind, instant, number, amount / self.seconds(self.last_instant, instant))
        return name, 0.0

    def _is_near_the_end(self, number):
        return self.last >= 0.9 * self.modulus and number <= 0.1 * self.modulus

    def _over_the_end(self, instant, number):
        """What has flowed if the meter passed its end. Away from the end only a range tells whether so much is possible."""
        if not self.modulus or number >= self.last or not (self.greatest_rate or self._is_near_the_end(number)):
            return None
        amount = self.modulus - self.last + number
        return amount if self.is_possible(self.last, self.last_instant, number, instant, amount) else None

    def _count(self, amount, instant, number):
        if amount > 0:
            self.note(amount / self.seconds(self.last_instant, instant), instant)
        self.last, self.last_instant = number, instant
        return "believed", amount

    def resolve(self, later):
        """A reset that readings of later minutes confirm."""
        if self.course is None or self.course.kind != "reset":
            return None
        start, first = self.course.start, self.course.first
        probe = self.copy()
        for instant, number in later:
            name, _ = probe.advance(instant, number)
            if name in ("believed reset", "impossible reset", "believed over the end"):
                return self.adopt()
            if probe.course and (probe.course.start, probe.course.first) == (start, first):
                continue
            self.course = None
            return "doubtful", 0.0
        return None


class Entry:
    """What a minute has of its meter."""

    def __init__(self):
        self.amount, self.minutes, self.reason, self.is_fault = None, 1, None, False


class MeterBook:
    """A meter minute by minute. `readings`: all good ones, (instant, number), in the order of time."""

    def __init__(self, settings, greatest_rate, block):
        self.meter = Meter(settings.modulus, greatest_rate, settings.interval)
        self.wait = min(max(3 * settings.interval, 30_000), 600_000)
        # The length of a minute record, ms.
        self.block = block
        self.readings = []
        self.owed, self.booked = 0.0, None

    def close(self, start, block_end):
        begin, end = (bisect.bisect_left(self.readings, (instant,)) for instant in (start, start + MINUTE))
        entry = Entry()
        if begin == end:
            return entry
        steps = [self.meter.advance(*reading) for reading in self.readings[begin:end]]
        last = bisect.bisect_left(self.readings, (block_end + self.wait,))
        if step := self.meter.resolve(self.readings[end:last]):
            steps.append(step)
        # One by one, as they come.
        for _, amount in steps:
            self.owed += amount
        names = [name for name, _ in steps]
        if any(name.startswith("impossible") for name in names):
            entry.reason, entry.is_fault = IMPOSSIBLE, True
            return entry
        believed = [name for name in names if name.startswith("believed")]
        if not believed:
            entry.reason, entry.is_fault = NOT_CREDIBLE, True
            return entry
        before, self.booked = self.booked, start // MINUTE
        if set(believed) == {"believed first"}:
            entry.reason = NO_EARLIER
            return entry
        entry.amount, self.owed = self.owed, 0.0
        if before is not None:
            entry.minutes = max(1, self.booked - before)
        return entry
