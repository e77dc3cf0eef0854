"""Analysers that speak the addressed dialect of HJ 212, on a serial line behind a TCP port or on a pseudo-terminal.

Written apart from the gateway's code: `##`, a four-digit station, a four-digit length, the segment, Modbus' CRC-16 with its
low byte first. Answers the stations of --stations and is silent for all others. Prints a JSON line for the endpoint and for
each question.
"""

import argparse
import json
import os
import pty
import socket
import tty


def modbus(data):
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


def frame(station, segment):
    data = segment.encode()
    crc = modbus(data)
    return b"##%04d%04d" % (station, len(data)) + data + b"%02X%02X\r\n" % (crc & 255, crc >> 8)


def questions(buffer):
    """The complete questions in the buffer, and what is left of it."""
    found = []
    while True:
        start = buffer.find(b"##")
        if start < 0 or len(buffer) < start + 10:
            return found, buffer
        station, length = int(buffer[start + 2:start + 6]), int(buffer[start + 6:start + 10])
        end = start + 10 + length
        if len(buffer) < end + 6:
            return found, buffer
        segment, crc = buffer[start + 10:end], buffer[end:end + 4]
        expected = modbus(segment)
        found.append((station, segment.decode(), crc == b"%02X%02X" % (expected & 255, expected >> 8)))
        buffer = buffer[end + 6:]


parser = argparse.ArgumentParser()
parser.add_argument("--stations", type=lambda text: [int(word) for word in text.split(",")], default=[1])
parser.add_argument("--terminal", action="store_true")
options = parser.parse_args()

if options.terminal:
    master, slave = pty.openpty()
    tty.setraw(slave)
    print(json.dumps({"event": "terminal", "path": os.ttyname(slave)}), flush=True)
    receive, send = lambda: os.read(master, 4096), lambda data: os.write(master, data)
else:
    server = socket.create_server(("127.0.0.1", 0))
    print(json.dumps({"event": "listening", "port": server.getsockname()[1]}), flush=True)
    connection, _ = server.accept()
    receive, send = lambda: connection.recv(4096), connection.sendall

buffer = b""
while True:
    data = receive()
    if not data:
        break
    asked, buffer = questions(buffer + data)
    for station, segment, good in asked:
        print(json.dumps({"event": "asked", "station": station, "segment": segment, "good": good}), flush=True)
        if station in options.stations and good:
            send(frame(station, f"ST=31;CN=2013;PW=123456;MN=;CP=&&a21026-Rtd={station}.5,a21026-Flag=N;"
                                f"02-CurrZero=0.{station}&&"))
