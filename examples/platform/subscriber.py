#!/usr/bin/env python3
"""Takes the records of all gateways into a database. Start as many as you like with one --group: they share the work.

What is acknowledged is committed; what is not committed comes again; what comes again is kept once.
"""

import argparse
import json
import signal
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

import holes
from log import Log
from records import Answer, Refusal, Refused, Retained, Row, read, refusal
from session import Client
from storage import KEPT_BYTES, Storage

BATCH_BYTES = 8 << 20       # a batch of long records is committed sooner
LONGEST_PACKET = 16 << 20   # what the broker may send us; it drops what is longer


def arguments(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--broker", default="127.0.0.1:1883", metavar="HOST:PORT")
    parser.add_argument("--database", default="platform.db", help="postgresql://… or a file for SQLite")
    parser.add_argument("--id", required=True, help="client id: one for each process, the same after a restart")
    parser.add_argument("--group", default="platform", help="of the shared subscription")
    parser.add_argument("--prefix", default="cems")
    parser.add_argument("--username")
    parser.add_argument("--password-file")
    parser.add_argument("--ca-file", help="TLS with this authority")
    parser.add_argument("--batch", type=int, default=500, help="records a commit at most; also what the broker may have in flight")
    parser.add_argument("--linger", type=float, default=0.1, help="seconds a record waits for company at most")
    parser.add_argument("--session", type=int, default=86_400, help="seconds the broker keeps what is due to us while we are away")
    parser.add_argument("--look", type=float, default=5, help="seconds between looks for holes")
    parser.add_argument("--look-everywhere", type=float, default=3600, help="seconds between looks at all records")
    parser.add_argument("--settle", type=float, default=5, help="seconds that other processes have for their commits")
    parser.add_argument("--patience", type=float, default=60, help="seconds a hole must stand still before it is asked for")
    parser.add_argument("--tries", type=int, default=5, help="requests for a hole; the next waits ten times the patience")
    return parser.parse_args(words)


class Subscriber:
    def __init__(self, options):
        self.options = options
        self.storage = Storage(options.database)
        self.base = f"{options.prefix}/v1/"
        self.log = Log()
        self.batch = []                 # (message identifier, QoS, row or refusal), in order of arrival
        self.bytes = 0                  # of their payloads
        self.oldest = 0.0               # when the first of them came
        self.running = True
        self.kept = self.doubles = self.refused = self.commits = 0
        self.looked = 0.0
        self.looked_everywhere = time.monotonic()
        self.client = Client(mqtt.CallbackAPIVersion.VERSION2, client_id=options.id, protocol=mqtt.MQTTv5, manual_ack=True,
                             unreadable=self.unreadable)
        if options.username:
            password = open(options.password_file).readline().rstrip("\n") if options.password_file else None
            self.client.username_pw_set(options.username, password)
        if options.ca_file:
            self.client.tls_set(options.ca_file)
        self.client.on_connect = self.connected
        self.client.on_subscribe = lambda *_: self.log.say("subscribed")
        self.client.on_message = self.received

    # --- the session

    def connect(self):
        """Keeps trying until there is a connection."""
        # A new connection brings everything again that was not acknowledged on the old one.
        self.batch.clear()
        self.bytes = 0
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self.options.session
        properties.ReceiveMaximum = self.options.batch
        properties.MaximumPacketSize = LONGEST_PACKET
        host, _, port = self.options.broker.rpartition(":")
        while self.running:
            try:
                self.client.connect(host, int(port), keepalive=30, clean_start=False, properties=properties)
                return
            except OSError as error:
                self.log.say("broker not reached", error=str(error))
                time.sleep(1)

    def connected(self, client, userdata, flags, reason, properties):
        self.log.say("connected", session=flags.session_present, reason=str(reason))
        if reason.is_failure:
            return
        shared, qos1 = f"$share/{self.options.group}/{self.base}+/", SubscribeOptions(qos=1)
        # Retained messages are not sent to shared subscriptions, so status and alarms go to every process.
        client.subscribe([(shared + "live/#", qos1), (shared + "history/#", qos1), (shared + "reply", qos1),
                          (self.base + "+/status", qos1), (self.base + "+/alarms", qos1)])

    # --- messages

    def received(self, client, userdata, message):
        topic = "a topic that is not UTF-8"
        try:
            topic = message.topic
            taken = read(topic, message.payload, self.options.prefix)
        except Refused as reason:
            taken = refusal(topic, message.payload, str(reason), self.options.prefix)
        except Exception as error:      # what the gate does not foresee stops nothing either
            taken = refusal(topic, message.payload, f"cannot be read: {type(error).__name__}", self.options.prefix)
        self.take(taken, message.mid, message.qos)

    def unreadable(self, topic, identifier, qos):
        self.take(refusal(topic, b"", "properties that cannot be read", self.options.prefix), identifier, qos)

    def take(self, taken, identifier, qos):
        match taken:
            case Answer():
                self.log.say("answer", gateway=taken.gateway, answer=taken.text)
                holes.answered(self.storage, taken)
                return self.acknowledge(identifier, qos)
            case Retained():
                self.storage.remember(*taken)
                return self.acknowledge(identifier, qos)
            case Refusal():
                self.log.say("refused", topic=taken.topic, reason=taken.reason)
                # The whole of it is not kept, and need not wait here.
                taken = taken._replace(payload=taken.payload[:KEPT_BYTES])
        if not self.batch:
            self.oldest = time.monotonic()
        self.batch.append((identifier, qos, taken))
        self.bytes += len(taken.body if isinstance(taken, Row) else taken.payload)
        if len(self.batch) >= self.options.batch or self.bytes >= BATCH_BYTES:
            self.commit()

    def acknowledge(self, identifier, qos):
        if qos:
            self.client.ack(identifier, qos)

    def commit(self):
        """First the database, then the acknowledgements. A refused message is acknowledged too, or it would come for ever."""
        if not self.batch:
            return
        rows = [taken for _, _, taken in self.batch if isinstance(taken, Row)]
        new, contradictions = self.storage.ingest(rows, [taken for _, _, taken in self.batch if isinstance(taken, Refusal)])
        self.kept += new
        self.commits += 1
        self.doubles += len(rows) - new
        self.refused += len(self.batch) - len(rows)
        for contradiction in contradictions:
            self.log.say("contradiction: another record has this number", gateway=contradiction.gateway, seq=contradiction.seq)
        for identifier, qos, _ in self.batch:
            self.acknowledge(identifier, qos)
        self.batch.clear()
        self.bytes = 0

    # --- holes

    def look(self):
        now = time.monotonic()
        if now < self.looked + self.options.look:
            return
        self.looked = now
        everything = now >= self.looked_everywhere + self.options.look_everywhere
        if everything:
            self.looked_everywhere = now
        holes.find(self.storage, self.log.say, settle=int(self.options.settle * 1000), everything=everything)
        patience = int(self.options.patience * 1000)
        for gateway, request in holes.due(self.storage, patience, 10 * patience, self.options.tries):
            self.log.say("replay asked for", gateway=gateway, request=json.loads(request))
            self.client.publish(f"{self.base}{gateway}/command", request, qos=1)

    def run(self):
        self.connect()
        while self.running:
            code = self.client.loop(timeout=max(0.005, min(self.options.linger, 0.1)))
            if code != mqtt.MQTT_ERR_SUCCESS and self.running:
                self.log.say("connection lost", error=mqtt.error_string(code))
                # A broker that refuses us is not asked thousands of times a second.
                time.sleep(1)
                self.connect()
                continue
            if self.batch and time.monotonic() >= self.oldest + self.options.linger:
                self.commit()
            self.look()
            self.log.sum_up()
        self.commit()
        self.client.disconnect()
        self.client.loop(timeout=0.1)
        self.log.say("stopped", kept=self.kept, doubles=self.doubles, refused=self.refused, commits=self.commits)
        self.log.sum_up(at_once=True)

    def stop(self, *_):
        self.running = False


def main():
    subscriber = Subscriber(arguments())
    signal.signal(signal.SIGTERM, subscriber.stop)
    signal.signal(signal.SIGINT, subscriber.stop)
    try:
        subscriber.run()
    except subscriber.storage.failure as error:
        # Nothing was acknowledged that is not committed: whoever starts us again gets it again.
        subscriber.log.say("database failed", error=str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
