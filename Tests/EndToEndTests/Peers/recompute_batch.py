"""Batch analysers: which readings are results, and when the analyser fails (docs/calculation.md, section 5)."""

FLAG_ORDER = "DMC"
GRACE = 15 * 60_000
TOLERATED = 15 * 60_000


def longest(times):
    """Of {flag: ms} the flag with the most time: of equals D, M, C, then by letter; B of none."""
    def rank(flag):
        place = FLAG_ORDER.find(flag)
        return (-times[flag], place if place >= 0 else len(FLAG_ORDER), flag)
    return min(times, key=rank) if times else "B"


class BatchAnalyser:
    """The readings of one analyser in their order."""

    def __init__(self, cycle):
        self.cycle = cycle
        # (instant, number)
        self.results = []
        # (instant, flag) whenever the flag was another one than before; N is good.
        self.changes = []

    def read(self, instant, number, flag):
        """Takes a reading; `number` is None where it is none that counts."""
        if number is None and flag == "N":
            flag = "B"
        if (self.changes[-1][1] if self.changes else "N") != flag:
            self.changes.append((instant, flag))
        if number is None:
            return
        if self.results:
            last, held = self.results[-1]
            is_same = abs(number - held) <= 1e-12 * max(abs(number), abs(held))
            if is_same and instant - last < 1.25 * self.cycle:
                return
        self.results.append((instant, number))

    def sampled(self, start, end):
        return [number for instant, number in self.results if start <= instant < end]

    def failing(self, start, end):
        """{flag: ms} of the time from `start` to `end` in which the analyser failed."""
        times = {}
        for index, (begin, flag) in enumerate(self.changes):
            until = self.changes[index + 1][0] if index + 1 < len(self.changes) else end
            length = min(until, end) - max(begin, start)
            if flag != "N" and length > 0:
                times[flag] = times.get(flag, 0) + length
        return times

    def minute(self, part, start, end):
        """Fills `part` with the newest result."""
        times = self.failing(start, end)
        is_failing = sum(times.values()) >= end - start
        part.count = len(self.sampled(start, end))
        newest = [entry for entry in self.results if entry[0] < end][-1:]
        if newest and end - newest[0][0] <= self.cycle + GRACE:
            part.avg = part.min = part.max = newest[0][1]
        if is_failing:
            part.flag = longest(times)
            part.invalidate(f"flag {part.flag}")
        elif part.avg is None:
            part.flag = longest(times)
            part.invalidate("no result")

    def hour(self, part, start, end):
        """Fills `part` with the results of the hour, or the last one before it."""
        numbers = self.sampled(start, end)
        part.count = len(numbers)
        if not numbers:
            times = self.failing(start, end)
            earlier = [entry for entry in self.results if entry[0] < start]
            if not earlier or end - earlier[-1][0] > 1.25 * self.cycle:
                part.flag = longest(times)
                return part.invalidate(f"flag {part.flag}")
            numbers = [earlier[-1][1]]
            if sum(times.values()) > TOLERATED:
                part.flag = longest(times)
                part.invalidate(f"flag {part.flag}")
        total = 0.0
        for number in numbers:
            total += number
        part.avg, part.min, part.max = total / len(numbers), min(numbers), max(numbers)
