"""An HJ 212 peer written from the standard's description alone, the tests' independent opposite.

usage: hj212_peer.py instrument (--connect PORT | --listen PORT) --mn MN [options]
       hj212_peer.py host --listen PORT [options]

instrument: sends --count realtime uploads (CN=2011), one every --interval seconds, and after them a minute (2051) and an
hour (2061); each is repeated until it is acknowledged, three times at most. The k-th upload, from 0, says w01018 = 20 + k
and w21003 = 1 + k / 100. Answers what a host asks. With --bad something unusable goes before every upload, in turn; the
values in it are 9999. Ends when everything is answered or given up, or --linger seconds later.

host: acknowledges uploads (9014) and notifications (9013); --ask CN[:DATA] is sent after the first frame, one after the
other. Ends when the other side closes.

--edition 2005|2017|2025    how the instrument speaks; the host answers in the edition of what it answers
--key 16CHARACTERS          the instrument encrypts (2025), the host decrypts; needs gmssl

Everything is on 127.0.0.1. Prints "ready" and then one JSON object per line for each thing that happens.
"""

import argparse
import datetime
import json
import socket
import sys
import time

CHINA = datetime.timezone(datetime.timedelta(hours=8))
VERSION_BITS = {"2005": 0, "2017": 4, "2025": 8}


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, ensure_ascii=False), flush=True)


# Framing.


def checksum(data):
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


def frame(segment, plain=None):
    """`plain`: what the checksum is made of when `segment` is encrypted."""
    return b"##%04d%s%04X\r\n" % (len(segment), segment, checksum(segment if plain is None else plain))


class Reader:
    """Takes frames out of a stream: the length must fit and the checksum be right, else two bytes are dropped."""

    def __init__(self, cipher=None):
        self.buffer = b""
        self.cipher = cipher

    def feed(self, data):
        self.buffer += data
        found = []
        while True:
            start = self.buffer.find(b"##")
            if start < 0:
                self.buffer = self.buffer[-1:] if self.buffer.endswith(b"#") else b""
                return found
            self.buffer = self.buffer[start:]
            if len(self.buffer) < 6:
                return found
            if not self.buffer[2:6].isdigit():
                self.buffer = self.buffer[1:]
                continue
            length = int(self.buffer[2:6])
            if len(self.buffer) < length + 10:
                return found
            message = self.message(self.buffer[6 : 6 + length], self.buffer[6 + length : 10 + length])
            if message is None:
                self.buffer = self.buffer[2:]
                tell("dropped")
                continue
            found.append(message)
            self.buffer = self.buffer[length + 10 :]

    def message(self, segment, digits):
        try:
            stated = int(digits, 16)
        except ValueError:
            return None
        head, mark, rest = segment.partition(b"CP=&&")
        body = rest[: rest.rfind(b"&&")] if b"&&" in rest else b""
        # Ciphertext may have a fitting checksum by chance; a plain data area begins with a name.
        looks_plain = not body or body.partition(b"=")[0].replace(b"-", b"").isalnum()
        if checksum(segment) == stated and (looks_plain or self.cipher is None):
            return Message(head, body, False)
        if self.cipher is not None:
            plain = self.cipher.decrypt(from_list(body))
            if checksum(head + mark + plain + b"&&") == stated:
                return Message(head, plain, True)
        return None


def from_list(body):
    """The bytes of `{0xE4,0x3E,…}` with the rest behind it; anything else as it is."""
    if not body.startswith(b"{0x") or b"}" not in body:
        return body
    inside, _, rest = body[1:].partition(b"}")
    return bytes(int(word, 16) for word in inside.split(b",")) + rest


class Message:
    def __init__(self, head, body, encrypted):
        self.head = dict(
            part.split("=", 1) for part in head.decode("ascii", "replace").split(";") if "=" in part
        )
        self.body = body.decode("utf-8", "replace")
        self.encrypted = encrypted

    def __getitem__(self, name):
        return self.head.get(name)

    def pairs(self):
        return dict(pair.split("=", 1) for pair in self.body.replace(",", ";").split(";") if "=" in pair)

    @property
    def qn(self):
        return self["QN"] or self.pairs().get("QN")

    @property
    def flag(self):
        return int(self["Flag"] or 0)


