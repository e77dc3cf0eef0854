"""The alarms of limits from the minutes and periods of an outlet (docs/alarms.md): L1, L2, L3, L6 and L7 of means and amounts.

Where docs/alarms.md leaves a choice, this program takes the following.
- The value of a message is the last one with which the condition held, rounded as the record.
- A value that reaches limit − deadband has come back, and one that reaches the warning share is at it.
- To L3 a value above the limit itself is as if there were no data.
- A condition begins anew when from the end of the last period with a value to the beginning of the next one more than the delay and
  ten minutes lie.
- Whether a mark holds an alarm back is asked of the period that raises it, and then of each that keeps it.
"""

from recompute_lost_hour import LostHour
from recompute_forecast import DayForecast, HourForecast
from recompute_rounding import AMOUNT_DECIMALS, RULES, rounded

PLANT_MARKS = {"F", "St", "Sd", "B"}
MINUTE, HOUR = 60_000, 3_600_000
# Delay and what ends an alarm, ms.
TIMES = {"L1": (0, HOUR), "L2": (0, 0), "L3": (5 * MINUTE, MINUTE), "L6": (5 * MINUTE, MINUTE), "L7": (MINUTE, MINUTE)}
PATIENCE = 10 * MINUTE
KEPT, GONE, HELD = "kept", "gone", "held"


class Book:
    """Takes down what is told of alarms."""

    def __init__(self):
        self.entries = []

    def tell(self, ts, outlet, rule, factor, part, state, value, limit, is_suppressed):
        self.entries.append({
            "ts": ts, "rule": rule, "outlet": outlet, "factor": factor, "part": part, "state": state, "value": value,
            "limit": limit, "suppressed": is_suppressed})


class Alarm:
    """What is told of one alarm, from its beginning to its end."""

    def __init__(self, book, outlet, rule, factor, part):
        self.book, self.head = book, (outlet, rule, factor, part)
        self.is_active = self.is_suppressed = False
        self.value = self.limit = None

    def hold(self, ts, value, limit, is_suppressed):
        """The condition holds: tells of it when it is new, or held back no longer. A raised alarm takes nothing of a time that a
        mark holds back."""
        if self.is_active and is_suppressed and not self.is_suppressed:
            return
        self.value, self.limit = value, limit
        if not self.is_active or (self.is_suppressed and not is_suppressed):
            self.is_active, self.is_suppressed = True, is_suppressed
            self._tell(ts, "raised")

    def end(self, ts):
        if self.is_active:
            self.is_active = False
            self._tell(ts, "cleared")

    def _tell(self, ts, state):
        self.book.tell(ts, *self.head, state, self.value, self.limit, self.is_suppressed)


class Watch:
    """One limit and one rule: counts for how long the condition holds, and for how long it is gone."""

    def __init__(self, alarm, rule):
        self.alarm = alarm
        self.delay, self.off_delay = TIMES[rule]
        self.pending = self.clearing = 0
        self.last_end = None

    def observe(self, period, verdict, value, limit, is_held_back):
        """`verdict`: the condition holds (HELD), is gone (GONE), or neither (KEPT)."""
        if self.last_end is not None and period.start - self.last_end > self.delay + PATIENCE:
            self.pending = self.clearing = 0
        self.last_end = period.end
        if verdict == HELD:
            self.clearing = 0
            self.pending += period.end - period.start
            if self.alarm.is_active or self.pending >= self.delay:
                self.alarm.hold(period.end, value, limit, is_held_back)
            return
        self.pending = 0
        if verdict == KEPT:
            self.clearing = 0
        elif self.alarm.is_active:
            self.clearing += period.end - period.start
            if self.clearing >= self.off_delay:
                self.alarm.end(period.end)
                self.clearing = 0


class LimitJudge:
    """The limits of one statistic and quantity of a factor."""

    def __init__(self, outlet, factor, limit, tell, rule):
        self.outlet, self.factor, self.limit = outlet, factor, limit
        self.rule = rule
        part = f"{limit.average}-{limit.quantity}"
        exceeded = "L6" if limit.average == "minute" else "L1" if limit.average == "hour" else "L2"
        self.above = Watch(tell(exceeded, part), exceeded) if limit.max is not None else None
        self.near = Watch(tell("L3", part), "L3") if limit.share is not None else None
        self.below = Watch(tell("L7", part), "L7") if limit.min is not None else None

    def judge(self, period):
        part = period.parts.get(self.factor.code)
        if part is None:
            return
        value = number_of(part, self.limit.quantity)
        number = None if value is None else self._rounded(value)
        bound = {"measured": part.bound, "converted": part.zs_bound}.get(self.limit.quantity)
        bound = None if bound is None else self._rounded(bound)
        is_held = period.mark in PLANT_MARKS
        limit = self.limit
        if bound is not None and limit.max is not None and bound > limit.max:
            number_above = bound
        else:
            number_above = number
        if self.above and number_above is not None:
            verdict = HELD if number_above > limit.max else GONE if number_above <= limit.max - limit.deadband else KEPT
            self.above.observe(period, verdict, number_above, limit.max, is_held)
        # While the limit itself is exceeded its own alarm tells: to the share that is as if there were no data.
        if self.near and number_above is not None and number_above <= limit.max:
            share = limit.share * limit.max
            verdict = HELD if number_above >= share else GONE if number_above <= share - limit.deadband else KEPT
            self.near.observe(period, verdict, number_above, limit.max, is_held)
        if self.below and number is not None:
            verdict = HELD if number < limit.min else GONE if number >= limit.min + limit.deadband else KEPT
            self.below.observe(period, verdict, number, limit.min, is_held)

    def _rounded(self, number):
        decimals = AMOUNT_DECIMALS if self.limit.quantity in ("mass", "total") else self.factor.decimals
        return float(rounded(number, decimals, self.rule))


def number_of(part, quantity):
    """The valid number that a limit judges."""
    if quantity == "measured":
        return part.avg if part.valid else None
    if quantity == "converted":
        return part.zs_avg if part.zs_valid and not part.zs_is_greatest else None
    return max(0.0, part.cou) if part.cou_valid else None


class OutletAlarms:
    """All alarms of an outlet that this program knows. `local`: the clock of the plant."""

    def __init__(self, settings, rounding, local):
        self.settings, self.book = settings, Book()
        rule = RULES[rounding]
        self.judges = []
        # What is judged minute by minute, and hour by hour.
        self.by_minute, self.by_hour = [], []
        for code, factor in settings.factors.items():
            def tell(rule, part, code=code):
                return Alarm(self.book, settings.id, rule, code, part)
            for limit in factor.limits:
                if limit.average == "realtime":
                    continue
                self.judges.append(LimitJudge(settings.id, factor, limit, tell, rule))
                if limit.max is None or limit.quantity not in ("measured", "converted"):
                    continue
                if limit.average == "hour" and not factor.cycle:
                    self.by_minute.append(HourForecast(settings, factor, limit, tell("L4", limit.quantity), rule))
                elif limit.average == "day":
                    self.by_hour.append(DayForecast(settings, factor, limit, tell("L5", limit.quantity), rule))
            if (factor.limits or factor.has_amount) and not factor.cycle:
                self.by_minute.append(LostHour(settings, factor, tell("D4", None)))
        self.local = local

    def take(self, kind, period):
        if kind == "minute" and self.settings.minute_interval == 1:
            minute = self.local(period.start).minute
            for watch in self.by_minute:
                watch.take(minute, period)
        elif kind == "hour":
            for watch in self.by_hour:
                watch.take(self.local(period.start), period)
        for judge in self.judges:
            if judge.limit.average == kind:
                judge.judge(period)
