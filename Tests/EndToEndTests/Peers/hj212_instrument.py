"""An instrument that its host looks after: it has gaps in its data, a wrong clock, a password, keys that change.

Beside hj212_peer.py, whose framing it uses, and like that written from the description of the standard alone.

It connects to --connect; sends a realtime upload every --interval seconds and a minute upload for each minute of
--minutes at the start (a minute left out is a gap); repeats what is not acknowledged; answers every request of its host.
Prints a JSON line for everything that happens and ends after --seconds.
"""

import argparse
import datetime
import select
import socket
import sys
import time

from hj212_peer import CHINA, Cipher, Reader, frame, tell


class Instrument:
    def __init__(self, options, connection):
        self.options = options
        self.connection = connection
        self.reader = Reader()
        self.waiting = {}
        self.serial = 0
        self.offset = options.clock_offset
        self.realtime = True

    # Writing

    def now(self):
        return datetime.datetime.now(CHINA) + datetime.timedelta(seconds=self.offset)

    def number(self):
        self.serial += 1
        return self.now().strftime("%Y%m%d%H%M%S") + "%03d" % (self.serial % 1000)

    def flag(self, answer):
        return {"2005": 0, "2017": 4, "2025": 8}[self.options.edition] + (1 if answer else 0)

    def send(self, segment, encrypted=False):
        plain = segment.encode()
        if not encrypted or not self.options.key:
            self.connection.sendall(frame(plain))
            return
        head, area = plain[:-2].split(b"CP=&&", 1)
        cipher = Cipher(self.options.key).encrypt(area)
        self.connection.sendall(frame(head + b"CP=&&" + cipher + b"&&", plain))

    def upload(self, command, area):
        """Data that ask for an answer."""
        qn = self.number()
        segment = (f"QN={qn};ST={self.options.st};CN={command};PW={self.options.pw};MN={self.options.mn};"
                   f"Flag={self.flag(True)};CP=&&{area}&&")
        self.waiting[qn] = [segment, time.monotonic(), 0]
        self.send(segment, encrypted=True)
        tell("sent", command=command, qn=qn)

    def values(self, command, when):
        if command == "2011":
            parts = [f"{code}-Rtd={10 + index},{code}-Flag=N" for index, code in enumerate(self.options.factors)]
        else:
            parts = [f"{code}-Min={when.minute},{code}-Avg={when.minute + 0.5},{code}-Max={when.minute + 1},{code}-Flag=N"
                     for code in self.options.factors]
        return ";".join(["DataTime=" + when.strftime("%Y%m%d%H%M%S")] + parts)

    def repeat(self):
        for qn, entry in list(self.waiting.items()):
            if time.monotonic() - entry[1] < 2:
                continue
            if entry[2] == 3:
                del self.waiting[qn]
                tell("given up", qn=qn)
                continue
            entry[1] = time.monotonic()
            entry[2] += 1
            self.send(entry[0], encrypted=True)
            tell("repeated", qn=qn)

    # Reading

    def receive(self, data):
        for message in self.reader.feed(data):
            self.take(message)

    def take(self, message):
        command, pairs = message["CN"], message.pairs()
        if command in ("9013", "9014"):
            entry = self.waiting.pop(message.qn, None)
            tell("acknowledged", command=command, qn=message.qn, known=entry is not None)
            return
        tell("request", command=command, fields=message.head, pairs=pairs)
        self.answer(command, message.head, pairs)

    def reply(self, fields, command, area):
        """9011, 9012 and 9013: the QN in the header, in 2005 in the data area."""
        if self.options.edition == "2005":
            area = f"QN={fields['QN']}" + (";" + area if area else "")
            self.send(f"ST=91;CN={command};PW={fields['PW']};MN={fields['MN']};Flag=0;CP=&&{area}&&")
        else:
            self.send(f"QN={fields['QN']};ST=91;CN={command};PW={fields['PW']};MN={fields['MN']};"
                      f"Flag={self.flag(False)};CP=&&{area}&&")

    def respond(self, fields, area):
        if self.options.edition == "2005":
            self.send(f"ST={self.options.st};CN={fields['CN']};PW={fields['PW']};MN={fields['MN']};"
                      f"CP=&&QN={fields['QN']};{area}&&")
        else:
            self.send(f"QN={fields['QN']};ST={self.options.st};CN={fields['CN']};PW={fields['PW']};"
                      f"MN={fields['MN']};Flag={self.flag(False)};CP=&&{area}&&")

    def answer(self, command, fields, pairs):
        if command in ("2012", "2022"):
            self.realtime = self.realtime and command != "2012"
            self.reply(fields, "9013", "")
            return
        known = {"1000", "1011", "1012", "1061", "1062", "1063", "1064", "1072", "2011", "2051", "3011", "3012", "1014"}
        if command not in known:
            self.reply(fields, "9011", "QnRtn=8")
            return
        if self.options.ignore_first and command not in self.options.ignored:
            self.options.ignored.add(command)
            tell("ignored", command=command)
            return
        self.reply(fields, "9011", "QnRtn=1")
        result = 1
        if command == "1011":
            self.respond(fields, "SystemTime=" + self.now().strftime("%Y%m%d%H%M%S"))
        elif command == "1012":
            target = datetime.datetime.strptime(pairs["SystemTime"][:14], "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
            self.offset = (target - datetime.datetime.now(CHINA)).total_seconds()
        elif command == "1061":
            self.respond(fields, "RtdInterval=30")
        elif command == "1063":
            self.respond(fields, "MinInterval=1")
        elif command == "1014":
            self.options.key = pairs["NewSK"]
        elif command == "2051":
            when = datetime.datetime.strptime(pairs["BeginTime"], "%Y%m%d%H%M%S")
            last = datetime.datetime.strptime(pairs["EndTime"], "%Y%m%d%H%M%S")
            while when <= last:
                self.upload("2051", self.values("2051", when))
                when += datetime.timedelta(minutes=1)
        self.reply(fields, "9012", f"ExeRtn={result}")


def connect(options):
    host, port = options.connect.rsplit(":", 1)
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection((host, int(port)), timeout=5)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def run(options):
    connection = connect(options)
    connection.settimeout(None)
    instrument = Instrument(options, connection)
    tell("connected")
    for minute in options.minutes:
        when = datetime.datetime.strptime(minute, "%Y%m%d%H%M%S")
        instrument.upload("2051", instrument.values("2051", when))
    end = time.monotonic() + options.seconds
    following = time.monotonic()
    while time.monotonic() < end:
        if instrument.realtime and time.monotonic() >= following:
            following += options.interval
            if options.noise:
                connection.sendall(b"##0123garbage&&1C80\r\n##00")
            instrument.upload("2011", instrument.values("2011", instrument.now()))
        instrument.repeat()
        ready, _, _ = select.select([connection], [], [], 0.05)
        if ready:
            data = connection.recv(4096)
            if not data:
                tell("closed")
                return
            instrument.receive(data)
    tell("end", waiting=len(instrument.waiting))


parser = argparse.ArgumentParser()
parser.add_argument("--connect", required=True)
parser.add_argument("--edition", default="2017", choices=["2005", "2017", "2025"])
parser.add_argument("--mn", default="010000A8900016F000169DC0")
parser.add_argument("--pw", default="123456")
parser.add_argument("--st", default="32")
parser.add_argument("--factors", default="w01018,w21003", type=lambda text: text.split(","))
parser.add_argument("--minutes", default=[], type=lambda text: text.split(","))
parser.add_argument("--interval", default=0.5, type=float)
parser.add_argument("--clock-offset", default=0, type=float)
parser.add_argument("--key")
parser.add_argument("--noise", action="store_true")
parser.add_argument("--ignore-first", action="store_true", help="do not answer the first request of each kind")
parser.add_argument("--seconds", default=60, type=float)
options = parser.parse_args()
options.ignored = set()
try:
    run(options)
except (BrokenPipeError, ConnectionResetError):
    tell("closed")
    sys.exit(0)
