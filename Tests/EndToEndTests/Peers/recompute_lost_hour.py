"""Rule D4: the running hour can no longer be valid for what its limits judge (docs/alarms.md, The lost hour).

Where docs/alarms.md leaves a choice: each quantity is counted by itself, and the worst is told; the limit told is the number of bad
minutes with which the hour is lost, as far as it is known then. Watched are factors with limits, and concentrations. Of the worst
quantity the instrument that the reason of each minute names holds the alarm back by its flag. What an amount stands for it makes
good as far as the hour counts it, of the minutes before and of those that come.
"""

from recompute_parts import GAS_FLOW, three_quarters

INSTRUMENT_FLAGS = {"M", "C"}
MEASURED, CONVERTED, MASS, FLOW = "measured", "converted", "mass", "flow"


class Count:
    """The bad minutes of one quantity in the running hour."""

    def __init__(self, bad):
        # Those that an amount makes good are not taken away yet.
        self.all, self.made_good = bad, 0
        self.of_instrument = self.not_due = 0

    @property
    def bad(self):
        return max(0, self.all - self.made_good)


class LostHour:
    """One factor."""

    def __init__(self, settings, factor, alarm):
        self.settings, self.factor, self.alarm = settings, factor, alarm
        self.is_water = factor.code.startswith("w")
        self.quantities = self._quantities({limit.quantity for limit in factor.limits} or {MEASURED})
        self.hour = None
        self.counts = {}

    def _quantities(self, judged):
        """A mass of gas needs the hour of the concentration and that of the flow."""
        quantities = [quantity for quantity in (MEASURED, CONVERTED) if quantity in judged]
        if not judged & {MASS, "total"}:
            return quantities
        if self.is_water:
            return quantities + [MASS]
        return [MEASURED] + [quantity for quantity in quantities if quantity != MEASURED] + [FLOW]

    def take(self, minute, period):
        hour = period.start - minute * 60_000
        if hour != self.hour:
            self.alarm.end(period.end)
            self.hour = hour
            # Of the minutes before the first one nothing was heard.
            self.counts = {quantity: Count(minute) for quantity in self.quantities}
        for quantity, count in self.counts.items():
            self._count(count, period, quantity, minute + 1)
        lost = [count for count in self.counts.values() if self._is_lost(count, count.bad)]
        if lost:
            worst = max(lost, key=lambda count: count.bad)
            is_held = period.mark == "F" or self._is_lost(worst, worst.of_instrument)
            self.alarm.hold(period.end, worst.bad, self._allowed(worst) + 1, is_held)

    def _count(self, count, period, quantity, passed):
        part = period.parts[GAS_FLOW if quantity == FLOW else self.factor.code]
        is_valid, reason = {
            MEASURED: (part.valid, part.reason), CONVERTED: (part.zs_valid, part.zs_reason)}.get(
                quantity, (part.cou_valid, part.cou_reason))
        if not part.due:
            count.not_due += 1
        elif not is_valid:
            count.all += 1
            blamed = period.parts.get((reason or "").split(" ")[-1], part)
            count.of_instrument += blamed.flag in INSTRUMENT_FLAGS
        elif quantity == MASS:
            count.made_good += min(part.cou_stands_for, passed) - 1

    def _allowed(self, count):
        """So many bad minutes leave the hour valid."""
        if not self.is_water:
            return 60 - self.settings.valid["hour"]
        due = 60 - count.not_due
        return due - min(three_quarters(due) if due else 0, self.settings.cap["hour"])

    def _is_lost(self, count, bad):
        return bad > self._allowed(count)
