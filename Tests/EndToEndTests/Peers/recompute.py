"""Computes the records of an outlet from its samples once more, by an implementation of its own.

usage: recompute.py CONFIG.yaml [SAMPLES.jsonl] > records.jsonl      samples from stdin when no file is named
       recompute.py --self-test

Written from docs/calculation.md alone: it shares no code and no table with the gateway, and works the slow and plain way,
keeping the parts of each period in a list until the period ends. Prints minute, hour, day, month and year records, each when
a sample of a later window has been seen, or when the samples end within one interval of its end.

Where docs/calculation.md leaves a choice, this program takes the following.
- From its first sample on an outlet has a record of every period, with every factor. A factor of which nothing was heard has
  Flag B, Count 0 and is not valid. A minute behind the last sample of all has no record.
- A minute record has the mark of its minute, one over several minutes a mark that 75 % of them have.
- Where a minute has no ZsAvg (no mean oxygen, or the plant stands), it has no ZsMin and ZsMax. Longer periods are not asked
  whether the plant stands: their parts were.
- Where no part is valid, numbers and amounts come from the parts that have some.
- The flow of a minute has numbers when the velocity and all conditions have a mean of numbers that gas can have, and otherwise
  none, and Count 0. It is valid when all of these are. Its Flag is that of the velocity.
- An amount in a minute or hour is valid when concentration and flow are; with a valid flow of 0 it is 0 and valid. A day and
  longer needs as many parts with a valid amount as for its mean, and so does an hour of water. A stopped hour's amount counts.
- A minute of water without a valid instant of flow has the arithmetic mean.
- Samples of a batch analyser tell no time of the result: each is a reading of a number that is held.
- The Flag of an hour is decided before the mark of the plant makes it invalid: it tells of the instrument.
- Of several factors on which something depends, the first missing one is named: temperature, pressure, barometer, humidity.
"""

import datetime
import decimal
import json
import math
import sys

import yaml

from recompute_minutes import MinuteCalculator
from recompute_periods import Period, PeriodCalculator
from recompute_settings import Settings

