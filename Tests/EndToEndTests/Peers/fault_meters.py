"""Meters of fault_samples.py: they count m3 in coarse steps, rest, and fail as meters do. All is computed in integers."""

DAY, HOUR, MINUTE = 86_400, 3_600, 60


class CoarseMeter:
    """Counts in steps of so many m3 what a pump brings: much, or so little that a step takes minutes or hours."""

    RATES = [90_000, 30_000, 12_000, 5_000, 2_000, 700, 150]

    def __init__(self, dice, step, interval):
        self.dice, self.step, self.interval = dice, step, interval
        # In 1/1000 m3 times 3600.
        self.volume = dice.below(9_000_000) * HOUR
        self.until, self.rate, self.minutes = 0, 0, 60
        self.failing_until, self.failure = 0, None
        # How often it fails, in seconds; None: never.
        self.every = 11 * HOUR

    def advance(self, second, seconds):
        """Lets the pump run for so many seconds. Returns what it brings now, in 1/1000 m3/h."""
        if second >= self.until:
            self.until = second + self.dice.one_of([HOUR, 3 * HOUR, 8 * HOUR, 20 * HOUR]) + self.dice.below(HOUR)
            self.rate = self.dice.one_of([0, *self.RATES])
            self.minutes = self.dice.one_of([60, 60, 45, 25, 10])
        flow = self.flow(second)
        self.volume += flow * seconds
        return flow

    def flow(self, second):
        return self.rate if second % HOUR < self.minutes * MINUTE else 0

    def shown(self):
        return self.volume // (1_000 * HOUR * self.step) * self.step

    def read(self, second):
        """The reading and its flag; None where nothing is heard."""
        number = self.shown()
        if second >= self.failing_until:
            self.failure = None
            if self.every is not None and self.dice.happens(self.interval, self.every):
                self._fail(second)
        if self.failure == "silent":
            return None
        if self.failure == "wild" and self.dice.below(3) == 0:
            return self.dice.one_of([0, number // 2, number * 199 // 200, number + 70_000]), "N"
        return number, self.failure if self.failure in ("D", "M") else "N"

    def _fail(self, second):
        self.failure = self.dice.one_of(["silent", "silent", "D", "M", "wild", "reset"])
        self.failing_until = second + self.dice.length()
        if self.failure == "reset":
            self.failure, self.volume = None, 0
