"""Amounts of longer periods that are sums of those below (docs/calculation.md, sections 4 to 6)."""

from recompute_parts import WATER_FLOW, total
from recompute_reasons import commonest_lack, with_lack

MINUTE, HOUR = 60_000, 3_600_000


class Sums:
    """Sums for the periods of an outlet."""

    def __init__(self, settings):
        self.settings = settings

    def take(self, frame, code, part, column):
        """Minutes and hours: the valid amounts below, where none is, those that there are. Days: valid hours alone. Months and
        years: all days and months, which hold nothing else."""
        parts = [child.parts[code] for child in column]
        valid = [each for each in parts if each.cou_valid]
        there = [each for each in parts if each.cou is not None]
        chosen = there if frame.level in ("month", "year") else valid if frame.level == "day" else valid or there
        amount = None
        if chosen:
            amount = total([each.cou for each in chosen if each.cou is not None])
            part.discharge = total([each.discharge for each in chosen if each.discharge is not None])
            carried = [each.carried_from for each in chosen if each.carried_from]
            if carried and part.discharge > 0:
                part.carried_from = (min(least for least, _ in carried), max(greatest for _, greatest in carried))
        self._judge(frame, code, part, column, amount)

    def _judge(self, frame, code, part, column, amount):
        """Valid with as many valid amounts as any mean needs. Of the m3 of a flow and of gas: of the parts in which the plant runs;
        of a mass in water of those due, in which those without discharge do not count."""
        if self.is_dissolved(code):
            counted = [child for child in column if not child.parts[code].is_without_discharge]
            due = [child for child in column if child.parts[code].due]
            number = frame.due(code, column)
            if number == 0 and len(counted) < len(column):
                part.set_amount(amount, True, None)
                return
        else:
            counted = column
            due = [child for child in column if not child.parts[code].stopped]
            number = frame.parts - len(column) + len(due)
        count = self.standing_for(frame, code, [child for child in counted if child.parts[code].cou_valid])
        bad = [child.parts[code] for child in due if not child.parts[code].cou_valid]
        lack = commonest_lack([each.cou_reason for each in bad], number - count)
        part.set_amount(amount, count >= frame.need(code, number), with_lack(frame.too_few(code, count, number), lack))

    def standing_for(self, frame, code, children):
        """How many parts the amounts of these stand for."""
        return sum(min(child.parts[code].cou_stands_for, self.reach(frame, code, child)) for child in children)

    @staticmethod
    def _place(frame, child):
        return max(1, (child.end - frame.start) // MINUTE)

    def reach(self, frame, code, child):
        """How many minutes what a meter says may stand for: no more than there are from the beginning of the period to the end of
        the part. In an hour the interval of a meter slower than a minute, and read at least once an hour, wherever it is read."""
        place = self._place(frame, child)
        source = self.settings.factors.get(WATER_FLOW if self.is_dissolved(code) else code)
        if frame.level != "hour" or source is None or source.meter is None or source.meter.interval > HOUR:
            return place
        return max(place, source.meter.interval // MINUTE)

    def is_dissolved(self, code):
        factor = self.settings.factors.get(code)
        return code.startswith("w") and factor is not None and factor.has_amount
