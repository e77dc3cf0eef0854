"""From the samples of a minute to its averages, converted values and amounts (docs/calculation.md, sections 1 to 5)."""

import math

from recompute_batch import BatchAnalyser
from recompute_meters import NO_READING, MeterBook

TEMPERATURE, PRESSURE, HUMIDITY, BAROMETER = "a01012", "a01013", "a01014", "i23001"
VELOCITY, DYNAMIC_PRESSURE, OXYGEN, GAS_FLOW, WATER_FLOW = "a01011", "a01017", "a19001", "a00000", "w00000"
NOX, NO, NO2 = "a21002", "a21003", "a21004"
# What others are computed from comes before them.
FIRST = [BAROMETER, TEMPERATURE, PRESSURE, HUMIDITY, DYNAMIC_PRESSURE, VELOCITY, OXYGEN, WATER_FLOW, NO, NO2]
STATE = [TEMPERATURE, PRESSURE, BAROMETER]
FLAG_ORDER = "DMC"
# What gas can be, in the units of the records; with other numbers nothing is computed.
POSSIBLE = {
    TEMPERATURE: lambda number: -50 <= number <= 2000, PRESSURE: lambda number: -50 <= number <= 50,
    BAROMETER: lambda number: 50 <= number <= 110, HUMIDITY: lambda number: -1 <= number < 99.5,
    VELOCITY: lambda number: number >= -1, OXYGEN: lambda number: 0 < number <= 25,
}


class Part:
    """What a period has of one factor. `zs_valid` and `cou_valid` are None where there is no such quantity."""

    __slots__ = (
        "avg", "min", "max", "count", "flag", "valid", "reason", "zs_avg", "zs_min", "zs_max", "zs_valid", "zs_reason", "cou",
        "cou_valid", "cou_reason", "discharge", "means", "stands_for", "cou_stands_for", "carrying",
        "unweighed",
    )

    def __init__(self):
        self.avg = self.min = self.max = None
        self.count, self.flag = 0, "N"
        self.valid, self.reason = True, None
        self.zs_avg = self.zs_min = self.zs_max = self.zs_valid = self.zs_reason = None
        self.cou = self.cou_valid = self.cou_reason = None
        # Of a concentration in water: the m3 in which its mass was counted, where both are valid.
        self.discharge = None
        # Of a computed flow of gas: the means it is computed from, by factor. Of oxygen in a minute: what it is converted with.
        self.means = None
        # Of a flow of gas: its mean without what flows backwards.
        self.carrying = None
        # Of a concentration in a minute in which nothing flowed: its arithmetic mean, and whether and why not that is valid.
        self.unweighed = None
        # So many minutes the mean and the amount stand for.
        self.stands_for = self.cou_stands_for = 1

    def invalidate(self, reason):
        self.valid, self.reason = False, reason

    def set_converted(self, is_valid, reason):
        self.zs_valid, self.zs_reason = is_valid, None if is_valid else reason

    def set_amount(self, amount, is_valid, reason):
        self.cou, self.cou_valid, self.cou_reason = amount, is_valid, None if is_valid else reason


def total(numbers):
    """Added one by one in their order, which is that of time: sum() compensates errors since Python 3.12."""
    result = 0.0
    for number in numbers:
        result += number
    return result


def mean(numbers):
    return total(numbers) / len(numbers)


def counted(number, singular):
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def commonest(flags):
    """Of the letters other than N, the commonest; of equals D, M, C, then the one that came first; N when there is none."""
    counts = {}
    for flag in flags:
        if flag != "N":
            counts[flag] = counts.get(flag, 0) + 1
    rank = {flag: FLAG_ORDER.find(flag) % 9 for flag in counts}
    return max(counts, key=lambda flag: (counts[flag], -rank[flag])) if counts else "N"


# Formulas of HJ 212-2017, appendix D. Pressures in kPa, humidity in %.


def at_standard_state(number, t0, temperature, pressure, barometer):
    return number * 101.325 / (barometer + pressure) * (t0 + temperature) / t0


