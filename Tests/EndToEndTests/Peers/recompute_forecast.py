"""Rules L4 and L5: the mean of the running hour or day is about to exceed its limit (docs/alarms.md, The forecast).

Where docs/alarms.md leaves a choice: all is computed from the numbers as records carry them. The mean of the last five minutes is
that of the valid ones among them; it is rounded when it is told, not when it is compared. A day is looked at only by a valid hour.
What a meter counted is of no more minutes than were over by then.
"""

from recompute_parts import WATER_FLOW, mean, three_quarters, total
from recompute_rounding import rounded

PLANT_MARKS = {"F", "St", "Sd", "B"}


class Budget:
    """What the parts of a period so far leave for those that are left."""

    def __init__(self, settings, factor, limit, rule, level, parts):
        self.settings, self.factor, self.limit, self.rule = settings, factor, limit, rule
        self.level, self.parts = level, parts
        self.is_weighted = limit.quantity == "measured" and factor.is_weighted and WATER_FLOW in settings.factors
        # The number of each part so far, None where it is not valid; and the parts, of which some get their water later.
        self.seen, self.taken = [], []
        self.not_due = 0

    def take(self, part, gone):
        self.not_due += not part.due
        self.seen.append(self._rounded(self._judged(part)))
        self.taken.append((part, gone))

    def _rounded(self, number):
        """As records carry it."""
        return None if number is None else float(rounded(number, self.factor.decimals, self.rule))

    def _judged(self, part):
        """A lower bound in place of the mean, where there is one."""
        if self.limit.quantity == "converted":
            if part.zs_bound is not None:
                return part.zs_bound
            return part.zs_avg if part.zs_valid and not part.zs_is_greatest else None
        return part.bound if part.bound is not None else part.avg if part.valid else None

    def rest(self, gone, last):
        """What the rest may average when `gone` parts are over, and the mean of the last so many; None where nothing is forecast."""
        left = self.parts - gone
        valid = [entry for entry in self.seen if entry is not None]
        latest = [entry for entry in self.seen[-last:] if entry is not None]
        due = self.parts - self.not_due
        is_water = self.factor.code.startswith("w")
        need = self.settings.water_need(self.level, due) if is_water else self.settings.valid[self.level]
        if not latest or left <= 0 or len(valid) + left < need:
            return None, None
        weighed = [
            (*part.judged[:2], min(part.judged[2], gone)) for part, gone in self.taken if self.is_weighted and part.judged]
        litres = total([each for _, each, _ in weighed])
        minutes = sum(each for _, _, each in weighed)
        if litres > 0 and minutes + left >= three_quarters(due):
            rest = self._weighted_rest(weighed, litres, minutes, left)
        else:
            rest = ((len(valid) + left) * self.limit.max - total(valid)) / left
        return rest, mean(latest)

    def _weighted_rest(self, weighed, litres, minutes, left):
        rest_litres = left * litres / minutes
        carried = total([self._rounded(number) * each for number, each, _ in weighed])
        return ((litres + rest_litres) * self.limit.max - carried) / rest_litres


class Forecast:
    def __init__(self, settings, factor, limit, alarm, rule):
        self.settings, self.factor, self.limit, self.alarm, self.rule = settings, factor, limit, alarm, rule
        self.start = self.budget = None

    def _look(self, gone, last, period):
        rest, latest = self.budget.rest(gone, last)
        if latest is None:
            return
        if latest > rest:
            value = float(rounded(latest, self.factor.decimals, self.rule))
            self.alarm.hold(period.end, value, self.limit.max, period.mark in PLANT_MARKS)


class HourForecast(Forecast):
    """L4: every five minutes from the tenth on."""

    def take(self, minute, period):
        start = period.start - minute * 60_000
        if start != self.start:
            self.alarm.end(period.end)
            self.start = start
            self.budget = Budget(self.settings, self.factor, self.limit, self.rule, "hour", 60)
        gone = minute + 1
        self.budget.take(period.parts[self.factor.code], gone)
        if gone >= 10 and gone % 5 == 0:
            self._look(gone, 5, period)


class DayForecast(Forecast):
    """L5: every hour from the fourth on."""

    def take(self, local, period):
        if local.date() != self.start:
            self.alarm.end(period.end)
            self.start = local.date()
            self.budget = Budget(self.settings, self.factor, self.limit, self.rule, "day", 24)
        gone = local.hour + 1
        self.budget.take(period.parts[self.factor.code], gone)
        if gone >= 4:
            self._look(gone, 1, period)
