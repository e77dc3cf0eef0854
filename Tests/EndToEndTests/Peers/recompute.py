"""Computes the records of an outlet from its samples once more, by an implementation of its own.

usage: recompute.py [--alarms FILE] CONFIG.yaml [SAMPLES.jsonl] > records.jsonl      samples from stdin when no file is named
       recompute.py --self-test

Written from docs/calculation.md alone: it shares no code and no table with the gateway, and works the slow and plain way,
keeping the parts of each period in a list until the period ends. Prints minute, hour, day, month and year records, each when
a sample of a later window has been seen, or when the samples end within one interval of its end. With `--alarms` also writes what
limits make of them: recompute_alarms.py, recompute_forecast.py, recompute_lost_hour.py.

Where docs/calculation.md leaves a choice, this program takes the following.
- From its first sample on an outlet has a record of every period, with every factor. A factor of which nothing was heard has
  Flag B, Count 0 and is not valid. A minute behind the last sample of all has no record.
- A minute record has the mark of its minute, one over several minutes a mark that 75 % of them have.
- Longer periods are not asked whether the plant stands: their parts were.
- Factors that are computed have no samples of their own: what they lack is a valid a01017, a21003 or a21004. NOx has the Flag of NO,
  where that is N the one of NO2; a computed flow that of the velocity.
- A minute that takes the last sample of a slow source needs its conditions like any other.
- A mass of water with a meter needs the amount of the meter, not the flow beside it.
- All valid parts count, those that are not due too: 40 valid minutes of 30 due.
- A period of which no part is due is stopped when all of its parts are, else without discharge. It keeps the numbers of batch
  analysers, and of factors that are not weighted.
- With `mean_of` a minute of which no instant can be converted has the conversion of its mean at the mean oxygen.
- With `of_means` the oxygen of a period is that of its own record.
- A batch analyser that was failing for more than 15 minutes of an hour without any number has the flag of that too.
- The lower bound of a period is weighted where enough of its parts have one and a valid flow.
- A period of which parts have a converted bound has none where the others lack its own converted value, or that is the greatest number.
- One instant is one sample as it comes: a number that is flagged only as it is judged, above the range or no measurement, stays.
- NOx takes the NO2 of the minute first, good or above its range; before it the newest of both.
- A mass behind a meter of which no concentration is valid is computed with that of its own minute, and not valid; a minute without
  a concentration has none, if it only awaits water.
- The Flag of an hour is decided before the mark of the plant makes it invalid: it tells of the instrument. Of a factor of water of which
  nothing is due it is the commonest letter of its parts.
"""

import argparse
import contextlib
import datetime
import json
import math
import sys

import yaml

from recompute_alarms import OutletAlarms
from recompute_minutes import MinuteCalculator
from recompute_periods import Period, PeriodCalculator
from recompute_rounding import AMOUNT_DECIMALS, RULES, rounded
from recompute_settings import Settings

FIELDS = [("avg", "Avg"), ("min", "Min"), ("max", "Max"), ("zs_avg", "ZsAvg"), ("zs_min", "ZsMin"), ("zs_max", "ZsMax")]
ABOVE = {"hour": "day", "day": "month", "month": "year"}


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
        self.rounding = settings.rounding
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


class OutletStream:
    """The samples of one outlet in, its periods out."""

    def __init__(self, settings, calendar, printer):
        self.settings = settings
        self.calendar = calendar
        self.printer = printer
        self.minutes = MinuteCalculator(settings)
        self.minutes.meters.hour_start = lambda start: calendar.window("hour", start)[0]
        # The minute record that a minute belongs to tells how long its meters may wait.
        self.minutes.meters.block_end = lambda start: calendar.window("minute", start)[1]
        self.periods = PeriodCalculator(settings, self.minutes)
        self.alarms = OutletAlarms(settings, printer.rounding, calendar.local)
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
        taken = self.samples.setdefault(code, [])
        if not taken or taken[-1][0] < instant:
            taken.append((instant, number, flag))
        elif is_good(number, flag) and not is_good(*taken[-1][1:]):
            # One instant is one sample: the first number counts, and a good one takes the place of none.
            taken[-1] = (instant, number, flag)
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
            self.alarms.take(kind, period)

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


def is_good(number, flag):
    return flag == "N" and number is not None


def recompute(document, lines, output, alarms=None):
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
                streams[sample["outlet"]].minutes.meters.know(
                    sample["ts"], sample["factor"], sample.get("value"), sample.get("flag", "N"))
        for stream in streams.values():
            stream.minutes.meters.sort()
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
    if alarms is not None:
        entries = [entry for stream in streams.values() for entry in stream.alarms.book.entries]
        for entry in sorted(entries, key=lambda entry: entry["ts"]):
            alarms.write(json.dumps(entry) + "\n")


def main(arguments):
    if arguments == ["--self-test"]:
        import recompute_selftest
        return recompute_selftest.run_all()
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--alarms")
    parser.add_argument("configuration")
    parser.add_argument("samples", nargs="?")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as files:
        document = yaml.safe_load(files.enter_context(open(options.configuration, encoding="utf-8")))
        lines = files.enter_context(open(options.samples, encoding="utf-8")) if options.samples else sys.stdin
        alarms = files.enter_context(open(options.alarms, "w", encoding="utf-8")) if options.alarms else None
        recompute(document, lines, sys.stdout, alarms)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