def dried(number, humidity):
    return number / (1 - humidity / 100)


def dry_standard_flow(actual, t0, temperature, pressure, barometer, humidity):
    return actual * t0 / (t0 + temperature) * (barometer + pressure) / 101.325 * (1 - humidity / 100)


def pitot_velocity(stack, t0, dynamic, temperature, pressure, barometer):
    """m/s from kPa."""
    density = stack.gas_density * t0 / (t0 + temperature) * (barometer + pressure) / 101.325
    return stack.pitot_coefficient * math.sqrt(2 * dynamic * 1000 / density) if dynamic >= 0 and density > 0 else None


def converted(stack, number, oxygen, is_standing):
    """At the reference oxygen or excess air; None where there is no converted value."""
    if number is None or oxygen is None or oxygen <= 0 or oxygen > 25:
        return None
    if oxygen >= stack.oxygen_idle and is_standing:
        return None
    if oxygen > stack.oxygen_cap:
        if stack.oxygen_cap_action != "cap":
            return number if stack.oxygen_cap_action == "use_measured" else None
        oxygen = stack.oxygen_cap
    if stack.excess_air is not None:
        return number * 21 / (21 - oxygen) / stack.excess_air
    return number * (21 - stack.reference_oxygen) / (21 - oxygen)


class MinuteCalculator:
    """Computes the minutes of one outlet, one after the other."""

    def __init__(self, settings):
        self.settings = settings
        self.stack = settings.stack
        self.codes = [code for code in FIRST if code in settings.factors]
        self.codes += [code for code in settings.factors if code not in FIRST]
        # The latest instantaneous value of each factor before the minute: (instant, number).
        self.last = {}
        # The instantaneous values of the minute by factor, ascending.
        self.values = {}
        # The flags of the samples of the minute by factor.
        self.flags = {}
        # By factor.
        self.batches = {code: BatchAnalyser(factor.cycle) for code, factor in settings.factors.items() if factor.cycle}
        # The factor for want of which a value of the minute could not be computed.
        self.missing = {}
        self.block_end = lambda start: start + 60_000
        self.books = {
            code: MeterBook(factor.meter, factor.meter.greatest_rate, settings.minute_interval * 60_000)
            for code, factor in settings.factors.items() if factor.meter}

    # Meters: their readings are known before the first minute is computed.

    def know(self, instant, name, number, flag):
        code = name.removesuffix(".meter")
        book = self.books.get(code)
        if book is None or flag != "N" or number is None:
            return
        factor = self.settings.factors[code]
        if number in factor.no_values:
            return
        if factor.meter.is_beside:
            if name != code:
                book.readings.append((instant, number * factor.meter.slope))
        else:
            book.readings.append((instant, factor.slope * number + factor.intercept))

    def sort_meters(self):
        for book in self.books.values():
            book.readings.sort()

    def _metered(self, code, factor, start, flags):
        """The flow of a meter alone."""
        entry = self.books[code].close(start, self.block_end(start))
        part = Part()
        part.count = len(self.values.pop(code))
        part.flag = ("N" if 4 * flags.count("N") >= 3 * len(flags) else commonest(flags)) if flags else "B"
        if entry.is_fault:
            part.flag = "D"
        # A meter slower than a minute, between two readings.
        last = self.books[code].meter.last_read()
        is_between = (
            factor.interval > 60_000 and not flags and last is not None and start + 60_000 - last <= factor.interval)
        if is_between:
            part.flag = "N"
        if is_between or entry.reason:
            part.invalidate(NO_READING if is_between else entry.reason)
        elif part.count < factor.samples_needed():
            part.invalidate(counted(part.count, "good sample"))
        if entry.amount is not None:
            seconds = 60 * entry.minutes
            part.avg = part.min = part.max = entry.amount * (1000 if code == WATER_FLOW else 1) / seconds
        part.stands_for = entry.minutes
        self._book(part, entry, part.reason)
        return part

    @staticmethod
    def _book(part, entry, missing):
        part.set_amount(entry.amount, entry.amount is not None, entry.reason or missing)
        part.cou_stands_for = entry.minutes

    def compute(self, start, samples, mark):
        """The parts of the minute that begins at `start`; `samples` maps codes to (instant, number or None, flag)."""
        self.values, self.flags, self.missing = {}, {}, {}
        parts = {}
        for code in self.codes:
            factor = self.settings.factors[code]
            base = self._base(code, factor)
            own = samples.get(base, [])
            flags = self._instantaneous(code, factor, own)
            if factor.is_meter_alone():
                parts[code] = self._metered(code, factor, start, flags)
            elif factor.cycle:
                parts[code] = self._batch(code, factor, start, own)
            else:
                parts[code] = self._averaged(code, factor, start, flags)
        if self.settings.has_computed_flow:
            parts[GAS_FLOW] = self._gas_flow(parts)
        for code, book in self.books.items():
            if self.settings.factors[code].meter.is_beside:
                entry = book.close(start, self.block_end(start))
                self._book(parts[code], entry, NO_READING)
                if code == WATER_FLOW and entry.amount:
                    self._unweigh(parts)
        for code, part in parts.items():
            self._convert(code, part, parts, mark)
        # A mass needs what its flow carries.
        for code in sorted(parts, key=lambda code: code != GAS_FLOW):
            self._weigh(code, parts[code], parts)
        for code, values in self.values.items():
            if values:
                self.last[code] = values[-1]
        return parts

    @staticmethod
    def _unweigh(parts):
        """Water that the meter has counted was there, whatever the flow beside it says."""
        for part in parts.values():
            if part.unweighed:
                part.avg, part.valid, part.reason = part.unweighed

    def _base(self, code, factor):
        """Where the instants of a factor come from."""
        if not factor.is_computed:
            return code
        return DYNAMIC_PRESSURE if code == VELOCITY else NO

    # Section 1: instantaneous values.

    def _instantaneous(self, code, factor, samples):
        """Fills `values[code]` and returns the flags of the samples."""
        if factor.is_computed:
            self.values[code] = self._computed(code, factor)
            return self.flags.get(self._base(code, factor), [])
        good, flags = [], []
        for instant, number, flag in samples:
            number, flag = self._counted(factor, number, flag)
            if number is not None:
                good.append((instant, number))
            flags.append(flag)
        good.sort()
        self.values[code] = self._normalised(code, factor, good)
        self.flags[code] = flags
        return flags

    def _counted(self, factor, number, flag):
        """The corrected number of a sample, None where it does not count, and its flag."""
        if number is not None and (number in factor.no_values or (factor.least is not None and number < factor.least)):
            return None, "D" if flag == "N" else flag
        if flag != "N" or number is None:
            return None, flag
        if factor.upper_end is not None and number > factor.upper_end:
            flag = "T"
        is_good = flag == "N" or self.settings.over_range_counts
        return factor.slope * number + factor.intercept if is_good else None, flag

    def _normalised(self, code, factor, good):
        """Unit, state and basis; an instant without its conditions is left out."""
        scale = factor.scale * self.stack.velocity_coefficient if code == VELOCITY else factor.scale
        if scale != 1:
            good = [(instant, number * scale) for instant, number in good]
        is_flow = code == GAS_FLOW
        if factor.is_actual:
            good = self._with_conditions(code, good, STATE, self._flow_to_standard if is_flow else self._to_standard)
        if factor.is_wet:
            good = self._with_conditions(code, good, [HUMIDITY], self._flow_to_dry if is_flow else dried)
        return good

    def _to_standard(self, number, temperature, pressure, barometer):
        return at_standard_state(number, self.settings.t0, temperature, pressure, barometer)

    def _flow_to_standard(self, number, temperature, pressure, barometer):
        return dry_standard_flow(number, self.settings.t0, temperature, pressure, barometer, 0)

    @staticmethod
    def _flow_to_dry(number, humidity):
        return number * (1 - humidity / 100)

    def _computed(self, code, factor):
        """A velocity from a pitot tube, or NOx from NO and NO2."""
        if code == VELOCITY:
            good = self._with_conditions(
                code, self.values.get(DYNAMIC_PRESSURE, []), STATE,
                lambda dynamic, *state: pitot_velocity(self.stack, self.settings.t0, dynamic, *state))
            return [(instant, number * self.stack.velocity_coefficient) for instant, number in good]
        second = [NO2] if NO2 in self.settings.factors else []
        return self._with_conditions(
            code, self.values.get(NO, []), second,
            lambda oxide, dioxide=0.0: factor.nitric_oxide_weight * oxide + dioxide)

    def _with_conditions(self, code, good, conditions, formula):
        """Applies `formula` to each number with the conditions at its instant."""
        if not good:
            return good
        columns = [self.at_instants(condition, good) for condition in conditions]
        result = []
        for index, (instant, number) in enumerate(good):
            present = [column[index] for column in columns]
            if None in present:
                self.missing.setdefault(code, conditions[present.index(None)])
                continue
            number = formula(number, *present)
            if number is not None:
                result.append((instant, number))
        return result

    def at_instants(self, code, instants):
        """What a factor is at each of the ascending instants, or None where it is not known or no number that gas can have."""
        is_possible = POSSIBLE.get(code, lambda number: True)
        return [
            number if number is not None and is_possible(number) else None for number in self._at_instants(code, instants)]

    def _at_instants(self, code, instants):
        if code not in self.settings.factors:
            return [self.stack.constants.get(code)] * len(instants)
        values = self.values.get(code, [])
        if values:
            return self._latest(values, instants)
        if code not in self.last:
            return [None] * len(instants)
        instant, number = self.last[code]
        oldest = instant + self.settings.factors[code].condition_age()
        return [number if entry[0] <= oldest else None for entry in instants]

    @staticmethod
    def _latest(values, instants):
        """The last at or before each instant; the earliest where all are later."""
        result, index, end = [], 0, len(values) - 1
        for entry in instants:
            while index < end and values[index + 1][0] <= entry[0]:
                index += 1
            result.append(values[index][1])
        return result

    # Section 2: averages.

    def _averaged(self, code, factor, start, flags):
        values = self.values[code]
        if not flags:
            return self._held(code, factor, start + 60_000)
        part = Part()
        part.count = len(values)
        part.flag = "N" if 4 * flags.count("N") >= 3 * len(flags) else commonest(flags)
        if part.count < factor.samples_needed():
            missing = self.missing.get(code)
            part.invalidate(f"no valid {missing}" if missing else counted(part.count, "good sample"))
        if values:
            self._average(factor, part, values)
        return part

    def _average(self, factor, part, values):
        numbers = [number for _, number in values]
        part.min, part.max = min(numbers), max(numbers)
        flow = self.values.get(WATER_FLOW)
        if not (factor.is_weighted and flow):
            part.avg = mean(numbers)
            return
        # What flows backwards carries nothing off.
        litres = [max(0, number) for number in self._latest(flow, values)]
        if total(litres) == 0:
            part.unweighed = mean(numbers), part.valid, part.reason
            part.invalidate("no discharge")
        else:
            part.avg = total([number * each for number, each in zip(numbers, litres)]) / total(litres)

    def _held(self, code, factor, end):
        """A minute without samples: the last value of a source slower than a minute, else nothing, as if not heard."""
        part = Part()
        instant, number = self.last.get(code, (None, None))
        if instant is not None and factor.interval > 60_000 and end - instant <= factor.interval:
            part.avg = part.min = part.max = number
        else:
            part.flag = "B"
            part.invalidate("0 good samples")
        return part

    def _batch(self, code, factor, start, samples):
        """The newest result of a batch analyser."""
        for instant, number, flag in samples:
            number, flag = self._counted(factor, number, flag)
            if number is not None:
                number, flag = number * factor.scale, "N"
            self.batches[code].read(instant, number, flag)
        part = Part()
        self.batches[code].minute(part, start, start + 60_000)
        return part

    # Sections 3 to 5: converted values and amounts.

    def _gas_flow(self, parts):
        """Formulas (30) and (31) with the means of the minute; a condition that is not valid leaves no number."""
        part = Part()
        part.flag = parts[VELOCITY].flag
        means = {}
        for code in [VELOCITY] + STATE + [HUMIDITY]:
            means[code], is_valid = self.input_of_flow(code, parts)
            if not is_valid and part.valid:
                part.invalidate(f"no valid {code}")
        instants = [entry for entry in self.values[VELOCITY] if POSSIBLE[VELOCITY](entry[1])]
        columns = [self.at_instants(code, instants) for code in STATE + [HUMIDITY]]
        flows = [
            self.gas_flow(entry[1], *state) for entry, *state in zip(instants, *columns) if None not in state]
        if None not in means.values():
            part.avg = self.gas_flow(*means.values())
            part.count = len(flows)
            if flows:
                part.min, part.max = min(flows), max(flows)
        # What the flow of longer periods is computed from.
        part.means = means
        return part

    def input_of_flow(self, code, parts):
        """The mean of what gas can be, or the constant where the outlet has no such factor, and whether it is valid."""
        if code not in self.settings.factors:
            constant = self.stack.constants[code]
            is_there = constant is not None and POSSIBLE[code](constant)
            return constant if is_there else None, is_there
        part, values = parts[code], [number for _, number in self.values.get(code, [])]
        if part.avg is None:
            return None, False
        possible = [number for number in values if POSSIBLE[code](number)]
        if len(possible) < len(values):
            is_enough = len(possible) >= self.settings.factors[code].samples_needed()
            return (mean(possible), is_enough) if possible else (None, False)
        return (part.avg, part.valid) if POSSIBLE[code](part.avg) else (None, False)

    def gas_flow(self, velocity, temperature, pressure, barometer, humidity):
        """m3/s, dry, at standard state."""
        return dry_standard_flow(self.stack.area * velocity, self.settings.t0, temperature, pressure, barometer, humidity)

    def _convert(self, code, part, parts, mark):
        factor = self.settings.factors.get(code)
        if factor is None or not factor.is_converted or not self.stack.has_reference():
            return
        oxygen, is_valid = self.input_of_flow(OXYGEN, parts) if OXYGEN in parts else (None, False)
        if OXYGEN in parts:
            parts[OXYGEN].means = oxygen
        is_known = oxygen is not None
        average = converted(self.stack, part.avg, oxygen, self._is_standing(parts, mark))
        if average is not None:
            part.zs_avg = average
            self._convert_instants(code, part, mark)
        is_known = is_known and is_valid
        reason = part.reason or ("plant stands" if is_known else f"no valid {OXYGEN}")
        part.set_converted(part.valid and is_known and part.zs_avg is not None, reason)

    def _convert_instants(self, code, part, mark):
        """The extremes, and with `mean_of` the mean; only where the minute as a whole has a converted value."""
        values = self.values[code]
        numbers = []
        standing = self._standing_at(values, mark)
        for (_, number), oxygen_then, stands in zip(values, self.at_instants(OXYGEN, values), standing):
            number = converted(self.stack, number, oxygen_then, stands)
            if number is not None:
                numbers.append(number)
        if numbers:
            part.zs_min, part.zs_max = min(numbers), max(numbers)
        if self.stack.is_mean_of:
            part.zs_avg = mean(numbers) if numbers else None

    def _is_standing(self, parts, mark):
        if VELOCITY not in self.settings.factors:
            return self._stands(mark, None)
        return self._stands(mark, self.input_of_flow(VELOCITY, parts)[0])

    def _standing_at(self, instants, mark):
        if VELOCITY not in self.settings.factors:
            return [mark == "F"] * len(instants)
        return [self._stands(mark, velocity) for velocity in self.at_instants(VELOCITY, instants)]

    def _stands(self, mark, velocity):
        limit = self.stack.idle_velocity
        return mark == "F" or (limit is not None and velocity is not None and velocity < limit)

    def _weigh(self, code, part, parts):
        """The amount of the minute."""
        factors = self.settings.factors
        if code in self.books:
            return
        if code == GAS_FLOW:
            part.carrying = carried_by(part.avg, GAS_FLOW in factors)
            weigh_flow(part, 1 / 60, part.valid, part.reason)
        elif code == WATER_FLOW:
            if part.avg is not None and part.avg < 0:
                part.set_amount(None, False, part.reason or f"impossible {WATER_FLOW}")
            else:
                part.set_amount(None if part.avg is None else part.avg * 60 / 1000, part.valid, part.reason)
        elif factors[code].has_amount and not factors[code].cycle:
            if code.startswith("a") and (self.settings.has_computed_flow or GAS_FLOW in factors):
                if GAS_FLOW in self.books:
                    weigh_with_meter(part, parts[GAS_FLOW], 1e-6)
                else:
                    weigh_gas(part, parts[GAS_FLOW], 1 / 60)
            elif code.startswith("w") and WATER_FLOW in self.books:
                weigh_with_meter(part, parts[WATER_FLOW], 1e-3)
            elif code.startswith("w") and WATER_FLOW in factors:
                flow = parts.get(WATER_FLOW)
                if flow.avg is not None and flow.avg < 0:
                    part.set_amount(None, False, part.reason or "no valid flow")
                else:
                    weigh_with(part, flow, lambda mass, flow: mass * (flow.avg * 60 / 1000) / 1000)
                    note_discharge(part, flow)


