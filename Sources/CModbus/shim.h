#ifndef GATEWAYD_CMODBUS_SHIM_H
#define GATEWAYD_CMODBUS_SHIM_H

#include <errno.h>
#include <modbus/modbus.h>
#include <stdint.h>
#include <sys/socket.h>

/* Wrappers return -errno on failure: errno is taken before any Swift code can disturb it. */

static inline int gw_modbus_connect(modbus_t *bus) { return modbus_connect(bus) < 0 ? -errno : 0; }

static inline int gw_modbus_set_slave(modbus_t *bus, int unit) { return modbus_set_slave(bus, unit) < 0 ? -errno : 0; }

static inline int gw_modbus_read_registers(modbus_t *bus, int address, int count, uint16_t *out) {
    int read = modbus_read_registers(bus, address, count, out);
    return read < 0 ? -errno : read;
}

static inline int gw_modbus_read_input_registers(modbus_t *bus, int address, int count, uint16_t *out) {
    int read = modbus_read_input_registers(bus, address, count, out);
    return read < 0 ? -errno : read;
}

static inline int gw_modbus_read_bits(modbus_t *bus, int address, int count, uint8_t *out) {
    int read = modbus_read_bits(bus, address, count, out);
    return read < 0 ? -errno : read;
}

static inline int gw_modbus_read_input_bits(modbus_t *bus, int address, int count, uint8_t *out) {
    int read = modbus_read_input_bits(bus, address, count, out);
    return read < 0 ? -errno : read;
}

/* Throws away what has arrived and was not asked for. modbus_flush does not work on an RTU context over a socket. */
static inline void gw_modbus_drain_socket(int descriptor) {
    uint8_t waste[256];
    while (recv(descriptor, waste, sizeof waste, MSG_DONTWAIT) > 0) {}
}

static inline int gw_modbus_exception_base(void) { return MODBUS_ENOBASE; }

#endif
