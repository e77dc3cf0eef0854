"""Flows that a meter counts, alone or beside a flow, minute by minute (docs/calculation.md, section 5.1).

Their readings are known before the first minute is computed.
"""

from recompute_carried import Carrier
from recompute_meters import HOUR, MINUTE, NO_READING, MeterBook
from recompute_parts import WATER_FLOW, Part, counted, flag_of


class MeteredFlows:
    """The meters of an outlet, and the masses behind that of the water."""

    def __init__(self, settings):
        self.settings = settings
        self.block_end = lambda start: start + MINUTE
        # The hour that a minute belongs to.
        self.hour_start = lambda start: start - start % HOUR
        self.hour = None
        self.books = {
            code: MeterBook(factor.meter, factor.meter.greatest_rate, settings.minute_interval * MINUTE)
            for code, factor in settings.factors.items() if factor.meter}
        self.carriers = {
            code: Carrier() for code, factor in settings.factors.items() if factor.is_water() and factor.has_amount}

    def know(self, instant, name, number, flag):
        code = name.removesuffix(".meter")
        book = self.books.get(code)
        if book is None or flag != "N" or number is None:
            return
        factor = self.settings.factors[code]
        if number in factor.no_values or (book.readings and book.readings[-1][0] == instant):
            return
        if factor.meter.is_beside:
            if name != code:
                book.readings.append((instant, number * factor.meter.slope))
        else:
            book.readings.append((instant, factor.slope * number + factor.intercept))

    def sort(self):
        for book in self.books.values():
            book.readings.sort()

    def begin(self, start):
        """Begins a minute."""
        self.start, self.end, self.hour = start, start + MINUTE, self.hour_start(start)

    def alone(self, code, factor, count, flags):
        """The flow of a meter alone, of which so many readings are good."""
        entry = self._close(code)
        part = Part()
        part.count = count
        part.flag = flag_of(flags) if flags else "B"
        if entry.is_fault:
            part.flag = "D"
        # A meter slower than a minute, between two readings.
        last = self.books[code].meter.last_read()
        is_between = (
            factor.interval > MINUTE and not flags and last is not None and self.end - last <= factor.interval)
        if is_between:
            part.flag = "N"
        part.is_said_to_stand = entry.says_standing and (entry.is_read or is_between)
        if is_between or entry.reason:
            part.invalidate(NO_READING if is_between else entry.reason, f"no valid {code}")
        elif part.count < factor.samples_needed():
            part.invalidate(counted(part.count, "good sample"), f"no valid {code}")
        if entry.amount is not None:
            seconds = 60 * entry.minutes
            part.avg = part.min = part.max = entry.amount * (1000 if code == WATER_FLOW else 1) / seconds
        part.stands_for = entry.minutes
        self._book(part, entry, part.reason)
        return part

    def beside(self, code, part):
        """Gives a flow the amount of the meter beside it."""
        self._book(part, self._close(code), NO_READING)

    def _close(self, code):
        return self.books[code].close(self.start, self.block_end(self.start))

    @staticmethod
    def _book(part, entry, missing):
        part.set_amount(entry.amount, entry.amount is not None, entry.reason or missing)
        part.cou_stands_for = entry.minutes

    def carry(self, code, part, flow):
        """The mass of a concentration in the water that a meter counts."""
        # An amount stands for no more minutes than have passed, or for the interval of a meter that is read at least once an hour.
        passed, interval = (self.end - self.hour) // MINUTE, self.books[WATER_FLOW].interval
        reach = passed if interval > HOUR else max(passed, interval // MINUTE)
        self.carriers[code].weigh(part, flow, part.is_without_discharge, reach, passed, self.hour)