def carried_by(flow, is_measured):
    """What a mean flow of gas carries off: a velocity below 0 is that of gas that stands; of a flow meter it is no flow at all."""
    if flow is None or flow >= 0:
        return flow
    return None if is_measured else 0.0


def weigh_flow(part, hours, is_valid, reason):
    """The m3 of a gas flow."""
    if part.carrying is None:
        part.set_amount(None, False, reason or f"impossible {GAS_FLOW}")
    else:
        part.set_amount(part.carrying * 3600 * hours, is_valid, reason)


def weigh_gas(part, flow, hours):
    """The mass of a gas, valid when concentration and flow are; below 0 there is nothing of it."""
    amount = None
    if part.avg is not None and flow.carrying is not None:
        amount = max(part.avg, 0) * flow.carrying * 3600 / 1e6 * hours
    part.set_amount(amount, bool(part.valid and flow.cou_valid), "no valid flow" if part.valid else part.reason)


def weigh_with(part, flow, formula):
    """The amount of a concentration: valid when both are; nothing flows out with nothing, whatever is in it."""
    stands = flow is not None and flow.avg == 0
    amount = None
    if stands:
        amount = 0.0
    elif part.avg is not None and flow is not None and flow.avg is not None:
        amount = formula(part.avg, flow)
    is_known = part.valid or stands
    is_valid = is_known and flow is not None and flow.valid
    part.set_amount(amount, is_valid, "no valid flow" if is_known else part.reason)


def weigh_with_meter(part, flow, scale):
    """The same by the m3 of a meter."""
    is_water = scale == 1e-3
    stands = is_water and flow.cou_valid and flow.cou == 0
    amount = None
    if stands:
        amount = 0.0
    elif part.avg is not None and flow.cou is not None:
        amount = (part.avg if is_water else max(part.avg, 0)) * flow.cou * scale
    is_known = part.valid or stands
    part.set_amount(amount, bool(is_known and flow.cou_valid), "no valid flow" if is_known else part.reason)
    if is_water:
        # The mass stands for as long as its water does.
        part.cou_stands_for = flow.cou_stands_for
        if amount is not None:
            part.discharge = flow.cou


def note_discharge(part, flow):
    if part.cou is not None and flow is not None:
        part.discharge = flow.avg * 60 / 1000
