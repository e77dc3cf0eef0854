"""The log: one line of JSON for each event, and a bound on how many there are."""

import json
import sys
import time

from gate import shown


class Log:
    """Tells `most` of a kind of event in `seconds`; what is more is counted and summed up in one line.

    Publishers decide how many events there are. Without a bound they decide how full the disk of the log is.
    """

    def __init__(self, most=20, seconds=60, clock=time.monotonic, write=None):
        self.most, self.seconds, self.clock = most, seconds, clock
        self.write = write or (lambda line: print(line, flush=True))
        self.begin, self.told = clock(), {}
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")   # a locale without Chinese ends nothing

    def say(self, event, **facts):
        self.sum_up()
        self.told[event] = self.told.get(event, 0) + 1
        if self.told[event] <= self.most:
            self.line(event, **{name: shown(fact) if isinstance(fact, str) else fact for name, fact in facts.items()})

    def sum_up(self, at_once=False):
        """What was not told of the time that is over."""
        if not at_once and self.clock() < self.begin + self.seconds:
            return
        for event, count in self.told.items():
            if count > self.most:
                self.line("more", of=event, count=count - self.most)
        self.begin, self.told = self.clock(), {}

    def line(self, event, **facts):
        self.write(json.dumps({"event": event, **facts}, ensure_ascii=False))
