"""P01 of docs/faults.md: the whole subscriber at a broker (mosquitto), with everything of hostile.py in its way."""

import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

import hostile

try:
    import paho.mqtt.client as mqtt
except ImportError:
    mqtt = None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition, seconds=30):
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def honest(number):
    return hostile.message(number, number - 1, gateway="h")


def publish_with_property(port, topic, payload, name):
    """One PUBLISH of MQTT 5 with a user property, which paho itself would not send."""
    def text(value):
        return struct.pack("!H", len(value)) + value

    def packet(kind, body):
        size, length = len(body), b""
        while True:
            size, digit = divmod(size, 128)
            length += bytes([digit | (0x80 if size else 0)])
            if not size:
                return bytes([kind]) + length + body

    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(packet(0x10, text(b"MQTT") + b"\5\2\0\x3c\0" + text(b"properties")))
        assert connection.recv(100)[0] == 0x20
        properties = b"\x26" + text(name) + text(b"x")
        connection.sendall(packet(0x32, text(topic.encode()) + b"\0\1" + bytes([len(properties)]) + properties + payload))
        assert connection.recv(100)[0] == 0x40


@unittest.skipUnless(mqtt and shutil.which("mosquitto"), "needs paho-mqtt and mosquitto")
class BrokerTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.port = free_port()
        configuration = f"{self.folder.name}/mosquitto.conf"
        with open(configuration, "w") as file:
            file.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
        self.start("mosquitto", "-c", configuration)
        self.assertTrue(eventually(self.is_open))
        self.database = f"{self.folder.name}/platform.db"

    def is_open(self):
        try:
            return socket.create_connection(("127.0.0.1", self.port), 1).close() is None
        except OSError:
            return False

    def start(self, *command):
        log = open(f"{self.folder.name}/{len(os.listdir(self.folder.name))}.log", "w+")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        process.log = log.name
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def subscriber(self):
        process = self.start(
            sys.executable, f"{os.path.dirname(HERE)}/subscriber.py", "--broker", f"127.0.0.1:{self.port}", "--database",
            self.database, "--id", "p", "--batch", "25", "--look", "0.1", "--settle", "0", "--patience", "0")
        self.assertTrue(eventually(lambda: '"subscribed"' in self.text(process)), self.text(process))
        return process

    def text(self, process):
        with open(process.log) as file:
            return file.read()

    def ask(self, sql):
        with sqlite3.connect(self.database, timeout=10) as connection:
            return connection.execute(sql).fetchall()

    def test_nothing_that_a_publisher_sends_stops_the_subscriber(self):
        subscriber = self.subscriber()
        publisher = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        publisher.connect("127.0.0.1", self.port)
        publisher.loop_start()
        self.addCleanup(publisher.loop_stop)
        sent = []

        def publish(topic, payload, qos=1):
            sent.append(publisher.publish(topic, payload, qos))

        good = 0
        bad = [*hostile.RECORDS.values(), *((f"cems/v1/g/{part}", payload) for part, payload in hostile.TEXTS.values())]
        for topic, payload in bad:
            publish(topic, payload)
            good += 1
            publish(*honest(good))
        for qos in (0, 2):
            good += 1
            publish(*honest(good), qos=qos)
        for message in sent:
            message.wait_for_publish(30)
        # A byte order mark in a property: allowed by the protocol, passed on by brokers, refused by paho-mqtt.
        publish_with_property(self.port, *hostile.message(7, 5), "\ufeff".encode())
        good += 1
        publish(*honest(good))
        numbers = [("h", number) for number in range(1, good + 1)]
        eventually(lambda: self.ask("SELECT gateway, seq FROM record ORDER BY gateway, seq") == numbers
                   or subscriber.poll() is not None)
        self.assertIsNone(subscriber.poll(), self.text(subscriber)[-2000:])
        self.assertEqual(self.ask("SELECT gateway, seq FROM record ORDER BY gateway, seq"), numbers)
        # What was refused was acknowledged: nothing of it comes again.
        self.assertNotIn("connection lost", self.text(subscriber))
        before = self.ask("SELECT SUM(total) FROM refusal")
        with_property, not_subscribed = 1, 1    # the latter on `lively`
        self.assertEqual(before, [(len(bad) + with_property - not_subscribed,)])
        subscriber.send_signal(signal.SIGTERM)
        self.assertEqual(subscriber.wait(20), 0)
        again = self.subscriber()
        good += 1
        publish(*honest(good))
        self.assertTrue(eventually(lambda: self.ask("SELECT MAX(seq) FROM record") == [(good,)]), self.text(again))
        self.assertEqual(self.ask("SELECT SUM(total) FROM refusal"), before)
        again.send_signal(signal.SIGTERM)
        self.assertEqual(again.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
