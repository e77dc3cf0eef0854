"""Masses in water behind a meter, minute by minute (docs/calculation.md, section 5.1).

A minute of discharge in which the meter counted nothing is awaiting: the next amount has its water, and its concentration counts
in the mass of that amount.
"""

from recompute_amounts import lack_of
from recompute_parts import WATER_FLOW, weighted_mean


class Run:
    """The minutes since the last amount of a meter whose concentrations the next amount has: (mg/L, minutes)."""

    def __init__(self):
        self.entries = []

    def take(self, number, minutes):
        if number is not None:
            self.entries.append((number, minutes))

    def end(self):
        """Their concentrations and minutes."""
        entries, self.entries = self.entries, []
        return [number for number, _ in entries], [minutes for _, minutes in entries]


class Carrier:
    """One concentration behind a meter."""

    def __init__(self):
        self.valid, self.judged = Run(), Run()

    def begin_hour(self):
        self.valid.end()
        self.judged.end()

    def weigh(self, part, flow, is_without_discharge, reach):
        """The mass of a minute. `reach`: for so many minutes an amount may stand."""
        if is_without_discharge:
            # It stands for itself alone.
            self.begin_hour()
            part.discharge = 0.0
            part.set_amount(0.0, True, None)
            return
        part.cou_stands_for = flow.cou_stands_for
        if flow.cou is None:
            part.set_amount(None, False, lack_of(part, flow, WATER_FLOW))
            return
        minutes = min(flow.cou_stands_for, reach)
        own = part.avg if part.valid else None
        self.valid.take(own, minutes)
        self.judged.take(own if part.bound is None else part.bound, minutes)
        part.discharge = flow.cou
        if flow.cou == 0:
            part.set_amount(0.0, part.valid, part.reason)
            return
        self._carry(part, flow.cou)

    def _carry(self, part, discharge):
        numbers, minutes = self.valid.end()
        if numbers:
            part.set_amount(weighted_mean(numbers, minutes) * discharge / 1000, True, None)
            part.carry(discharge, sum(minutes), min(numbers), max(numbers))
        else:
            part.set_amount(None if part.avg is None else part.avg * discharge / 1000, False, part.reason)
        numbers, minutes = self.judged.end()
        if numbers:
            part.judged = (weighted_mean(numbers, minutes), discharge, sum(minutes))
