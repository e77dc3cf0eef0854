"""From minutes to hours, days, months and years (docs/calculation.md, sections 3 to 6)."""

from recompute_amounts import (
    carried_by, weigh_bound, weigh_gas, weigh_gas_flow, weigh_gas_with_meter, weigh_results)
from recompute_formulas import converted
from recompute_parts import (
    GAS_FLOW, HUMIDITY, NO_DISCHARGE, OXYGEN, STATE, STOPPED, VELOCITY, WATER_FLOW, Part, commonest, counted, mean,
    three_quarters, total)

# The parts of a period, in words.
PART_NAMES = {"minute": "valid minute", "hour": "valid minute", "day": "valid hour", "month": "valid day", "year": "valid month"}
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


class Period:
    """What an outlet has of one period: `start` and `end` in ms, the parts by factor, the mark of the plant."""

    __slots__ = ("start", "end", "parts", "mark")

    def __init__(self, start, end, parts, mark=None):
        self.start, self.end, self.parts, self.mark = start, end, parts, mark


class Frame:
    """A period that is being computed: how many parts it has, and what it needs of a factor."""

    def __init__(self, settings, level, start, end, month):
        self.settings, self.level, self.start, self.end = settings, level, start, end
        self.name = PART_NAMES[level]
        length = {"minute": MINUTE, "hour": MINUTE, "day": HOUR, "month": DAY}.get(level)
        # A day of a month may be an hour shorter or longer.
        self.parts = 12 if length is None else round((end - start) / length)
        self.less = 2 if level == "month" and month == 2 else 0

    def due(self, code, column):
        """How many parts are due; those of which nothing was heard are."""
        return self.parts - sum(not child.parts[code].due for child in column)

    def need(self, code, due):
        """How many valid parts make it valid. Water: of those due."""
        if not code.startswith("w") or self.level == "year":
            return self.settings.valid[self.level] - self.less
        cap = self.settings.cap.get(self.level)
        return three_quarters(due) if cap is None else min(three_quarters(due), cap - self.less)

    def too_few(self, code, count, due):
        text = counted(count, self.name)
        return f"{text} of {due} due" if code.startswith("w") and due < self.parts else text