class Cipher:
    """SM4 in ECB mode over whole blocks; what is left over stays plain."""

    def __init__(self, key):
        try:
            from gmssl import sm4
        except ImportError as problem:
            sys.exit(f"gmssl is missing in {sys.executable}: {problem}")
        self.sm4, self.key = sm4, key.encode("ascii")

    def run(self, data, mode):
        machine = self.sm4.CryptSM4()
        machine.set_key(self.key, mode)
        whole = len(data) // 16 * 16
        blocks = [machine.one_round(machine.sk, list(data[i : i + 16])) for i in range(0, whole, 16)]
        return b"".join(bytes(block) for block in blocks) + data[whole:]

    def encrypt(self, data):
        return self.run(data, self.sm4.SM4_ENCRYPT)

    def decrypt(self, data):
        return self.run(data, self.sm4.SM4_DECRYPT)


# Time.


def now():
    return datetime.datetime.now(CHINA)


def stamp(moment):
    return moment.strftime("%Y%m%d%H%M%S")


class Numbers:
    """Request numbers: the time to the millisecond, never the same twice."""

    def __init__(self):
        self.last = now()

    def next(self):
        self.last = max(now(), self.last + datetime.timedelta(milliseconds=1))
        return stamp(self.last) + "%03d" % (self.last.microsecond // 1000)


# The instrument.


class Instrument:
    def __init__(self, options, wire):
        self.options, self.wire = options, wire
        self.bits = VERSION_BITS[options.edition]
        self.cipher = Cipher(options.key) if options.key else None
        self.reader = Reader()
        self.numbers = Numbers()
        self.ahead = datetime.timedelta()
        self.waiting = {}
        self.interval = "30"

    def head(self, qn, command, st=None, flag=None):
        fields = [] if qn is None else [f"QN={qn}"]
        fields += [f"ST={st or self.options.st}", f"CN={command}", "PW=123456", f"MN={self.options.mn}"]
        return fields + ([] if flag is None else [f"Flag={flag}"])

    def send(self, fields, body=""):
        head = (";".join(fields) + ";CP=&&").encode()
        plain = body.encode() + b""
        command = next(field for field in fields if field.startswith("CN="))[3:]
        confidential = command.startswith("2") or command in ("1014", "3020")
        data = self.cipher.encrypt(plain) if self.cipher and confidential else plain
        self.wire.sendall(frame(head + data + b"&&", head + plain + b"&&"))

    def upload(self, command, body):
        qn = self.numbers.next()
        self.waiting[qn] = [command, body, time.monotonic(), 0]
        self.send(self.head(qn, command, flag=self.bits | 1), body)
        tell("sent", qn=qn, cn=command, body=body)

    def repeat(self):
        for qn, entry in list(self.waiting.items()):
            if time.monotonic() - entry[2] < self.options.patience:
                continue
            if entry[3] == 3:
                del self.waiting[qn]
                tell("given up", qn=qn)
                continue
            entry[2:] = [time.monotonic(), entry[3] + 1]
            fields = self.head(qn, entry[0], flag=self.bits | 1)
            self.send(fields + (["RF=1"] if self.options.edition == "2025" else []), entry[1])
            tell("repeated", qn=qn)

    # Answering the host.

    def reply(self, request, command, body, st="91", flagged=True):
        if self.bits == 0:
            flag = 0 if flagged else None
            body = ";".join(part for part in (f"QN={request.qn}", body) if part)
            self.send(self.head(None, command, st, flag), body)
        else:
            self.send(self.head(request.qn, command, st, self.bits), body)

    def take(self, message):
        command = message["CN"]
        if command in ("9013", "9014"):
            if self.waiting.pop(message.qn, None):
                tell("acknowledged", qn=message.qn)
            return
        if command in ("9011", "9012", None):
            return
        tell("request", cn=command, body=message.body)
        if command in ("2012", "2022"):
            return self.reply(message, "9013", "")
        results = self.results(command, message.pairs())
        self.reply(message, "9011", "QnRtn=" + ("2" if self.bits == 0 and results is None else "8" if results is None else "1"))
        if results is None:
            return
        done = "1"
        for kind, body in results:
            if kind == "own number":
                self.upload(command, body)
            elif kind == "response":
                self.reply(message, command, body, self.options.st, False)
            else:
                done = body
        self.reply(message, "9012", f"ExeRtn={done}", flagged=False)

    def results(self, command, said):
        """What comes between 9011 and 9012; None for what the instrument cannot do."""
        if command == "1011":
            return [("response", "SystemTime=" + stamp(now() + self.ahead))]
        if command == "1012":
            wanted = datetime.datetime.strptime(said["SystemTime"][:14], "%Y%m%d%H%M%S")
            self.ahead = wanted.replace(tzinfo=CHINA) - now()
            return []
        if command == "1061":
            return [("response", "RtdInterval=" + self.interval)]
        if command == "1062":
            self.interval = said["RtdInterval"]
            return []
        if command == "1063":
            return [("response", "MinInterval=1")]
        if command in ("2051", "2061"):
            return self.history(command, said)
        if command in ("1000", "1064", "1072", "2011", "2021", "3011", "3012", "3013", "3014"):
            return []
        return None

    def history(self, command, said):
        step = datetime.timedelta(minutes=1 if command == "2051" else 60)
        moment = datetime.datetime.strptime(said["BeginTime"][:14], "%Y%m%d%H%M%S")
        last = datetime.datetime.strptime(said["EndTime"][:14], "%Y%m%d%H%M%S")
        results = []
        while moment <= last and len(results) < 100:
            results.append(("own number", self.period(moment, 30.0)))
            moment += step
        return results or [("result", "100")]

    def period(self, moment, value):
        return (
            f"DataTime={stamp(moment)};w01018-Min={value - 1:.1f},w01018-Avg={value:.1f},w01018-Max={value + 1:.1f},"
            "w01018-Flag=N"
        )

    # The way through.

    def bad(self, number):
        """Something that must not be believed and must not harm what follows it."""
        qn = self.numbers.next()
        body = f"DataTime={stamp(now())};w01018-Rtd=9999,w01018-Flag=N;w21003-Rtd=9999,w21003-Flag=N"
        fields = self.head(qn, "2011", flag=self.bits | 1)
        good = frame((";".join(fields) + f";CP=&&{body}&&").encode())
        strange = frame((";".join(fields) + f";CP=&&{body}&&").replace(self.options.mn, "99999999999999").encode())
        return [
            good[:-6] + b"%04X\r\n" % (int(good[-6:-2], 16) ^ 0x1111),
            good[: len(good) // 2],
            b"\x00\xff##12#\r\n####0a",
            strange,
            b"##0900" + good[6:60],
            b"##0003abc0000\r\n",
        ][number % 6]

    def run(self):
        options = self.options
        self.wire.settimeout(0.02)
        due, number, end = time.monotonic(), 0, None
        while True:
            try:
                data = self.wire.recv(4096)
                if not data:
                    tell("closed")
                    return
                for message in self.reader.feed(data):
                    self.take(message)
            except socket.timeout:
                pass
            self.repeat()
            if number < options.count and time.monotonic() >= due:
                due += options.interval
                if options.bad:
                    self.wire.sendall(self.bad(number))
                self.realtime(number)
                number += 1
                if number == options.count:
                    this_minute = (now() + self.ahead).replace(second=0, microsecond=0)
                    self.upload("2051", self.period(this_minute - datetime.timedelta(minutes=1), 30.0))
                    this_hour = this_minute.replace(minute=0)
                    self.upload("2061", self.period(this_hour - datetime.timedelta(hours=1), 31.0))
            if number == options.count and not self.waiting:
                end = end or time.monotonic() + options.linger
                if time.monotonic() >= end:
                    tell("done", uploads=number + 2)
                    return

    def realtime(self, number):
        body = (
            f"DataTime={stamp(now() + self.ahead)};w01018-Rtd={20 + number:.1f},w01018-Flag=N;"
            f"w21003-Rtd={1 + number / 100:.2f},w21003-Flag=N"
        )
        self.upload("2011", body)


# The host.


class Host:
    def __init__(self, options, wire):
        self.options, self.wire = options, wire
        self.reader = Reader(Cipher(options.key) if options.key else None)
        self.numbers = Numbers()
        self.seen = set()
        self.questions = list(options.ask)
        self.open_question = None

    def run(self):
        while True:
            data = self.wire.recv(4096)
            if not data:
                return
            for message in self.reader.feed(data):
                self.take(message)

    def take(self, message):
        command = message["CN"] or ""
        identity = (message["MN"], message["QN"] or (command, message.pairs().get("DataTime")))
        tell(
            "received",
            cn=command,
            qn=message.qn,
            mn=message["MN"],
            flag=message["Flag"],
            again=command[0:1] in ("2", "3") and identity in self.seen,
            encrypted=message.encrypted,
            body=message.body,
        )
        self.seen.add(identity)
        if command[0:1] in ("2", "3") and message.flag & 1:
            self.answer(message, "9014")
        elif command in ("1013", "9015"):
            self.answer(message, "9013")
        if command == "9012" or (command == "9011" and message.pairs().get("QnRtn") != "1"):
            self.open_question = None
        if self.questions and self.open_question is None:
            self.ask(message, *self.questions.pop(0).partition(":")[::2])

    def answer(self, message, command):
        bits = message.flag & 0xFC
        fields = ["ST=91", f"CN={command}", f"PW={message['PW']}", f"MN={message['MN']}", f"Flag={bits}"]
        if bits == 0:
            body = f"QN={message.qn};CN={message['CN']}" if command == "9014" else f"QN={message.qn}"
        else:
            fields, body = [f"QN={message.qn}"] + fields, ""
        self.wire.sendall(frame((";".join(fields) + f";CP=&&{body}&&").encode()))

    def ask(self, message, command, body):
        self.open_question = self.numbers.next()
        bits = message.flag & 0xFC
        fields = [
            f"QN={self.open_question}",
            f"ST={self.options.st}",
            f"CN={command}",
            f"PW={message['PW']}",
            f"MN={message['MN']}",
            f"Flag={bits | 1 if bits else 3}",
        ]
        self.wire.sendall(frame((";".join(fields) + f";CP=&&{body}&&").encode()))


def connected(options):
    if options.connect:
        for attempt in range(100):
            try:
                wire = socket.create_connection(("127.0.0.1", options.connect), 5)
                break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit(f"nobody listens on port {options.connect}")
        print("ready", flush=True)
    else:
        door = socket.create_server(("127.0.0.1", options.listen))
        print("ready", flush=True)
        wire, _ = door.accept()
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["instrument", "host"])
    parser.add_argument("--connect", type=int)
    parser.add_argument("--listen", type=int)
    parser.add_argument("--edition", choices=sorted(VERSION_BITS), default="2017")
    parser.add_argument("--mn", default="88888880000001")
    parser.add_argument("--st", default="32")
    parser.add_argument("--key")
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--interval", type=float, default=0.5)
    parser.add_argument("--patience", type=float, default=3)
    parser.add_argument("--linger", type=float, default=0)
    parser.add_argument("--bad", action="store_true")
    parser.add_argument("--ask", action="append", default=[])
    options = parser.parse_args()
    role = Instrument if options.role == "instrument" else Host
    try:
        role(options, connected(options)).run()
    except (ConnectionResetError, BrokenPipeError):
        tell("closed")


if __name__ == "__main__":
    main()
