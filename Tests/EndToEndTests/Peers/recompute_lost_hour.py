"""Rule D4: the running hour can no longer be valid for what its limits judge (docs/alarms.md, The lost hour).

Where docs/alarms.md leaves a choice: each quantity is counted by itself, and the worst is told; the limit told is the number of bad
minutes with which the hour is lost, as far as it is known then. Watched are factors with limits, and concentrations. Of the worst
quantity the instrument that the reason of each minute names holds the alarm back by its flag.
"""

from recompute_parts import three_quarters

INSTRUMENT_FLAGS = {"M", "C"}
QUANTITIES = ["measured", "converted", "mass"]


class Count:
    """The bad minutes of one quantity in the running hour."""

    def __init__(self):
        self.bad = self.of_instrument = self.not_due = 0


class LostHour:
    def __init__(self, settings, factor, alarm):
        self.settings, self.factor, self.alarm = settings, factor, alarm
        judged = {"mass" if limit.quantity == "total" else limit.quantity for limit in factor.limits} or {"measured"}
        self.quantities = [quantity for quantity in QUANTITIES if quantity in judged]
        self.hour = None
        self.counts = {}

    def take(self, minute, period):
        hour = period.start - minute * 60_000
        if hour != self.hour:
            self.alarm.end(period.end)
            self.hour = hour
            self.counts = {quantity: Count() for quantity in self.quantities}
            for count in self.counts.values():
                # Of the minutes before the first one nothing was heard.
                count.bad = minute
        for quantity, count in self.counts.items():
            self._count(count, period, quantity)
        lost = [count for count in self.counts.values() if self._is_lost(count, count.bad)]
        if lost:
            worst = max(lost, key=lambda count: count.bad)
            is_held = period.mark == "F" or self._is_lost(worst, worst.of_instrument)
            self.alarm.hold(period.end, worst.bad, self._allowed(worst) + 1, is_held)

    def _count(self, count, period, quantity):
        part = period.parts[self.factor.code]
        is_valid, reason = {
            "measured": (part.valid, part.reason), "converted": (part.zs_valid, part.zs_reason),
            "mass": (part.cou_valid, part.cou_reason)}[quantity]
        if not part.due:
            count.not_due += 1
        elif not is_valid:
            count.bad += 1
            blamed = period.parts.get((reason or "").split(" ")[-1], part)
            count.of_instrument += blamed.flag in INSTRUMENT_FLAGS

    def _allowed(self, count):
        """So many bad minutes leave the hour valid."""
        if not self.factor.code.startswith("w"):
            return 60 - self.settings.valid["hour"]
        due = 60 - count.not_due
        return due - min(three_quarters(due) if due else 0, self.settings.cap["hour"])

    def _is_lost(self, count, bad):
        return bad > self._allowed(count)
