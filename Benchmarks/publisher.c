/* The reference for the drain of a backlog: what libmosquitto publishes with QoS 1 when nothing else is to be done. MQTT 5,
   WINDOW publishes in flight, each acknowledgement answered with the next; the payload has the size of a minute record.

   usage: publisher BROKER_PORT WINDOW BYTES MESSAGES      prints messages per second */

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int acknowledged, connected;

static void on_connect(struct mosquitto *client, void *context, int code) {
    (void)client, (void)context;
    connected = code == 0;
}

static void on_publish(struct mosquitto *client, void *context, int id) {
    (void)client, (void)context, (void)id;
    acknowledged++;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int port = atoi(argv[1]), window = atoi(argv[2]), size = atoi(argv[3]), messages = atoi(argv[4]), sent = 0;
    char *payload = malloc((size_t)size + 1);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("publisher", true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_max_inflight_messages_set(client, (unsigned)window);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_publish_callback_set(client, on_publish);
    if (mosquitto_connect(client, "127.0.0.1", port, 30) != MOSQ_ERR_SUCCESS) return 1;
    while (!connected)
        if (mosquitto_loop(client, 100, 1) != MOSQ_ERR_SUCCESS) return 1;
    memset(payload, 'x', (size_t)size);
    double start = now();
    while (acknowledged < messages) {
        for (; sent < messages && sent - acknowledged < window; sent++) {
            int length = snprintf(payload, (size_t)size, "{\"v\":1,\"gateway\":\"fleet\",\"seq\":%d", sent + 1);
            payload[length] = 'x';
            mosquitto_publish(client, NULL, "cems/v1/fleet/history/stack-1/minute", size, payload, 1, false);
        }
        if (mosquitto_loop(client, 100, 1) != MOSQ_ERR_SUCCESS) return 1;
    }
    printf("%.0f\n", messages / (now() - start));
    mosquitto_disconnect(client);
    return 0;
}
