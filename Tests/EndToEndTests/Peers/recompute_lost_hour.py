"""Rule D4: the running hour can no longer be valid for what its limits judge (docs/alarms.md, The lost hour).

Where docs/alarms.md leaves a choice: each quantity is counted by itself, and the worst is told; the limit told is the number of bad
minutes with which the hour is lost, as far as it is known then. Watched are factors with limits, and concentrations. Of the worst
quantity the instrument that the reason of each minute names holds the alarm back by its flag. Minutes without an amount of the
meter are bad when it is known that the next amount does not make them good: when its mass is not valid, or it stands for fewer.
"""

from recompute_parts import GAS_FLOW, WATER_FLOW

INSTRUMENT_FLAGS = {"M", "C"}
MEASURED, CONVERTED, MASS, FLOW = "measured", "converted", "mass", "flow"


class Count:
    """The bad minutes of one quantity in the running hour."""

    def __init__(self, bad):
        self.bad, self.of_instrument, self.not_due = bad, 0, 0
        # Of each minute without an amount since the last one: whether a mark of the instrument is to blame.
        self.waiting = []

    def lose(self, minutes):
        self.bad += len(minutes)
        self.of_instrument += sum(minutes)

    def settle(self, stands_for):
        """A valid amount makes the last minutes good that it stands for, itself among them."""
        self.lose(self.waiting[:max(0, len(self.waiting) - stands_for + 1)])
        self.waiting = []


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
            self._count(count, period, quantity)
        lost = [count for count in self.counts.values() if self._is_lost(count, count.bad)]
        if lost:
            worst = max(lost, key=lambda count: count.bad)
            is_held = period.mark == "F" or self._is_lost(worst, worst.of_instrument)
            self.alarm.hold(period.end, worst.bad, self._allowed(worst) + 1, is_held)

    def _count(self, count, period, quantity):
        part = period.parts[GAS_FLOW if quantity == FLOW else self.factor.code]
        is_valid, reason = {
            MEASURED: (part.valid, part.reason), CONVERTED: (part.zs_valid, part.zs_reason)}.get(
                quantity, (part.cou_valid, part.cou_reason))
        blamed = period.parts.get((reason or "").split(" ")[-1], part)
        is_marked = blamed.flag in INSTRUMENT_FLAGS
        count.not_due += not part.due
        if quantity == MASS and self._is_waiting(period):
            count.waiting += [is_marked] * part.due
        elif is_valid:
            count.settle(part.cou_stands_for)
        else:
            count.lose(count.waiting + [is_marked] * part.due)
            count.waiting = []

    def _is_waiting(self, period):
        """Whether the meter has no amount in the minute, and a later one may stand for it."""
        flow = self.settings.factors.get(WATER_FLOW)
        return flow is not None and flow.meter is not None and period.parts[WATER_FLOW].cou is None

    def _allowed(self, count):
        """So many bad minutes leave the hour valid."""
        if not self.is_water:
            return 60 - self.settings.valid["hour"]
        due = 60 - count.not_due
        return due - (self.settings.water_need("hour", due) if due else 0)

    def _is_lost(self, count, bad):
        return bad > self._allowed(count)
