"""From the samples of a minute to its instantaneous values (docs/calculation.md, section 1)."""

from recompute_formulas import at_standard_state, dried, dry_standard_flow, pitot_velocity
from recompute_parts import DYNAMIC_PRESSURE, GAS_FLOW, HUMIDITY, NO, NO2, STATE, VELOCITY


class Readings:
    """The values of the running minute."""

    def __init__(self, settings, conditions):
        self.settings, self.stack, self.conditions = settings, settings.stack, conditions
        self.begin()

    def begin(self):
        # The instantaneous values by factor, ascending.
        self.values = {}
        # The lower bounds of samples above the range, likewise.
        self.bounds = {}
        # The flags of the samples by factor, and how many are good.
        self.flags, self.good = {}, {}
        # Why values could not be computed, by factor.
        self.missing = {}

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
            return []
        judged = [
            (instant, *self._judged(factor, number, flag))
            for instant, number, flag in sorted(samples, key=lambda each: (each[0], each[1] is None, each[1]))]
        good = [(instant, number) for instant, number, flag in judged if self.is_good(number, flag)]
        self.flags[code], self.good[code] = [flag for _, _, flag in judged], len(good)
        if not factor.cycle:
            self.values[code], readings = self._normalised(code, factor, good)
            self.conditions.take(code, self.values[code], readings)
            if factor.upper_end is not None and not self.settings.over_range_counts:
                above = [(instant, factor.upper_end) for instant, _, flag in judged if flag == "T"]
                self.bounds[code], _ = self._normalised(code, factor, above)
        return judged

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
            if any(number is None for _, number in good):
                self.missing.setdefault(code, set()).add(f"impossible {DYNAMIC_PRESSURE}")
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
                self.missing.setdefault(code, set()).add(complaint)
                continue
            number = formula(number, *[value for value, _ in present])
            if number is not None:
                result.append((instant, number))
        return result
