"""From minutes to hours, days, months and years (docs/calculation.md, sections 3 to 6)."""

from recompute_amounts import (
    carried_by, weigh_bound, weigh_gas, weigh_gas_flow, weigh_gas_with_meter, weigh_results)
from recompute_bounds import take_bounds
from recompute_formulas import converted
from recompute_parts import (
    GAS_FLOW, HUMIDITY, NO_DISCHARGE, OXYGEN, STATE, STOPPED, VELOCITY, WATER_FLOW, Part, commonest, counted, mean,
    three_quarters, total, weighted_mean, within)
from recompute_reasons import commonest_lack, with_lack
from recompute_sums import Sums

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
        return self.settings.water_need(self.level, due, self.less)

    def too_few(self, code, count, due):
        text = counted(count, self.name)
        return f"{text} of {due} due" if code.startswith("w") and due < self.parts else text


class PeriodCalculator:
    """Makes a period from the periods below it."""

    def __init__(self, settings, minutes):
        self.settings = settings
        self.stack = settings.stack
        self.minutes = minutes
        self.sums = Sums(settings)

    def combine(self, level, start, end, children, month=None):
        period = Period(start, end, {})
        frame = Frame(self.settings, level, start, end, month)
        if level in ("minute", "hour"):
            period.mark = self._mark(children, 45 if level == "hour" else self.settings.valid["minute"])
        is_stopped = level == "hour" and period.mark == "F"
        codes = dict.fromkeys(code for child in children for code in child.parts)
        due_of = {code: frame.due(code, children) for code in codes}
        # Flows come first, since amounts need them.
        for code in sorted(codes, key=lambda code: code not in (GAS_FLOW, WATER_FLOW)):
            due = due_of[code]
            is_batch = level == "hour" and code in self.minutes.batches
            part = self.minutes.batches[code].hour(start, end) if is_batch else self._part(frame, code, children, due)
            is_stopped_in_all = all(child.parts[code].stopped for child in children)
            part.stopped = is_stopped or is_stopped_in_all
            part.due = due > 0 and not is_stopped
            part.is_without_discharge = self._is_water(code) and due == 0 and not part.stopped
            if is_batch:
                part.result_valid, part.result_reason = part.valid, part.reason
            if part.is_without_discharge:
                part.invalidate(NO_DISCHARGE)
            # A stop is told last: what amounts lack is what the instruments do, and the flag of what is due tells of them alone.
            if not is_batch:
                is_sound = part.valid and (due > 0 or not self._is_water(code))
                part.flag = "N" if is_sound else commonest([child.parts[code].flag for child in children])
            if due == 0 and code.startswith("w"):
                self._owe_nothing(level, code, part, is_stopped_in_all)
            period.parts[code] = part
        for code, part in period.parts.items():
            self._convert(frame, code, part, children, period)
            self._weigh(frame, code, part, children, period)
            if due_of[code] > 0 or not code.startswith("w"):
                self._bound(frame, code, part, children, due_of[code])
        for code, part in period.parts.items():
            if is_stopped:
                self._stop(part)
            elif part.stopped and code.startswith("w"):
                part.invalidate(STOPPED)
        return period

    def _owe_nothing(self, level, code, part, is_stopped_in_all):
        """A period of water of which no part is due."""
        part.take_no_bound()
        is_results = level in ("minute", "hour") and code in self.minutes.batches
        if not is_stopped_in_all and self._is_weighted(code) and not is_results:
            part.forget_mean()

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
        part.take_no_bound()
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
            id(child): min(child.parts[code].stands_for, self.sums.reach(frame, code, child)) for child in column}
        count = sum(standing[id(child)] for child in valid)
        if frame.level == "hour" and code in self.settings.factors and self.settings.factors[code].is_meter_alone():
            # The first reading may stand for minutes of the hour before.
            count = min(count, len(column))
        part.count = count
        if frame.level == "minute":
            part.count = sum(child.parts[code].count for child in chosen)
        if count < frame.need(code, due):
            bad = [child.parts[code] for child in column if child.parts[code].due and not child.parts[code].valid]
            lack = commonest_lack([each.reason for each in bad], due - count)
            part.invalidate(with_lack(frame.too_few(code, count, due), lack), lack or f"no valid {code}")
        if chosen:
            self._average(frame, code, part, chosen, column, due)
            if code in self.minutes.books and frame.level in ("minute", "hour"):
                numbers = [child.parts[code].avg * standing[id(child)] for child in chosen]
                part.avg = total(numbers) / sum(standing[id(child)] for child in chosen)
        return part

    def _average(self, frame, code, part, chosen, column, due):
        part.min = lowest((child.parts[code].min, child.parts[code].avg) for child in chosen)
        part.max = highest((child.parts[code].max, child.parts[code].avg) for child in chosen)
        if code == GAS_FLOW and code not in self.settings.factors and frame.level in ("minute", "hour"):
            part.avg = self._gas_flow(chosen)
        elif self._is_weighted(code):
            part.avg = self._weighted(frame, code, chosen, column, due)
        else:
            part.avg = mean([child.parts[code].avg for child in chosen])

    def _gas_flow(self, chosen):
        """Formula (31) with the means of velocity and conditions."""
        means = [child.parts[GAS_FLOW].means for child in chosen]
        return self.minutes.gas_flow(*[mean([each[code] for each in means]) for code in [VELOCITY] + STATE + [HUMIDITY]])

    def _weighted(self, frame, code, chosen, column, due):
        """Formulas (13) and (14) over what is valid for both, when that is enough; else the arithmetic mean. Where nothing is
        valid over what has both."""
        arithmetic = mean([child.parts[code].avg for child in chosen])
        if chosen[0].parts[code].valid and frame.level in ("minute", "hour"):
            weights = [child.parts[code].weight for child in column if child.parts[code].weight]
            if sum(minutes for _, _, minutes in weights) < three_quarters(due):
                return arithmetic
            numbers, shares, _ = zip(*weights)
            return weighted_mean(numbers, shares)
        if chosen[0].parts[code].valid:
            parts = [child.parts[code] for child in chosen]
            parts = [each for each in parts if each.cou_valid and each.carried_from]
            is_enough = len(parts) >= three_quarters(due)
        else:
            parts = [child.parts[code] for child in column if child.parts[code].cou is not None]
            # Behind a meter only valid concentrations have a weight.
            is_enough = frame.level not in ("minute", "hour") or WATER_FLOW not in self.minutes.books
        # The discharge in which this mass was counted, not that of the whole parts: a constant stays what it is.
        discharge = total([each.discharge for each in parts])
        if not is_enough or discharge <= 0:
            return arithmetic
        result = total([each.cou for each in parts]) * 1000 / discharge
        numbers = [number for each in parts if each.carried_from for number in each.carried_from]
        return within(result, numbers) if all(each.carried_from for each in parts) else result

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
        part.zs_is_greatest = part.zs_avg is not None and part.zs_avg == factor.greatest
        is_valid = len(pairs) >= frame.need(code, None) and part.zs_avg is not None
        bad = [child.parts[code] for child in column if child.parts[code].due and not child.parts[code].zs_valid]
        lack = commonest_lack([each.zs_reason for each in bad], frame.due(code, column) - len(pairs))
        part.set_converted(is_valid, with_lack(counted(len(pairs), frame.name), lack))

    def _converted_mean(self, code, part, column, chosen, period):
        method, oxygen = self.stack.converted_method, period.parts.get(OXYGEN)
        greatest = self.settings.factors[code].greatest
        if method == "mean_of":
            # The greatest number counts only where all are it.
            return mean([each.zs_avg for each in chosen if not each.zs_is_greatest] or [greatest])
        # Longer periods are not asked whether the plant stands: their parts were.
        if method == "of_means" and part.valid and oxygen is not None and oxygen.valid:
            return converted(self.stack, part.avg, oxygen.avg, False, greatest)
        columns = [child.parts[OXYGEN] for child in column if child.parts[code].zs_avg is not None]
        oxygen = mean([each.avg if each.means is None else each.means for each in columns])
        return converted(self.stack, mean([each.avg for each in chosen]), oxygen, False, greatest)

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
            self.sums.take(frame, code, part, column)
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


    def _bound(self, frame, code, part, column, due):
        parts = [child.parts[code] for child in column]
        weighed = [each.judged for each in parts if each.judged]
        if frame.level not in ("minute", "hour"):
            # What has no bound enters with its mass, as in the mean.
            weighed = [
                each.judged if each.bound is not None else (each.cou * 1000 / each.discharge, *each.judged[1:])
                for each in parts if each.judged]
        take_bounds(part, parts, weighed, lambda due: frame.need(code, due), due, self._is_weighted(code))
        if part.judged is None and part.valid and part.cou_valid and part.carried_from:
            part.judged = (part.avg, part.discharge, 1)


def lowest(parts):
    """Of (extreme, mean): a part without extremes counts with its mean."""
    return min(mean if extreme is None else extreme for extreme, mean in parts)


def highest(parts):
    return max(mean if extreme is None else extreme for extreme, mean in parts)