FIELDS = [("avg", "Avg"), ("min", "Min"), ("max", "Max"), ("zs_avg", "ZsAvg"), ("zs_min", "ZsMin"), ("zs_max", "ZsMax")]
ABOVE = {"hour": "day", "day": "month", "month": "year"}
AMOUNT_DECIMALS = 3
UNKNOWN_FACTOR_DIGITS = 7
NOISE = decimal.Decimal("1e-14")
RULES = {"half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP}


class Calendar:
    """The windows of the plant's clock, as (start, end) in ms since 1970 UTC."""

    def __init__(self, zone, minute_interval):
        self.zone = zone
        self.minute_interval = minute_interval

    def local(self, instant):
        return datetime.datetime.fromtimestamp(instant / 1000, self.zone)

    def window(self, kind, instant):
        local = self.local(instant)
        if kind in ("minute", "hour"):
            minutes = self.minute_interval if kind == "minute" else 60
            start = instant - ((local.minute % minutes) * 60 + local.second) * 1000 - local.microsecond // 1000
            return start, start + minutes * 60_000
        if kind == "day":
            following = local.date() + datetime.timedelta(days=1)
            return self._midnight(local.year, local.month, local.day), self._midnight(*following.timetuple()[:3])
        if kind == "month":
            following = (local.year + local.month // 12, local.month % 12 + 1)
            return self._midnight(local.year, local.month, 1), self._midnight(*following, 1)
        return self._midnight(local.year, 1, 1), self._midnight(local.year + 1, 1, 1)

    def _midnight(self, year, month, day):
        return int(datetime.datetime(year, month, day, tzinfo=self.zone).timestamp() * 1000)


class Printer:
    """Writes records."""

    def __init__(self, settings, calendar, output):
        self.calendar = calendar
        self.output = output
        self.rule = RULES[settings.rounding]

    def print(self, outlet, kind, period):
        data = ",".join(
            f'"{code}":{{{self._factor(outlet, code, part)}}}' for code, part in sorted(period.parts.items()))
        mark = f',"mark":"{period.mark}"' if period.mark else ""
        self.output.write(
            f'{{"outlet":"{outlet.id}","kind":"{kind}","ts":{period.start},'
            f'"dataTime":"{self.calendar.local(period.start):%Y%m%d%H%M%S}",'
            f'"period":{(period.end - period.start) // 1000},"data":{{{data}}}{mark}}}\n')

    def _factor(self, outlet, code, part):
        factor = outlet.factors.get(code)
        decimals = factor.decimals if factor is not None else 1
        items = []
        for attribute, field in FIELDS:
            self._number(field, getattr(part, attribute), decimals, items)
        self._number("Cou", None if part.cou is None else max(0.0, part.cou), AMOUNT_DECIMALS, items)
        items.append(f'"Flag":"{part.flag}","Count":{part.count}')
        for prefix, is_valid, reason in (
                ("", part.valid, part.reason), ("Zs", part.zs_valid, part.zs_reason), ("Cou", part.cou_valid, part.cou_reason)):
            if is_valid is False:
                items.append(f'"{prefix}Valid":false,"{prefix}Reason":"{reason}"')
        return ",".join(items)

    def _number(self, field, number, decimals, items):
        if number is not None:
            items.append(f'"{field}":{rounded(number, decimals, self.rule)}')


def rounded(number, decimals, rule=decimal.ROUND_HALF_EVEN):
    """The text. What differs from a tie by the noise of binary sums alone is that tie."""
    if decimals is None:
        return f"{float(f'{number:.{UNKNOWN_FACTOR_DIGITS - 1}e}')!r}"
    scaled = abs(number) * 10**decimals
    # Far from a tie every way of rounding gives the same; this one is fast.
    if abs(scaled - math.floor(scaled) - 0.5) > 1e-6:
        return f"{number:.{decimals}f}"
    exact = decimal.Decimal(repr(number))
    # The tie is an odd number of halves of the last decimal.
    unit = decimal.Decimal(1).scaleb(-decimals)
    half = unit / 2
    tie = (2 * (exact / half // 2) + (1 if number >= 0 else -1)) * half
    if abs(exact - tie) <= NOISE * abs(tie):
        exact = tie
    return f"{exact.quantize(unit, rule):f}"


class OutletStream:
    """The samples of one outlet in, its periods out."""

    def __init__(self, settings, calendar, printer):
        self.settings = settings
        self.calendar = calendar
        self.printer = printer
        self.minutes = MinuteCalculator(settings)
        # The minute record that a minute belongs to tells how long its meters may wait.
        self.minutes.block_end = lambda start: calendar.window("minute", start)[1]
        self.periods = PeriodCalculator(settings, self.minutes)
        self.minute_end = None
        self.samples = {}
        # The mark that holds at the start of the minute, and the latest one.
        self.mark = self.next_mark = None
        self.last_sample = None
        self.last_code = None
        # Windows that are being filled: kind -> (start, end, periods below it).
        self.open = {}
        # What ends later than this is not printed.
        self.complete_until = math.inf

    def mark_plant(self, instant, mark):
        if self.minute_end is not None:
            self._advance(instant)
        self.next_mark = None if mark in (None, "N") else mark
        if instant % 60_000 == 0:
            self.mark = self.next_mark

    def add(self, instant, code, number, flag):
        self._advance(instant)
        if code not in self.samples:
            self.samples[code] = []
        self.samples[code].append((instant, number, flag))
        self.last_sample, self.last_code = instant, code

    def _advance(self, instant):
        """Ends the minutes before `instant`, also those in which nothing was heard, from the first sample on."""
        if self.minute_end is None:
            self.minute_end = instant - instant % 60_000 + 60_000
        while instant >= self.minute_end:
            self._end_minute()
            self.minute_end += 60_000
            self.mark = self.next_mark

    def _end_minute(self):
        start = self.minute_end - 60_000
        minute = Period(start, self.minute_end, self.minutes.compute(start, self.samples, self.mark), self.mark)
        self.samples = {}
        if self.settings.minute_interval == 1:
            self._print("minute", minute)
        else:
            self._collect("minute", minute)
        self._collect("hour", minute)

    def _collect(self, kind, period):
        """Puts `period` into the window of `kind` that it belongs to; ends the window before."""
        window = self.open.get(kind)
        if window is None or period.start >= window[1]:
            self._end(kind)
            window = self.open[kind] = (*self.calendar.window(kind, period.start), [])
        window[2].append(period)

    def _end(self, kind):
        window = self.open.pop(kind, None)
        if window is None:
            return
        start, end, children = window
        period = self.periods.combine(kind, start, end, children, self.calendar.local(start).month)
        self._print(kind, period)
        if kind in ABOVE:
            self._collect(ABOVE[kind], period)

    def _print(self, kind, period):
        if period.end <= self.complete_until:
            self.printer.print(self.settings, kind, period)

    def end_of_input(self, latest):
        """Ends everything; `latest` is the instant of the latest sample of any outlet."""
        if self.last_sample is None:
            return
        factor = self.settings.factors[self.last_code.removesuffix(".meter")]
        interval = factor.meter.interval if self.last_code.endswith(".meter") else factor.interval
        self.complete_until = max(latest, self.last_sample + interval)
        self._advance(latest)
        self._end_minute()
        for kind in ("minute", "hour", "day", "month", "year"):
            self._end(kind)


def recompute(document, lines, output):
    settings = Settings(document)
    interval = next(iter(settings.outlets.values())).minute_interval
    calendar = Calendar(settings.zone, interval)
    printer = Printer(settings, calendar, output)
    streams = {id: OutletStream(outlet, calendar, printer) for id, outlet in settings.outlets.items()}
    latest = -math.inf
    parse = json.loads
    if any(stream.minutes.books for stream in streams.values()):
        lines = list(lines)
        for line in lines:
            sample = parse(line)
            if "factor" in sample:
                streams[sample["outlet"]].minutes.know(
                    sample["ts"], sample["factor"], sample.get("value"), sample.get("flag", "N"))
        for stream in streams.values():
            stream.minutes.sort_meters()
    for line in lines:
        sample = parse(line)
        instant = sample["ts"]
        if instant < latest:
            raise SystemExit(f"recompute: the samples are not in the order of time: {line}")
        latest = instant
        stream = streams[sample["outlet"]]
        if "mark" in sample:
            stream.mark_plant(instant, sample["mark"])
        else:
            stream.add(instant, sample["factor"], sample.get("value"), sample["flag"])
    for stream in streams.values():
        stream.end_of_input(latest)


def main(arguments):
    if arguments == ["--self-test"]:
        import recompute_selftest
        return recompute_selftest.run_all()
    if len(arguments) not in (1, 2):
        sys.stderr.write(__doc__)
        return 2
    with open(arguments[0], encoding="utf-8") as file:
        document = yaml.safe_load(file)
    if len(arguments) == 1:
        recompute(document, sys.stdin, sys.stdout)
    else:
        with open(arguments[1], encoding="utf-8") as lines:
            recompute(document, lines, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
