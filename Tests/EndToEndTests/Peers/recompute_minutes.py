"""From the samples of a minute to its averages, converted values and amounts (docs/calculation.md, sections 1 to 5 and 9)."""

from recompute_amounts import (
    carried_by, weigh_gas, weigh_gas_flow, weigh_gas_with_meter, weigh_water, weigh_water_flow)
from recompute_batch import BatchAnalyser
from recompute_conditions import Conditions, latest
from recompute_formulas import converted, dry_standard_flow
from recompute_metered import MeteredFlows
from recompute_parts import (
    BAROMETER, DYNAMIC_PRESSURE, GAS_FLOW, HUMIDITY, NO, NO2, NOX, NO_DISCHARGE, OXYGEN, PRESSURE, TEMPERATURE,
    VELOCITY, WATER_FLOW, Part, counted, flag_of, mean, total, weighted_mean)
from recompute_readings import Readings

# What others are computed from comes before them.
FIRST = [BAROMETER, TEMPERATURE, PRESSURE, HUMIDITY, DYNAMIC_PRESSURE, VELOCITY, OXYGEN, WATER_FLOW, NO, NO2]


def end_of_range(factor):
    """In the unit of the record; None where no range is known."""
    if factor.upper_end is None:
        return None
    return (factor.slope * factor.upper_end + factor.intercept) * factor.scale