class PeriodCalculator:
    """Makes a period from the periods below it."""

    def __init__(self, settings, minutes):
        self.settings = settings
        self.stack = settings.stack
        self.minutes = minutes

    def combine(self, level, start, end, children, month=None):
        period = Period(start, end, {})
        frame = Frame(self.settings, level, start, end, month)
        if level in ("minute", "hour"):
            period.mark = self._mark(children, 45 if level == "hour" else self.settings.valid["minute"])
        is_stopped = level == "hour" and period.mark == "F"
        codes = dict.fromkeys(code for child in children for code in child.parts)
        # Flows come first, since amounts need them.
        for code in sorted(codes, key=lambda code: code not in (GAS_FLOW, WATER_FLOW)):
            due = frame.due(code, children)
            is_batch = level == "hour" and code in self.minutes.batches
            part = self.minutes.batches[code].hour(start, end) if is_batch else self._part(frame, code, children, due)
            part.stopped = is_stopped or all(child.parts[code].stopped for child in children)
            part.due = due > 0 and not is_stopped
            if is_batch:
                part.result_valid, part.result_reason = part.valid, part.reason
            if due == 0 and self._is_water(code):
                part.invalidate(STOPPED if part.stopped else NO_DISCHARGE)
                if is_batch:
                    part.bound = None
                if self._is_weighted(code) and not (level in ("minute", "hour") and code in self.minutes.batches):
                    part.forget_mean()
            period.parts[code] = part
        for code, part in period.parts.items():
            self._convert(frame, code, part, children, period)
            self._weigh(frame, code, part, children, period)
            self._bound(frame, code, part, children)
        for code, part in period.parts.items():
            # The flag tells of the instrument, whatever the plant does.
            if not (level == "hour" and code in self.minutes.batches):
                part.flag = "N" if part.valid else commonest([child.parts[code].flag for child in children])
            if is_stopped:
                self._stop(part)
        return period

    @staticmethod
    def _mark(minutes, need):
        marks = [minute.mark for minute in minutes if minute.mark]
        for mark in set(marks):
            if marks.count(mark) >= need:
                return mark
        return None

    @staticmethod
    def _stop(part):
        """What is measured while the plant stands is no emission to judge; its amount counts all the same."""
        part.invalidate(STOPPED)
        if part.zs_valid is not None:
            part.set_converted(False, STOPPED)

    def _is_water(self, code):
        factor = self.settings.factors.get(code)
        return factor is not None and factor.is_water()

    def _is_weighted(self, code):
        factor = self.settings.factors.get(code)
        return factor is not None and factor.is_weighted and WATER_FLOW in self.settings.factors

    # Averages.

    def _part(self, frame, code, column, due):
        part = Part()
        valid = [child for child in column if child.parts[code].valid]
        chosen = valid or [child for child in column if child.parts[code].avg is not None]
        # A meter's mean stands for the minutes in which it was not read, as far as they lie in the period.
        standing = {
            id(child): min(child.parts[code].stands_for, self._reach(frame, code, child)) for child in column}
        count = sum(standing[id(child)] for child in valid)
        if frame.level == "hour" and code in self.settings.factors and self.settings.factors[code].is_meter_alone():
            # The first reading may stand for minutes of the hour before.
            count = min(count, len(column))
        part.count = count
        if frame.level == "minute":
            part.count = sum(child.parts[code].count for child in chosen)
        if count < frame.need(code, due):
            part.invalidate(frame.too_few(code, count, due), f"no valid {code}")
        if chosen:
            self._average(frame, code, part, chosen, due)
            if code in self.minutes.books and frame.level in ("minute", "hour"):
                numbers = [child.parts[code].avg * standing[id(child)] for child in chosen]
                part.avg = total(numbers) / sum(standing[id(child)] for child in chosen)
        return part

    def _average(self, frame, code, part, chosen, due):
        part.min = lowest((child.parts[code].min, child.parts[code].avg) for child in chosen)
        part.max = highest((child.parts[code].max, child.parts[code].avg) for child in chosen)
        if code == GAS_FLOW and code not in self.settings.factors and frame.level in ("minute", "hour"):
            part.avg = self._gas_flow(chosen)
        elif self._is_weighted(code):
            part.avg = self._weighted(frame, code, chosen, due)
        else:
            part.avg = mean([child.parts[code].avg for child in chosen])

    def _gas_flow(self, chosen):
        """Formula (31) with the means of velocity and conditions."""
        means = [child.parts[GAS_FLOW].means for child in chosen]
        return self.minutes.gas_flow(*[mean([each[code] for each in means]) for code in [VELOCITY] + STATE + [HUMIDITY]])

    def _weighted(self, frame, code, chosen, due):
        """Formulas (13) and (14) over what is valid for both, when that is enough; else the arithmetic mean. Where nothing is
        valid over what has both."""
        if chosen[0].parts[code].valid:
            both = [child for child in chosen if child.parts[code].cou_valid]
            is_enough = self._standing_for(frame, code, both) >= three_quarters(due)
        else:
            both = [child for child in chosen if child.parts[code].cou is not None]
            is_enough = True
        # The discharge in which this mass was counted, not that of the whole parts: a constant stays what it is.
        discharge = total([child.parts[code].discharge for child in both])
        if is_enough and discharge > 0:
            return total([child.parts[code].cou for child in both]) * 1000 / discharge
        return mean([child.parts[code].avg for child in chosen])

    # Converted values and amounts.

    def _convert(self, frame, code, part, column, period):
        factor = self.settings.factors.get(code)
        if factor is None or not factor.is_converted or not self.stack.has_reference():
            return
        pairs = [child for child in column if child.parts[code].zs_valid]
        chosen = [child.parts[code] for child in pairs or column if child.parts[code].zs_avg is not None]
        if chosen:
            part.zs_avg = self._converted_mean(code, part, pairs or column, chosen, period)
            part.zs_min = lowest((each.zs_min, each.zs_avg) for each in chosen)
            part.zs_max = highest((each.zs_max, each.zs_avg) for each in chosen)
        is_valid = len(pairs) >= frame.need(code, None) and part.zs_avg is not None
        part.set_converted(is_valid, counted(len(pairs), frame.name))

    def _converted_mean(self, code, part, column, chosen, period):
        method, oxygen = self.stack.converted_method, period.parts.get(OXYGEN)
        if method == "mean_of":
            return mean([each.zs_avg for each in chosen])
        # Longer periods are not asked whether the plant stands: their parts were.
        if method == "of_means" and part.valid and oxygen is not None and oxygen.valid:
            return converted(self.stack, part.avg, oxygen.avg, False)
        columns = [child.parts[OXYGEN] for child in column if child.parts[code].zs_avg is not None]
        oxygen = mean([each.avg if each.means is None else each.means for each in columns])
        return converted(self.stack, mean([each.avg for each in chosen]), oxygen, False)

    def _weigh(self, frame, code, part, column, period):
        level = frame.level
        is_batch_hour = level == "hour" and code in self.minutes.batches and WATER_FLOW in self.settings.factors
        if not is_batch_hour and not any(child.parts[code].cou_valid is not None for child in column):
            return
        hours = self.settings.minute_interval / 60 if level == "minute" else 1
        is_sum = level not in ("minute", "hour") or code.startswith("w") or code in self.minutes.books
        if is_batch_hour:
            weigh_results(part, period.parts[WATER_FLOW])
            weigh_bound(part, period.parts[WATER_FLOW])
        elif is_sum:
            self._sum(frame, code, part, column)
        elif code == GAS_FLOW:
            self._flow_amount(frame, part, column, hours)
        elif GAS_FLOW in self.minutes.books:
            weigh_gas_with_meter(part, period.parts[GAS_FLOW])
        else:
            weigh_gas(part, period.parts[GAS_FLOW], hours)

    def _flow_amount(self, frame, part, column, hours):
        """The m3 of a gas flow by its mean without what flowed backwards. Where a flow meter showed less than nothing, it is not
        known what flowed in that part."""
        parts = [child.parts[GAS_FLOW] for child in column]
        valid = [each for each in parts if each.valid]
        chosen = valid or [each for each in parts if each.avg is not None]
        backward = [each.avg for each in chosen if each.avg < 0]
        if not backward or len(backward) == len(chosen):
            part.carrying = carried_by(min(backward, default=part.avg))
        else:
            part.carrying = max(0.0, part.avg - total(backward) / len(chosen))
        is_valid, reason = part.valid, part.reason
        if is_valid and backward:
            known = len(valid) - len(backward)
            is_valid, reason = known >= frame.need(GAS_FLOW, None), counted(known, frame.name) if known else None
        weigh_gas_flow(part, hours, is_valid, reason)

    def _sum(self, frame, code, part, column):
        """Minutes and hours: the valid amounts below, where none is, those that there are. Days: valid hours alone. Months and
        years: all days and months, which hold nothing else. Valid with as many valid ones as any mean needs; water: of those in
        which the plant runs."""
        parts = [child.parts[code] for child in column]
        valid = [each for each in parts if each.cou_valid]
        there = [each for each in parts if each.cou is not None]
        chosen = there if frame.level in ("month", "year") else valid if frame.level == "day" else valid or there
        amount = None
        if chosen:
            amount = total([each.cou for each in chosen if each.cou is not None])
            part.discharge = total([each.discharge for each in chosen if each.discharge is not None])
        running = frame.parts - sum(each.stopped for each in parts)
        count = self._standing_for(frame, code, [child for child in column if child.parts[code].cou_valid])
        part.set_amount(amount, count >= frame.need(code, running), frame.too_few(code, count, running))

    def _standing_for(self, frame, code, children):
        """How many parts the amounts of these stand for."""
        return sum(min(child.parts[code].cou_stands_for, self._reach(frame, code, child)) for child in children)

    def _reach(self, frame, code, child):
        """How many minutes what a meter says may stand for: no more than there are from the beginning of the period to the end of
        the part. In an hour the interval of a meter slower than a minute, and read at least once an hour, wherever it is read."""
        place = max(1, (child.end - frame.start) // MINUTE)
        source = self.settings.factors.get(WATER_FLOW if self._is_dissolved(code) else code)
        if frame.level != "hour" or source is None or source.meter is None or source.meter.interval > HOUR:
            return place
        return max(place, source.meter.interval // MINUTE)

    def _is_dissolved(self, code):
        factor = self.settings.factors.get(code)
        return code.startswith("w") and factor is not None and factor.has_amount

    # Over range.

    def _bound(self, frame, code, part, column):
        """What judges see of a period with samples above the range, where its parts are enough for that."""
        parts = [child.parts[code] for child in column]
        if any(each.bound is not None for each in parts):
            due = frame.due(code, column)
            judged = [
                (each.avg, each.discharge if each.cou_valid else None) if each.bound is None
                else (each.bound, each.bound_discharge)
                for each in parts if each.valid or each.bound is not None]
            if len(judged) >= frame.need(code, due) and not (due == 0 and self._is_water(code)):
                self._bound_mean(code, part, judged, due)
        if any(each.zs_bound is not None for each in parts):
            judged = [
                each.zs_avg if each.zs_bound is None else each.zs_bound
                for each in parts if each.zs_valid or each.zs_bound is not None]
            if len(judged) >= frame.need(code, None):
                part.zs_bound = mean(judged)

    def _bound_mean(self, code, part, judged, due):
        weighed = [each for each in judged if each[1] is not None]
        litres = total([discharge for _, discharge in weighed])
        if self._is_weighted(code) and len(weighed) >= three_quarters(due) and litres > 0:
            part.bound = total([number * discharge for number, discharge in weighed]) / litres
        else:
            part.bound = mean([number for number, _ in judged])
        if len(weighed) >= three_quarters(due):
            part.bound_discharge = litres


def lowest(parts):
    """Of (extreme, mean): a part without extremes counts with its mean."""
    return min(mean if extreme is None else extreme for extreme, mean in parts)


def highest(parts):
    return max(mean if extreme is None else extreme for extreme, mean in parts)
