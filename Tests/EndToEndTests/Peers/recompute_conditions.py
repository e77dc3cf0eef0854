"""What the gas is at an instant and in a minute, and what depends on it (docs/calculation.md, sections 1 and 9)."""

from recompute_parts import (
    BAROMETER, DYNAMIC_PRESSURE, HUMIDITY, NO, NO2, OXYGEN, PRESSURE, STATE, TEMPERATURE, VELOCITY, mean)

# What gas can be, in the units of the records; with other numbers nothing is computed.
BOUNDS = {
    TEMPERATURE: lambda number: -50 <= number <= 2000, PRESSURE: lambda number: -50 <= number <= 50,
    BAROMETER: lambda number: 50 <= number <= 110, HUMIDITY: lambda number: number < 99.5,
}
# The noise of a zero, where a factor has no range.
SMALL_NEGATIVES = {HUMIDITY: -1.0, VELOCITY: -1.0, DYNAMIC_PRESSURE: -0.01}


class Conditions:
    """The values of the running minute and the last ones before it, as the rest of an outlet is computed with them."""

    def __init__(self, settings):
        self.settings = settings
        self.stack = settings.stack
        # What others are computed with: factor -> [(instant, number or None where gas cannot have it)], ascending.
        self.usable = {}
        # The last of these before the minute.
        self.last = {}
        self.parts = {}
        self.least = {code: self._least(code) for code in SMALL_NEGATIVES}

    def _least(self, code):
        """Down to this a number below 0 is the noise of a zero."""
        factor = self.settings.factors.get(code)
        if factor is None or factor.span is None:
            return SMALL_NEGATIVES[code]
        coefficient = self.stack.velocity_coefficient if code == VELOCITY else 1
        return -0.02 * factor.span * factor.scale * coefficient

    def begin(self):
        for code, values in self.usable.items():
            if values:
                self.last[code] = values[-1]
        self.usable, self.parts = {}, {}

    def take(self, code, values, readings):
        """Keeps the values of a minute. `readings`: of oxygen, what was read before it was dried, by instant."""
        self.usable[code] = [(instant, self._as_used(code, number)) for instant, number in values]
        if code == OXYGEN:
            self.usable[code] = [
                (instant, number if 0 < reading <= 25 else None) for (instant, number), reading in zip(values, readings)]

    def _as_used(self, code, number):
        if code in self.least and number < 0:
            return 0.0 if number >= self.least[code] else None
        return number if BOUNDS.get(code, lambda number: True)(number) else None

    def constant(self, code):
        number = self.stack.constants.get(code)
        return None if number is None else self._as_used(code, number)

    def at_instants(self, code, instants):
        """The condition at each of the ascending instants: (number or None, whether one was there at all)."""
        if code not in self.settings.factors:
            return [(self.constant(code), self.stack.constants.get(code) is not None)] * len(instants)
        values = self.usable.get(code, [])
        if values:
            return [(number, True) for number in latest(values, instants)]
        if code not in self.last:
            return [(None, False)] * len(instants)
        instant, number = self.last[code]
        oldest = instant + self.settings.factors[code].condition_age()
        return [(number, True) if entry[0] <= oldest else (None, False) for entry in instants]

    def mean(self, code):
        """The mean of the possible values of the minute, None without one."""
        if code not in self.settings.factors:
            return self.constant(code)
        part, values = self.parts[code], self.usable.get(code, [])
        if part.avg is None:
            return None
        if not values:
            return self.last[code][1]
        possible = [number for _, number in values if number is not None]
        return mean(possible) if possible else None

    def complaint(self, code):
        """What is wrong with a factor in the minute that others need; None when it is usable."""
        if code not in self.settings.factors:
            if self.constant(code) is not None:
                return None
            return f"no valid {code}" if self.stack.constants.get(code) is None else f"impossible {code}"
        if not self.parts[code].valid:
            return self.parts[code].blame
        return None if self.is_possible(code) else f"impossible {code}"

    def is_possible(self, code):
        """Whether enough values of the minute are such that gas can have them."""
        values = self.usable.get(code, [])
        if not values:
            return code not in self.last or self.last[code][1] is not None
        return sum(number is not None for _, number in values) >= self.settings.factors[code].samples_needed()

    def first_complaint(self, codes):
        return next((complaint for complaint in map(self.complaint, codes) if complaint), None)

    def needs(self, code):
        """The factors that a factor is computed from, in the order in which they are named."""
        if code not in self.settings.factors:
            return [VELOCITY] + STATE + [HUMIDITY]
        factor = self.settings.factors[code]
        if factor.is_computed:
            if code == VELOCITY:
                return [DYNAMIC_PRESSURE] + STATE
            return [NO, NO2] if NO2 in self.settings.factors else [NO]
        return (STATE if factor.is_actual else []) + ([HUMIDITY] if factor.is_wet else [])


def latest(values, instants):
    """The last at or before each instant; the earliest where all are later."""
    result, index, end = [], 0, len(values) - 1
    for entry in instants:
        while index < end and values[index + 1][0] <= entry[0]:
            index += 1
        result.append(values[index][1])
    return result