class MinuteCalculator:
    """Computes the minutes of one outlet, one after the other."""

    def __init__(self, settings):
        self.settings = settings
        self.stack = settings.stack
        self.conditions = Conditions(settings)
        self.codes = [code for code in FIRST if code in settings.factors]
        self.codes += [code for code in settings.factors if code not in FIRST]
        self.readings = Readings(settings, self.conditions)
        # The newest sample before the minute, good or above the range, by factor.
        self.last = {}
        self.batches = {
            code: BatchAnalyser(factor.cycle, end_of_range(factor))
            for code, factor in settings.factors.items() if factor.cycle}
        self.meters = MeteredFlows(settings)
        self.books = self.meters.books

    def compute(self, start, samples, mark):
        """The parts of the minute that begins at `start`; `samples` maps codes to (instant, number or None, flag)."""
        self.conditions.begin()
        self.readings.begin()
        self.meters.begin(start)
        parts = self.conditions.parts
        for code in self.codes:
            factor = self.settings.factors[code]
            judged = self.readings.take(code, factor, samples.get(code, []))
            flags = self.readings.flags[code]
            if factor.cycle:
                parts[code] = self._batch(code, factor, start, judged)
            elif factor.is_meter_alone():
                parts[code] = self.meters.alone(code, factor, len(self.readings.values.pop(code)), flags)
            else:
                parts[code] = self._averaged(code, factor, start, flags)
                if code in self.books:
                    self.meters.beside(code, parts[code])
        if self.settings.has_computed_flow:
            parts[GAS_FLOW] = self._gas_flow(parts)
        self._judge_discharge(parts, mark)
        for code, part in parts.items():
            self._convert(code, part, parts, mark)
        # A mass needs what its flow carries.
        for code in sorted(parts, key=lambda code: code not in (GAS_FLOW, WATER_FLOW)):
            self._weigh(code, parts[code], parts)
        self.last.update(self.readings.newest)
        return parts

    # Section 2: averages.

    def _averaged(self, code, factor, start, flags):
        part, held = Part(), None if flags else self._held(code, factor, start + 60_000)
        if flags:
            part.count = len(self.readings.values[code])
            part.flag = flag_of(flags)
        else:
            part.flag = held.flag if held else "B"
        if code == NOX and factor.is_computed and part.flag == "N" and NO2 in self.conditions.parts:
            part.flag = self.conditions.parts[NO2].flag
        if held and held.flag == "N":
            part.avg = part.min = part.max = held.number
            if held.number is None:
                part.invalidate(held.lacked)
        else:
            self._suffice(code, factor, part)
        if flags and self.readings.values[code]:
            self._average(code, factor, part)
        if part.valid and code == OXYGEN and not self.conditions.is_possible(code):
            part.invalidate(f"impossible {OXYGEN}")
        if part.valid:
            complaint = self.conditions.first_complaint(self.conditions.needs(code))
            if complaint:
                part.invalidate(complaint)
        self.conditions.parts[code] = part
        if self._is_judged_by(code):
            if self.readings.judged.get(code):
                self._bound(code, factor, part)
            elif held:
                part.bound = held.bound
        return part

    def _suffice(self, code, factor, part):
        """Whether its own samples are enough. Where they are and could not be computed, the reason is what they lacked; what is
        computed has no samples of its own."""
        needed = factor.samples_needed()
        if part.count >= needed:
            return
        needs = self.conditions.needs(code)
        if factor.is_computed or self.readings.good.get(code, 0) >= needed:
            complaint = self.conditions.first_complaint(needs)
            complaints = set(self.readings.missing.get(code, {}).values())
            if complaint is None and complaints:
                complaint = min(complaints, key=lambda each: (needs.index(each.split()[-1]), each))
            if complaint:
                part.invalidate(complaint)
                return
        part.invalidate(counted(part.count, "good sample"), f"no valid {code}")

    def _average(self, code, factor, part):
        values = self.readings.values[code]
        numbers = [number for _, number in values]
        part.min, part.max = min(numbers), max(numbers)
        part.avg = self._mean(factor, values)

    def _mean(self, factor, values):
        """Weighted by the flow where that is known and flows."""
        numbers = [number for _, number in values]
        flow = self.readings.values.get(WATER_FLOW) if factor.is_weighted and self._has_valid_flow() else None
        if not flow:
            return mean(numbers)
        # What flows backwards carries nothing off.
        litres = [max(0, number) for number in latest(flow, values)]
        if total(litres) == 0:
            return mean(numbers)
        return weighted_mean(numbers, litres)

    def _has_valid_flow(self):
        flow = self.conditions.parts.get(WATER_FLOW)
        if flow is None or not flow.valid:
            return False
        # A meter that counts tells of water that the flow does not see.
        return not (WATER_FLOW in self.books and flow.cou and flow.avg is not None and flow.avg <= 0)

    def _bound(self, code, factor, part):
        """What judges see of a minute with samples above the range, where these make it valid."""
        values = self.readings.judged[code]
        if len(values) >= factor.samples_needed():
            part.bound = self._mean(factor, values)

    def _is_judged_by(self, code):
        """Whether what it needs is valid for judging."""
        return all(map(self._is_judged, self.conditions.needs(code)))

    def _is_judged(self, need):
        """Whether it is valid in the minute, or of NO and NO2 valid for judging."""
        if need in (NO, NO2) and self.conditions.parts[need].bound is not None:
            return True
        return self.conditions.complaint(need) is None

    def _held(self, code, factor, end):
        """The last sample of a source slower than a minute, for a minute without samples; None where there is none."""
        last = self.last.get(code)
        is_held = last is not None and factor.interval > 60_000 and end - last.instant <= factor.interval
        return last if is_held else None

    # Batch analysers.

    def _batch(self, code, factor, start, judged):
        fresh = 0
        for instant, number, flag in judged:
            is_good = self.readings.is_good(number, flag)
            value = (factor.slope * number + factor.intercept) * factor.scale if is_good else None
            fresh += self.batches[code].read(instant, value, flag)
        return self.batches[code].minute(start, fresh)

    # Section 5: discharge.

    def _judge_discharge(self, parts, mark):
        is_stopped = mark == "F"
        is_without = self._is_without_discharge(parts)
        for code, part in parts.items():
            factor = self.settings.factors.get(code)
            is_water = factor is not None and factor.is_water()
            part.stopped = is_stopped
            part.due = not is_stopped and not (is_water and is_without)
            part.is_without_discharge = is_water and is_without
            if is_water and is_without:
                part.invalidate(NO_DISCHARGE)
                part.take_no_bound()
                if factor.is_weighted and not factor.cycle:
                    part.forget_mean()

    def _is_without_discharge(self, parts):
        """Whether a good flow says so."""
        flow = parts.get(WATER_FLOW)
        if flow is None:
            return False
        factor = self.settings.factors[WATER_FLOW]
        if factor.is_meter_alone():
            return flow.is_said_to_stand
        return flow.valid and self._noise() <= flow.avg <= 0 and not (WATER_FLOW in self.books and flow.cou)

    def _noise(self):
        """Down to this a mean flow is that of standing water."""
        factor = self.settings.factors[WATER_FLOW]
        return 0.0 if factor.span is None else -0.02 * factor.span * factor.scale

    # Sections 3 to 5: converted values and amounts.

    def _gas_flow(self, parts):
        """Formulas (30) and (31) with the means of the minute; without one of them there is no number."""
        part = Part()
        part.flag = parts[VELOCITY].flag
        needs = self.conditions.needs(GAS_FLOW)
        means = {code: self.conditions.mean(code) for code in needs}
        complaint = self.conditions.first_complaint(needs)
        if complaint:
            part.invalidate(complaint)
        if None not in means.values():
            part.avg = self.gas_flow(*means.values())
            instants = [entry for entry in self.conditions.usable.get(VELOCITY, []) if entry[1] is not None]
            columns = [[number for number, _ in self.conditions.at_instants(code, instants)] for code in needs[1:]]
            flows = [self.gas_flow(entry[1], *state) for entry, *state in zip(instants, *columns) if None not in state]
            part.count = len(flows)
            if flows:
                part.min, part.max = min(flows), max(flows)
        # What the flow of longer periods is computed from.
        part.means = means
        return part

    def gas_flow(self, velocity, temperature, pressure, barometer, humidity):
        """m3/s, dry, at standard state."""
        return dry_standard_flow(self.stack.area * velocity, self.settings.t0, temperature, pressure, barometer, humidity)

    def _convert(self, code, part, parts, mark):
        factor = self.settings.factors.get(code)
        if factor is None or not factor.is_converted or not self.stack.has_reference():
            return
        oxygen = self.conditions.mean(OXYGEN) if OXYGEN in parts else None
        if OXYGEN in parts:
            parts[OXYGEN].means = oxygen
        is_standing = self._stands(mark, self.conditions.mean(VELOCITY) if VELOCITY in parts else None)
        part.zs_avg = converted(self.stack, part.avg, oxygen, is_standing, factor.greatest)
        if part.zs_avg is not None:
            self._convert_instants(code, factor, part, is_standing)
        part.zs_is_greatest = part.zs_avg is not None and part.zs_avg == factor.greatest
        complaint = self.conditions.complaint(OXYGEN)
        is_valid = part.valid and complaint is None and part.zs_avg is not None
        reason = part.reason or complaint
        if oxygen is None:
            reason = complaint
        elif part.zs_avg is None and part.avg is not None:
            reason = "the plant stands"
        part.set_converted(is_valid, reason)
        if part.bound is not None and complaint is None:
            bound = converted(self.stack, part.bound, oxygen, is_standing, factor.greatest)
            part.zs_bound = None if bound == factor.greatest else bound

    def _convert_instants(self, code, factor, part, is_standing):
        """The extremes, and with `mean_of` the mean; only where the minute as a whole has a converted value."""
        values = self.readings.values[code]
        numbers = [
            converted(self.stack, number, oxygen, is_standing, factor.greatest)
            for (_, number), (oxygen, _) in zip(values, self.conditions.at_instants(OXYGEN, values))]
        numbers = [number for number in numbers if number is not None]
        if numbers:
            part.zs_min, part.zs_max = min(numbers), max(numbers)
        if self.stack.converted_method == "mean_of" and numbers:
            # The greatest number counts only where all are it.
            part.zs_avg = mean([number for number in numbers if number != factor.greatest] or numbers)

    def _stands(self, mark, velocity):
        limit = self.stack.idle_velocity
        return mark == "F" or (limit is not None and velocity is not None and velocity < limit)

    def _weigh(self, code, part, parts):
        """The amount of the minute."""
        factors = self.settings.factors
        if code == GAS_FLOW:
            part.carrying = carried_by(part.avg)
            if code not in self.books:
                weigh_gas_flow(part, 1 / 60, part.valid, part.reason)
        elif code == WATER_FLOW:
            if code not in self.books:
                weigh_water_flow(part, self._noise())
        elif factors[code].has_amount and not factors[code].cycle:
            if code.startswith("a") and GAS_FLOW in self.books:
                weigh_gas_with_meter(part, parts[GAS_FLOW])
            elif code.startswith("a") and GAS_FLOW in parts:
                weigh_gas(part, parts[GAS_FLOW], 1 / 60)
            elif code.startswith("w") and WATER_FLOW in self.books:
                self.meters.carry(code, part, parts[WATER_FLOW])
            elif code.startswith("w") and WATER_FLOW in parts:
                weigh_water(part, parts[WATER_FLOW], part.is_without_discharge)
