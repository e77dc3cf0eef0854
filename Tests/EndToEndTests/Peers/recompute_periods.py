"""From minutes to hours, days, months and years (docs/calculation.md, sections 3 to 6)."""

from recompute_minutes import (
    GAS_FLOW, HUMIDITY, OXYGEN, STATE, VELOCITY, WATER_FLOW, Part, carried_by, commonest, converted, counted, mean, total,
    weigh_flow, weigh_gas, weigh_with, weigh_with_meter)

# The parts of a period, in words.
PART_NAMES = {"minute": "valid minute", "hour": "valid minute", "day": "valid hour", "month": "valid day", "year": "valid month"}


class Period:
    """What an outlet has of one period: `start` and `end` in ms, the parts by factor, the mark of the plant."""

    __slots__ = ("start", "end", "parts", "mark")

    def __init__(self, start, end, parts, mark=None):
        self.start, self.end, self.parts, self.mark = start, end, parts, mark


class PeriodCalculator:
    """Makes a period from the periods below it."""

    def __init__(self, settings, minutes):
        self.settings = settings
        self.stack = settings.stack
        self.minutes = minutes

    def combine(self, level, start, end, children, month=None):
        period = Period(start, end, {})
        if level in ("minute", "hour"):
            period.mark = self._mark(children, 45 if level == "hour" else self._need(level, month))
        need = self._need(level, month)
        codes = dict.fromkeys(code for child in children for code in child.parts)
        # Flows come first, since amounts need them.
        for code in sorted(codes, key=lambda code: code not in (GAS_FLOW, WATER_FLOW)):
            column = [child for child in children if code in child.parts]
            if level == "hour" and code in self.minutes.batches:
                part = self._batch_hour(code, period)
            else:
                part = self._part(level, code, column, need, start)
            period.parts[code] = part
        for code, part in period.parts.items():
            column = [child for child in children if code in child.parts]
            self._convert(level, code, part, column, need)
            self._weigh(level, code, part, column, period, need, start)
        for code, part in period.parts.items():
            column = [child for child in children if code in child.parts]
            # The flag tells of the instrument, whatever the plant does.
            if not (level == "hour" and code in self.minutes.batches):
                part.flag = "N" if part.valid else commonest([child.parts[code].flag for child in column])
            if period.mark == "F" and level == "hour":
                self._stop(part)
        return period

    def _need(self, level, month):
        settings = self.settings
        if level == "minute":
            return -(-3 * settings.minute_interval // 4)
        if level == "month":
            return settings.valid_days - (2 if month == 2 else 0)
        return {"hour": settings.valid_minutes, "day": settings.valid_hours, "year": 1}[level]

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
        part.invalidate("plant stopped")
        if part.zs_valid is not None:
            part.set_converted(False, "plant stopped")

    # Averages.

    def _part(self, level, code, column, need, start):
        part = Part()
        valid = [child for child in column if child.parts[code].valid]
        chosen = valid or [child for child in column if child.parts[code].avg is not None]
        # A meter's mean stands for the minutes in which it was not read, as far as they lie in the period.
        standing = {
            id(child): min(child.parts[code].stands_for, self._reach(level, code, child, start)) for child in column}
        count = sum(standing[id(child)] for child in valid)
        if level == "hour" and code in self.settings.factors and self.settings.factors[code].is_meter_alone():
            # The first reading may stand for minutes of the hour before.
            count = min(count, len(column))
        part.count = count
        if level == "minute":
            part.count = sum(child.parts[code].count for child in chosen)
        if count < need:
            part.invalidate(counted(count, PART_NAMES[level]))
        if chosen:
            self._average(level, code, part, column, chosen, need, start)
            if code in self.minutes.books and level in ("minute", "hour"):
                numbers = [child.parts[code].avg * standing[id(child)] for child in chosen]
                part.avg = total(numbers) / sum(standing[id(child)] for child in chosen)
        elif self._is_weighted(code) and self._known_to_stand(level, code, column, 1, start):
            part.invalidate("no discharge")
        return part

    def _is_weighted(self, code):
        factor = self.settings.factors.get(code)
        return factor is not None and factor.is_weighted and WATER_FLOW in self.settings.factors

    def _average(self, level, code, part, column, chosen, need, start):
        lowest = [child.parts[code].min for child in chosen if child.parts[code].min is not None]
        highest = [child.parts[code].max for child in chosen if child.parts[code].max is not None]
        part.min = min(lowest) if lowest else None
        part.max = max(highest) if highest else None
        factor = self.settings.factors.get(code)
        if code == GAS_FLOW and factor is None and level in ("minute", "hour"):
            part.avg = self._gas_flow(chosen)
        elif self._is_weighted(code):
            self._weighted(level, code, part, column, chosen, need, start)
        else:
            part.avg = mean([child.parts[code].avg for child in chosen])

    def _gas_flow(self, chosen):
        """Formula (31) with the means of velocity and conditions."""
        means = [child.parts[GAS_FLOW].means for child in chosen]
        return self.minutes.gas_flow(*[mean([each[code] for each in means]) for code in [VELOCITY] + STATE + [HUMIDITY]])

    def _weighted(self, level, code, part, column, chosen, need, start):
        """Formulas (13) and (14) over what is valid for both, or where nothing is valid over what has both; else the arithmetic
        mean, unless the water is known to have stood for as long as makes a period valid."""
        if chosen[0].parts[code].valid:
            both = [child for child in chosen if child.parts[code].cou_valid]
        else:
            both = [child for child in chosen if child.parts[code].cou is not None]
        # The discharge in which this mass was counted, not that of the whole parts: a constant stays what it is.
        discharge = total([child.parts[code].discharge for child in both])
        if discharge > 0:
            part.avg = total([child.parts[code].cou for child in both]) * 1000 / discharge
        elif not self._flows(column) and self._known_to_stand(level, code, column, need, start):
            self._stand(part)
        else:
            part.avg = mean([child.parts[code].avg for child in chosen if child.parts[code].avg is not None])

    def _flows(self, column):
        """Whether the flow beside a meter says that water flows: the meter may be one of coarse steps."""
        if not self.settings.factors[WATER_FLOW].meter or self.settings.factors[WATER_FLOW].is_meter_alone():
            return False
        flows = [child.parts[WATER_FLOW] for child in column]
        chosen = [flow for flow in flows if flow.valid] or [flow for flow in flows if flow.avg is not None]
        return bool(chosen) and mean([flow.avg for flow in chosen]) > 0

    def _known_to_stand(self, level, code, column, need, start):
        """Whether the valid masses are of so many parts, and no water flowed in any of them."""
        known = [child for child in column if child.parts[code].cou_valid]
        return self._standing_for(level, code, known, start) >= need and total([child.parts[code].discharge for child in known]) == 0

    @staticmethod
    def _stand(part):
        part.min = part.max = None
        part.invalidate("no discharge")

    def _batch_hour(self, code, period):
        part = Part()
        self.minutes.batches[code].hour(part, period.start, period.end)
        return part

    # Converted values and amounts.

    def _convert(self, level, code, part, column, need):
        factor = self.settings.factors.get(code)
        if factor is None or not factor.is_converted or not self.stack.has_reference():
            return
        valid = [child for child in column if child.parts[code].zs_valid]
        chosen = valid or [child for child in column if child.parts[code].zs_avg is not None]
        if chosen:
            parts = [child.parts[code] for child in chosen]
            if self.stack.is_mean_of:
                part.zs_avg = mean([each.zs_avg for each in parts])
            else:
                columns = [child.parts[OXYGEN] for child in chosen]
                oxygen = mean([each.avg if each.means is None else each.means for each in columns])
                # A part of a plant that stands has no converted value, so none of these stands.
                part.zs_avg = converted(self.stack, mean([each.avg for each in parts]), oxygen, False)
            part.zs_min = min((each.zs_min for each in parts if each.zs_min is not None), default=None)
            part.zs_max = max((each.zs_max for each in parts if each.zs_max is not None), default=None)
        is_valid = len(valid) >= need and part.zs_avg is not None
        reason = counted(len(valid), PART_NAMES[level])
        if part.zs_avg is None:
            reason = next((each.parts[code].zs_reason for each in column if each.parts[code].zs_reason), reason)
        part.set_converted(is_valid, reason)

    def _weigh(self, level, code, part, column, period, need, start):
        has_amount = [child for child in column if child.parts[code].cou_valid is not None]
        is_batch_hour = level == "hour" and code in self.minutes.batches and WATER_FLOW in self.settings.factors
        if not has_amount and not is_batch_hour:
            return
        flow = period.parts.get(WATER_FLOW if code.startswith("w") else GAS_FLOW)
        hours = self.settings.minute_interval / 60 if level == "minute" else 1
        if is_batch_hour:
            if WATER_FLOW in self.minutes.books:
                weigh_with_meter(part, flow, 1e-3)
            elif flow.avg is not None and flow.cou is None:
                part.set_amount(None, False, part.reason or "no valid flow")
            else:
                weigh_with(part, flow, lambda mass, flow: mass * flow.cou / 1000)
            if part.cou is not None:
                part.discharge = flow.cou
        elif code == GAS_FLOW and level in ("minute", "hour") and code not in self.minutes.books:
            self._flow_amount(part, column, need, level, hours)
        elif code.startswith("a") and code != GAS_FLOW and level in ("minute", "hour") and GAS_FLOW in self.minutes.books:
            weigh_with_meter(part, flow, 1e-6)
        elif code.startswith("a") and code != GAS_FLOW and level in ("minute", "hour"):
            weigh_gas(part, flow, hours)
        else:
            self._sum(level, code, part, has_amount, need, start)

    def _flow_amount(self, part, column, need, level, hours):
        """The m3 of a gas flow by its mean without what flowed backwards. Where a flow meter showed less than nothing, it is not
        known what flowed in that part."""
        is_measured = GAS_FLOW in self.settings.factors
        parts = [child.parts[GAS_FLOW] for child in column]
        valid = [each for each in parts if each.valid]
        chosen = valid or [each for each in parts if each.avg is not None]
        backward = [each.avg for each in chosen if each.avg < 0]
        if not backward or len(backward) == len(chosen):
            part.carrying = carried_by(min(backward, default=part.avg), is_measured)
        else:
            part.carrying = max(0.0, part.avg - total(backward) / len(chosen))
        is_valid, reason = part.valid, part.reason
        if is_valid and backward and is_measured:
            known = len(valid) - len(backward)
            is_valid, reason = known >= need, counted(known, PART_NAMES[level]) if known else None
        weigh_flow(part, hours, is_valid, reason)

    def _sum(self, level, code, part, column, need, start):
        """Minutes and hours: the valid amounts below, where none is, those that there are. Days: valid hours alone. Months and
        years: all days and months, which hold nothing else. Valid with as many valid ones as any mean needs."""
        parts = [child.parts[code] for child in column]
        valid = [each for each in parts if each.cou_valid]
        there = [each for each in parts if each.cou is not None]
        chosen = there if level in ("month", "year") else valid if level == "day" else valid or there
        amount = None
        if chosen:
            amount = total([each.cou for each in chosen if each.cou is not None])
            part.discharge = total([each.discharge for each in chosen if each.discharge is not None])
        count = self._standing_for(level, code, [child for child in column if child.parts[code].cou_valid], start)
        part.set_amount(amount, count >= need, counted(count, PART_NAMES[level]))

    def _standing_for(self, level, code, children, start):
        """How many parts the amounts of these stand for."""
        return sum(min(child.parts[code].cou_stands_for, self._reach(level, code, child, start)) for child in children)

    def _reach(self, level, code, child, start):
        """How many minutes what a meter says may stand for: no more than there are from the beginning of the period to the end of
        the part. In an hour the interval of a meter slower than a minute, and read at least once an hour, wherever it is read."""
        place = max(1, (child.end - start) // 60_000)
        source = self.settings.factors.get(WATER_FLOW if code.startswith("w") and self._is_dissolved(code) else code)
        if level != "hour" or source is None or source.meter is None or source.meter.interval > 3_600_000:
            return place
        return max(place, source.meter.interval // 60_000)

    def _is_dissolved(self, code):
        factor = self.settings.factors.get(code)
        return factor is not None and factor.has_amount
