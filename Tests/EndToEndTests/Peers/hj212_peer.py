"""An HJ 212 instrument written from the description of the standard alone, to meet gatewayd's own codec.

It shares no code or table with the gateway: bitwise checksum as the standard prints it, a parser by str.split, SM4 of the
package gmssl. It prints a JSON line for everything that happens and ends after --seconds.

It connects to --connect, or listens at --listen (and prints the port); sends a realtime upload every --interval seconds
and a minute upload for each minute of --minutes at the start (a minute left out is a gap); repeats what is not
acknowledged; answers every request of a host.
"""

import argparse
import datetime
import json
import select
import socket
import sys
import time

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def checksum(data):
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            out = register & 1
            register >>= 1
            if out:
                register ^= 0xA001
    return register


def frame(segment, key=None):
    data = segment.encode()
    crc = checksum(data)
    body = data
    if key is not None:
        head, area = data[:-2].split(b"CP=&&", 1)
        body = head + b"CP=&&" + encrypt(area, key) + b"&&"
    return b"##%04d" % len(data) + body + b"%04X\r\n" % crc


def encrypt(area, key):
    from gmssl.sm4 import CryptSM4, SM4_ENCRYPT

    cipher = CryptSM4()
    cipher.set_key(key, SM4_ENCRYPT)
    whole = len(area) // 16 * 16
    blocks = b""
    for start in range(0, whole, 16):
        blocks += bytes(cipher.one_round(cipher.sk, list(area[start:start + 16])))
    return blocks + area[whole:]


def say(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


class Instrument:
    def __init__(self, options, connection):
        self.options = options
        self.connection = connection
        self.buffer = b""
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
        key = self.options.key.encode() if encrypted and self.options.key else None
        self.connection.sendall(frame(segment, key))

    def upload(self, command, area):
        """Data that ask for an answer."""
        qn = self.number()
        segment = (f"QN={qn};ST={self.options.st};CN={command};PW={self.options.pw};MN={self.options.mn};"
                   f"Flag={self.flag(True)};CP=&&{area}&&")
        self.waiting[qn] = [segment, time.monotonic(), 0]
        self.send(segment, encrypted=True)
        say("sent", command=command, qn=qn)

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
                say("given up", qn=qn)
                continue
            entry[1] = time.monotonic()
            entry[2] += 1
            self.send(entry[0], encrypted=True)
            say("repeated", qn=qn)

    # Reading

    def receive(self, data):
        self.buffer += data
        while b"\r\n" in self.buffer:
            line, self.buffer = self.buffer.split(b"\r\n", 1)
            start = line.find(b"##")
            if start < 0:
                say("garbage", text=line.decode(errors="replace"))
                continue
            line = line[start:]
            length = int(line[2:6])
            segment, crc = line[6:6 + length], line[6 + length:]
            if crc != b"%04X" % checksum(segment):
                say("bad", text=line.decode(errors="replace"))
                continue
            self.take(segment.decode())

    def take(self, segment):
        head, area = segment.split("CP=&&", 1)
        fields = dict(item.split("=", 1) for item in head.split(";") if item)
        pairs = dict(item.split("=", 1) for item in area[:-2].replace(";", ",").split(",") if "=" in item)
        command = fields["CN"]
        if command in ("9013", "9014"):
            qn = fields.get("QN") or pairs.get("QN")
            entry = self.waiting.pop(qn, None)
            say("acknowledged", command=command, qn=qn, known=entry is not None)
            return
        say("request", command=command, fields=fields, pairs=pairs)
        self.answer(command, fields, pairs)

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
            say("ignored", command=command)
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
    if options.connect:
        host, port = options.connect.rsplit(":", 1)
        end = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection((host, int(port)), timeout=5)
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
    server = socket.create_server(("127.0.0.1", 0))
    say("listening", port=server.getsockname()[1])
    connection, _ = server.accept()
    return connection


def run(options):
    connection = connect(options)
    connection.settimeout(None)
    instrument = Instrument(options, connection)
    say("connected")
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
                say("closed")
                return
            instrument.receive(data)
    say("end", waiting=len(instrument.waiting))


parser = argparse.ArgumentParser()
parser.add_argument("--connect")
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
    say("closed")
    sys.exit(0)
