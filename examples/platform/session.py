"""paho-mqtt, but for what it does with a message whose properties it does not like."""

import struct

import paho.mqtt.client as mqtt
from paho.mqtt.properties import MalformedPacket, MQTTException


class Client(mqtt.Client):
    """A client that tells of a message it cannot read, instead of hanging up on it.

    A broker passes on any property that the protocol allows, such as a user property with U+FEFF. paho-mqtt calls that malformed,
    ends the connection, and gets the same message again with the next: for ever, since nobody acknowledges it.
    """

    def __init__(self, *arguments, unreadable, **options):
        super().__init__(*arguments, **options)
        self.unreadable = unreadable        # called with topic, identifier, QoS

    def _handle_publish(self):
        try:
            return super()._handle_publish()
        except (MalformedPacket, MQTTException, ValueError, LookupError, struct.error):
            qos, packet = (self._in_packet["command"] & 0x06) >> 1, bytes(self._in_packet["packet"])
            end = 2 + int.from_bytes(packet[:2], "big")
            if len(packet) < end + 2:
                raise                       # not even a topic: this is the broker's own doing
            self.unreadable(packet[2:end].decode(errors="replace"), int.from_bytes(packet[end:end + 2], "big"), qos)
            return mqtt.MQTT_ERR_SUCCESS
