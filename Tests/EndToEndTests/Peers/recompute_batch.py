"""Batch analysers: what is a result, and when the analyser is failing (docs/calculation.md, section 5)."""

from recompute_parts import Part, greatest, mean

GRACE = 15 * 60_000
NO_RESULT = "no result"


class BatchAnalyser:
    """The readings of an analyser that tells no sample times."""

    def __init__(self, cycle, upper_end=None):
        self.cycle = cycle
        # What a result above the range counts as where limits are judged, in the unit of the record; None: no range is known.
        self.upper_end = upper_end
        # For so long a result stands, and so much later the same number is another one.
        self.age = cycle * 5 // 4
        self.results = []
        # From when on it is failing and with which flag, or that it is not: (instant, flag or None), where that changes.
        self.states = []

    def read(self, instant, number, flag):
        """A reading, None where it has no number or one above the range. Returns whether it is a result."""
        state = None if number is not None else flag
        if (self.states[-1][1] if self.states else None) != state:
            self.states.append((instant, state))
        if number is None:
            return False
        is_new = not self.results or number != self.results[-1][1] or instant - self.results[-1][0] >= self.age
        if is_new:
            self.results.append((instant, number))
        return is_new

    def failing(self, start, end):
        """How long it was failing between two instants, in ms by flag."""
        shares = {}
        ends = [instant for instant, _ in self.states[1:]] + [end]
        for (begin, flag), finish in zip(self.states, ends):
            time = min(finish, end) - max(begin, start)
            if flag is not None and time > 0:
                shares[flag] = shares.get(flag, 0) + time
        return shares

    def minute(self, start, fresh):
        """The newest result; `fresh` results are of this minute."""
        part, end = Part(), start + 60_000
        part.count = fresh
        shares = self.failing(start, end)
        if self.results and end - self.results[-1][0] <= self.cycle + GRACE:
            part.avg = part.min = part.max = self.results[-1][1]
        else:
            self._lack(part, shares)
        if sum(shares.values()) == 60_000:
            self._fail(part, shares)
        return part

    def hour(self, start, end):
        """The results of the hour; else the last one before, if it is not too old at the end."""
        part = Part()
        numbers = [number for instant, number in self.results if start <= instant < end]
        part.count = len(numbers)
        shares = self.failing(start, end)
        if not numbers:
            earlier = [entry for entry in self.results if entry[0] < start]
            if earlier and end - earlier[-1][0] <= self.age:
                numbers = [earlier[-1][1]]
            else:
                self._lack(part, shares)
            if sum(shares.values()) > GRACE:
                self._fail(part, shares)
        if numbers:
            part.avg, part.min, part.max = mean(numbers), min(numbers), max(numbers)
        above = self._above(start, end)
        if above and self.upper_end is not None:
            own = numbers if part.count else []
            part.bound = mean(own + [self.upper_end] * above)
        return part

    def _above(self, start, end):
        """How many stretches above the range begin in the hour, or last all of it."""
        ends = [instant for instant, _ in self.states[1:]] + [end]
        spans = [(begin, finish) for (begin, flag), finish in zip(self.states, ends) if flag == "T"]
        return sum(1 for begin, finish in spans if start <= begin < end or (begin < start and finish >= end))

    @staticmethod
    def _lack(part, shares):
        part.flag = greatest(shares) if shares else "B"
        part.invalidate(NO_RESULT)

    @staticmethod
    def _fail(part, shares):
        part.flag = greatest(shares)
        part.invalidate(f"flag {part.flag}")
