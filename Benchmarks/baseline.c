/* The reference of `make bench`: what the two C libraries themselves cost for the same work. Each second it reads all
   devices over Modbus TCP (libmodbus) and publishes one message a device with QoS 1 (libmosquitto). The payload has the form
   of gatewayd's raw records. It checks nothing and stores nothing.

   usage: baseline BROKER_PORT REGISTERS SECONDS DEVICE_PORT… */

#include <errno.h>
#include <modbus/modbus.h>
#include <mosquitto.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static float float_abcd(const uint16_t *registers) {
    uint32_t bits = (uint32_t)registers[0] << 16 | registers[1];
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    int broker_port = atoi(argv[1]), values = atoi(argv[2]), seconds = atoi(argv[3]), devices = argc - 4;
    modbus_t **bus = calloc((size_t)devices, sizeof *bus);
    for (int i = 0; i < devices; i++) {
        bus[i] = modbus_new_tcp("127.0.0.1", atoi(argv[4 + i]));
        modbus_set_slave(bus[i], 1);
        if (modbus_connect(bus[i]) < 0) {
            fprintf(stderr, "device %d: %s\n", i, modbus_strerror(errno));
            return 1;
        }
    }
    mosquitto_lib_init();
    struct mosquitto *broker = mosquitto_new("baseline", true, NULL);
    mosquitto_int_option(broker, MOSQ_OPT_TCP_NODELAY, 1);
    if (mosquitto_connect(broker, "127.0.0.1", broker_port, 30) != MOSQ_ERR_SUCCESS) return 1;
    mosquitto_loop_start(broker);

    static uint16_t registers[125];
    static char payload[16384];
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (int second = 0; second < seconds; second++) {
        for (int i = 0; i < devices; i++) {
            int read = 0;
            size_t used = (size_t)snprintf(
                payload, sizeof payload,
                "{\"v\":1,\"gateway\":\"fleet\",\"seq\":%d,\"prev\":%d,\"device\":\"device-%d\",\"kind\":\"raw\",\"ts\":%lld,"
                "\"dataTime\":\"20261121102000\",\"data\":{",
                second * devices + i + 1, second * devices + i, i, (long long)time(NULL) * 1000);
            for (int value = 0; value < values; value++) {
                int offset = value * 2 % 100;
                if (offset == 0) read = modbus_read_input_registers(bus[i], value * 2, 100, registers);
                if (read < 0) break;
                used += (size_t)snprintf(
                    payload + used, sizeof payload - used, "%s\"v%d\":%.7g", value ? "," : "", value,
                    (double)float_abcd(registers + offset));
            }
            used += (size_t)snprintf(payload + used, sizeof payload - used, "}}");
            char topic[96];
            snprintf(topic, sizeof topic, "cems/v1/fleet/live/device-%d/raw", i);
            mosquitto_publish(broker, NULL, topic, (int)used, payload, 1, false);
        }
        next.tv_sec++;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
    mosquitto_disconnect(broker);
    mosquitto_loop_stop(broker, false);
    return 0;
}
