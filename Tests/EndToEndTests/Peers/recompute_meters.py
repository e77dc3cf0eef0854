"""Amounts from meters (docs/calculation.md, section 5.1).

All readings of a meter are known before the first minute is computed, so that a minute can look at what confirms its reset.
"""

import bisect
import math
import struct

MINUTE, HOUR = 60_000, 3_600_000
GREATEST_OF_ALL = 1000.0
# A step of a coarse meter is no more than the pipe carries in this time, s.
LONGEST_STEP = 3600
# A meter that passed its end may dip back across it for so long, s; at least two intervals.
BACK_OVER_THE_END = 60
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
        # Since when the last reading has been shown, the least rise of a coarse meter, when it passed its end.
        self.since = self.coarse_step = self.passed_end = None
        self.course = None
        self.rates = {}
        # The first believed reading, the last two rises, and when what is being adopted rose.
        self.first_instant, self.rises, self.rose = None, [], None

    def copy(self):
        other = Meter(self.modulus, self.greatest_rate, self.interval * 1000)
        other.last, other.last_instant, other.rates = self.last, self.last_instant, dict(self.rates)
        other.since, other.coarse_step, other.passed_end = self.since, self.coarse_step, self.passed_end
        if self.course:
            other.course = Course(None, 0, 0, None)
            other.course.__dict__.update(self.course.__dict__)
        return other

    def last_read(self):
        return self.course.instant if self.course else self.last_instant

    def seconds(self, start, instant):
        return max((instant - start) / 1000, self.interval)

    def greatest(self, seconds, before, number):
        rate = self.greatest_rate * 1.1 if self.greatest_rate else (
            max(self.rates.values()) * 10 if self.rates else GREATEST_OF_ALL)
        return rate * seconds + step_of(before, number) + (self.coarse_step or 0)

    def is_possible(self, before, start, number, instant, amount=None):
        amount = number - before if amount is None else amount
        return amount <= self.greatest(self.seconds(start, instant), before, number)

    def is_tick(self, instant, number):
        seconds = min(self.seconds(self.since, instant), LONGEST_STEP)
        return bool(self.greatest_rate) and number - self.last <= self.greatest(seconds, self.last, number)

    def note(self, rate, instant):
        hour = instant // HOUR
        self.rates = {each: old for each, old in self.rates.items() if abs(each - hour) <= 24}
        self.rates[hour] = max(self.rates.get(hour, rate), rate)

    def advance(self, instant, number):
        """What the reading is, and what it adds."""
        self.rose = instant
        step = self._advance(instant, number)
        self._note_rise(step[1])
        return step

    def _note_rise(self, amount):
        if amount > 0:
            self.rises = self.rises[-1:] + [self.rose]

    def awaits_in_vain(self):
        """Whether at the last believed reading a step is overdue: twice as long as the last one took; before two are known, for an
        hour."""
        if len(self.rises) < 2:
            return self.last_instant - (self.rises or [self.first_instant])[0] >= HOUR
        before, last = self.rises
        return self.last_instant - last >= 2 * (last - before)

    def _advance(self, instant, number):
        if number < 0 or (self.modulus and number > self.modulus):
            return "doubtful", 0.0
        if self.last is None:
            self.last, self.last_instant, self.since = number, instant, instant
            self.first_instant = instant
            return "believed first", 0.0
        course, self.course = self.course, None
        if course and not self._is_back(instant, number) and self._goes_on(course, instant, number):
            self.course = course
            is_long = course.kind != "back" or instant - course.start >= HOUR
            if course.further >= 2 and is_long:
                return self.adopt()
            return "waiting", 0.0
        before = self.last
        step = self._proceed(instant, number)
        if course and course.kind == "tick" and step[0] == "believed" and number >= course.first:
            self.coarse_step = course.first - before
        return step

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
        # What further readings confirm rose with the first.
        self.rose = course.start
        before, start = self.last, self.last_instant
        over = self._over_the_end(course.start, course.first) if course.kind == "reset" else None
        self.last, self.last_instant = course.latest, course.instant
        self.since = course.start if course.latest == course.first else course.instant
        if course.kind == "tick":
            self.coarse_step = course.first - before
            return "believed tick", course.latest - before
        if over is not None:
            return "believed over the end", over + (course.latest - course.first)
        if course.kind == "reset":
            is_reset = self.is_possible(before, start, course.first, course.start, course.first)
            self.coarse_step = None
            if is_reset:
                return "believed reset", course.latest
            return "impossible reset", course.latest - course.first
        if course.kind == "leap" and not self.greatest_rate and 10 * course.slowest >= course.rate:
            self.note(course.rate, course.start)
            return "believed", course.latest - before
        self.coarse_step = None
        return "believed", course.latest - course.first

    def _proceed(self, instant, number):
        amount = number - self.last
        over = self._over_the_end(instant, number)
        if over is not None and over <= self.greatest(self.interval, self.last, number):
            self.passed_end = instant
            return self._count(over, instant, number)
        if amount >= 0:
            if self.is_possible(self.last, self.last_instant, number, instant):
                return self._count(amount, instant, number)
            if self._has_just_passed_the_end(instant) and number >= 0.99 * (self.modulus + self.last):
                # It has just passed its end, and dips back across it.
                self.last_instant = instant
                return "believed", 0.0
            kind, name = ("tick", "waiting") if self.is_tick(instant, number) else ("leap", "impossible")
        elif number >= 0.99 * self.last:
            self.last_instant = instant
            return "believed", 0.0
        elif over is None and number >= 0.1 * self.last:
            kind, name = "back", "doubtful"
        else:
            kind, name = "reset", "waiting"
        self.course = Course(kind, instant, number, amount / self.seconds(self.last_instant, instant))
        return name, 0.0

    def _has_just_passed_the_end(self, instant):
        return self.passed_end is not None and (
            (instant - self.passed_end) / 1000 <= max(BACK_OVER_THE_END, 2 * self.interval))

    def _over_the_end(self, instant, number):
        """What has flowed if the meter passed its end."""
        if not self.modulus or self.last < 0.9 * self.modulus or number > 0.1 * self.modulus:
            return None
        amount = self.modulus - self.last + number
        return amount if self.is_possible(self.last, self.last_instant, number, instant, amount) else None

    def _count(self, amount, instant, number):
        if amount > 0:
            self.note(amount / self.seconds(self.last_instant, instant), instant)
            if self.coarse_step is not None:
                self.coarse_step = min(self.coarse_step, amount)
        if number != self.last:
            self.since = instant
        self.last, self.last_instant = number, instant
        return "believed", amount

    def resolve(self, later):
        """A reset or a coarse step that readings of later minutes confirm."""
        if self.course is None or self.course.kind not in ("reset", "tick"):
            return None
        kind = self.course.kind
        start, first = self.course.start, self.course.first
        probe = self.copy()
        for instant, number in later:
            name, _ = probe.advance(instant, number)
            if name in ("believed reset", "impossible reset", "believed over the end", "believed tick"):
                step = self.adopt()
                self._note_rise(step[1])
                return step
            if probe.course and (probe.course.start, probe.course.first) == (start, first):
                continue
            if kind == "tick" and number >= first:
                return None
            self.course = None
            return "doubtful", 0.0
        return None


class Entry:
    """What a minute has of its meter."""

    def __init__(self):
        self.amount, self.minutes, self.reason, self.is_fault, self.is_read = None, 1, None, False, False
        # Whether the meter says that nothing is discharged; of a minute without readings: said last.
        self.says_standing = False


class MeterBook:
    """A meter minute by minute. `readings`: all good ones, (instant, number), in the order of time."""

    def __init__(self, settings, greatest_rate, block):
        self.meter = Meter(settings.modulus, greatest_rate, settings.interval)
        self.interval = settings.interval
        self.wait = min(max(3 * settings.interval, 30_000), 600_000)
        # The length of a minute record, ms.
        self.block = block
        self.readings = []
        self.owed, self.booked = 0.0, None
        self.said_standing = False

    def close(self, start, block_end):
        entry = self._close(start, block_end)
        if entry.is_read:
            self.said_standing = entry.amount == 0 and self.meter.awaits_in_vain()
        entry.says_standing = self.said_standing
        return entry

    def _close(self, start, block_end):
        begin, end = (bisect.bisect_left(self.readings, (instant,)) for instant in (start, start + MINUTE))
        entry = Entry()
        if begin == end:
            return entry
        entry.is_read = True
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
