"""From the samples of a minute to its instantaneous values (docs/calculation.md, section 1)."""

from recompute_formulas import at_standard_state, dried, dry_standard_flow, pitot_velocity
from recompute_conditions import latest
from recompute_parts import DYNAMIC_PRESSURE, GAS_FLOW, HUMIDITY, NO, NO2, NOX, STATE, VELOCITY


class Newest:
    """A sample, good or above the range, that stands for the minutes after it: what it is, what it lacked, and what judges see of it
    where it is above the range."""

    def __init__(self, instant, flag, number, lacked, bound):
        self.instant, self.flag, self.number, self.lacked, self.bound = instant, flag, number, lacked, bound


class Readings:
    """The values of the running minute."""

    def __init__(self, settings, conditions):
        self.settings, self.stack, self.conditions = settings, settings.stack, conditions
        self.dioxides, self.dioxide_before = [], None
        self.begin()

    def begin(self):
        # The instantaneous values by factor, ascending.
        self.values = {}
        # Where samples above the range can be computed: these at the end of it, together with the values.
        self.judged = {}
        # The flags of the samples by factor, and how many are good.
        self.flags, self.good = {}, {}
        # Why values could not be computed, by factor and instant.
        self.missing = {}
        # The newest sample of the minute, good or above the range, by factor.
        self.newest = {}

    @staticmethod
    def base(code, factor):
        """Where the instants of a factor come from."""
        if not factor.is_computed:
            return code
        return DYNAMIC_PRESSURE if code == VELOCITY else NO

    def take(self, code, factor, samples):
        """Fills `values[code]` from the samples of its base; a batch analyser is read by itself. Returns the samples as they are
        judged: (instant, number, flag)."""
        if factor.is_computed:
            base = self.base(code, factor)
            self.values[code] = self._computed(code, factor)
            self.conditions.take(code, self.values[code], [])
            self.good[code], self.flags[code] = self.good.get(base, 0), self.flags.get(base, [])
            if code == NOX:
                self.judged[code] = self._judged_oxides(factor)
            if base in self.newest:
                newest = self.newest[base]
                self._note_newest(code, newest.instant, newest.flag, newest.lacked)
            return []
        judged = [
            (instant, *self._judged(factor, number, flag))
            for instant, number, flag in sorted(samples, key=lambda each: (each[0], each[1] is None, each[1]))]
        good = [(instant, number) for instant, number, flag in judged if self.is_good(number, flag)]
        self.flags[code], self.good[code] = [flag for _, _, flag in judged], len(good)
        if not factor.cycle:
            self.values[code], readings = self._normalised(code, factor, good)
            self.conditions.take(code, self.values[code], readings)
            above = self._above(code, factor, judged)
            self.judged[code] = sorted(self.values[code] + above) if above else []
            seen = [(instant, "N" if self.is_good(number, flag) else flag) for instant, number, flag in judged]
            seen = [entry for entry in seen if entry[1] in ("N", "T")]
            if seen:
                self._note_newest(code, *seen[-1])
            if code == NO2:
                self._take_dioxide(above)
        return judged

    def _above(self, code, factor, judged):
        """The samples above the range that can be computed, at the end of it."""
        if factor.upper_end is None or self.settings.over_range_counts:
            return []
        ends = [(instant, factor.upper_end) for instant, _, flag in judged if flag == "T"]
        values, _ = self._normalised(code, factor, ends)
        for instant, _ in ends:
            # What is told of the minute is what good samples lack.
            self.missing.get(code, {}).pop(instant, None)
        return values

    def _note_newest(self, code, instant, flag, lacked=None):
        number = dict(self.values[code][-1:]).get(instant)
        if number is None and flag == "N":
            lacked = lacked or self.missing[code][instant]
        # Of NOx the NO2 may be above its range.
        is_judged = flag == "T" or code == NOX
        bound = dict(self.judged.get(code, [])[-1:]).get(instant) if is_judged else None
        self.newest[code] = Newest(instant, flag, number, lacked, bound)

    def _take_dioxide(self, above):
        """NO2 as NOx is judged with it: (instant, (number, whether it is the end of the range)); else the newest one before."""
        good = [(instant, (number, False)) for instant, number in self.values[NO2]]
        if self.dioxides:
            self.dioxide_before = self.dioxides[-1]
        self.dioxides = sorted(good + [(instant, (number, True)) for instant, number in above])

    def _judged_oxides(self, factor):
        """NOx at each instant of NO, good or above the range, where one of them or NO2 is above it; else nothing."""
        good = {instant for instant, _ in self.values.get(NO, [])}
        oxides = self.judged.get(NO) or self.values.get(NO, [])
        result, is_above = [], False
        for (instant, oxide), entry in zip(oxides, self._dioxides_at(oxides)):
            if entry is not None:
                number, is_end = entry
                is_above = is_above or is_end or instant not in good
                result.append((instant, factor.nitric_oxide_weight * oxide + number))
        return result if is_above else []

    def _dioxides_at(self, instants):
        if NO2 not in self.settings.factors:
            return [(0.0, False)] * len(instants)
        if self.dioxides:
            return latest(self.dioxides, instants)
        if self.dioxide_before is None:
            return [None] * len(instants)
        before, entry = self.dioxide_before
        oldest = before + self.settings.factors[NO2].condition_age()
        return [entry if instant <= oldest else None for instant, _ in instants]

    def is_good(self, number, flag):
        return flag == "N" or (flag == "T" and number is not None and self.settings.over_range_counts)

    @staticmethod
    def _judged(factor, number, flag):
        """Takes numbers away that are no measurement, and flags those above the range."""
        if number is not None and (number in factor.no_values or (factor.least is not None and number < factor.least)):
            return None, "D" if flag == "N" else flag
        if flag == "N" and number is None:
            return None, "D"
        if flag == "N" and factor.upper_end is not None and number > factor.upper_end:
            return number, "T"
        return number, flag

    def _normalised(self, code, factor, good):
        """Slope, unit, state and basis; an instant without its conditions is left out. Besides, the readings before they were
        dried."""
        scale = factor.scale * self.stack.velocity_coefficient if code == VELOCITY else factor.scale
        values = [(instant, (factor.slope * number + factor.intercept) * scale) for instant, number in good]
        is_flow = code == GAS_FLOW
        if factor.is_actual:
            values = self._with_conditions(code, values, STATE, self._flow_to_standard if is_flow else self._to_standard)
        readings = values
        if factor.is_wet:
            values = self._with_conditions(code, values, [HUMIDITY], self._flow_to_dry if is_flow else dried)
        if len(readings) > len(values):
            there = {instant for instant, _ in values}
            readings = [entry for entry in readings if entry[0] in there]
        return values, [number for _, number in readings]

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
            # The noise of its zero is 0; what is lower is no dynamic pressure.
            good = self.conditions.usable.get(DYNAMIC_PRESSURE, [])
            lacking = {instant: f"impossible {DYNAMIC_PRESSURE}" for instant, number in good if number is None}
            if lacking:
                self.missing.setdefault(code, {}).update(lacking)
            good = self._with_conditions(
                code, [entry for entry in good if entry[1] is not None], STATE,
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
        columns = [self.conditions.at_instants(condition, good) for condition in conditions]
        result = []
        for index, (instant, number) in enumerate(good):
            present = [column[index] for column in columns]
            lacking = [(condition, is_there) for condition, (value, is_there) in zip(conditions, present) if value is None]
            if lacking:
                condition, is_there = lacking[0]
                complaint = f"{'impossible' if is_there else 'no valid'} {condition}"
                self.missing.setdefault(code, {})[instant] = complaint
                continue
            number = formula(number, *[value for value, _ in present])
            if number is not None:
                result.append((instant, number))
        return result
