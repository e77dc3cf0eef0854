"""Masses in water behind a meter, minute by minute (docs/calculation.md, section 5.1).

A minute of discharge in which the meter counted nothing is awaiting: the next amount has its water, and its concentration counts
in the mass of that amount and in the mean of its hour.
"""

from recompute_amounts import lack_of
from recompute_parts import WATER_FLOW, weighted_mean


class Carrier:
    """One concentration behind a meter."""

    def __init__(self):
        # The minutes since the last amount: (part, concentration or None, the same or its lower bound, minutes, those of them that
        # lie in its hour, hour).
        self.run = []

    def weigh(self, part, flow, is_without_discharge, reach, passed, hour):
        """The mass of a minute. `reach`: for so many minutes an amount may stand; `passed`: so many of `hour` are over."""
        if is_without_discharge:
            # It stands for itself alone.
            self.run = []
            part.discharge = 0.0
            part.set_amount(0.0, True, None)
            return
        part.cou_stands_for = flow.cou_stands_for
        if flow.cou is None:
            part.set_amount(None, False, lack_of(part, flow, WATER_FLOW))
            return
        own = part.avg if part.valid else None
        part.discharge = flow.cou
        self.run.append((part, own, own if part.bound is None else part.bound, flow.cou_stands_for, passed, hour))
        if flow.cou == 0:
            part.set_amount(None if part.avg is None else 0.0, part.valid, part.reason)
            return
        run, self.run = self.run, []
        self._carry(part, flow.cou, run)
        self._spread(flow.cou, run, reach, hour)

    @staticmethod
    def _carry(part, discharge, run):
        valid = [(number, minutes) for _, number, _, minutes, *_ in run if number is not None]
        if not valid:
            part.set_amount(None if part.avg is None else part.avg * discharge / 1000, False, part.reason)
            return
        numbers, minutes = zip(*valid)
        part.set_amount(weighted_mean(numbers, minutes) * discharge / 1000, True, None)
        part.carried_from = (min(numbers), max(numbers))

    @staticmethod
    def _spread(discharge, run, reach, hour):
        """Gives the minutes of the hour their shares of the water."""
        share = discharge / sum(minutes for _, _, _, minutes, *_ in run)
        for part, number, judged, minutes, passed, of_hour in run:
            counted = min(minutes, reach if part is run[-1][0] else passed)
            if of_hour == hour and number is not None:
                part.weight = (number, share * minutes, counted)
            if of_hour == hour and judged is not None:
                part.judged = (judged, share * minutes, counted)
