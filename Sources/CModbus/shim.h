#ifndef GATEWAYD_CMODBUS_SHIM_H
#define GATEWAYD_CMODBUS_SHIM_H

/* libmodbus, and the few calls around it whose errno must be taken before any Swift code can disturb it.
 * Every function that can fail returns -errno (libmodbus has its own numbers above MODBUS_ENOBASE). */

#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What select(2), with which libmodbus waits, can take: descriptors below this. */
enum { gw_descriptor_limit = 1024 };

/* Errors of libmodbus, whose macros Swift cannot see. */
enum { gw_bad_data = EMBBADDATA, gw_too_much_data = EMBMDATA };

static inline modbus_t *gw_modbus_new_rtu(const char *path, int baud, char parity, int data_bits, int stop_bits,
                                          int *code) {
    modbus_t *bus = modbus_new_rtu(path, baud, parity, data_bits, stop_bits);
    *code = bus ? 0 : errno;
    return bus;
}

static inline modbus_t *gw_modbus_new_tcp(const char *host, const char *service, int *code) {
    modbus_t *bus = modbus_new_tcp_pi(host, service);
    *code = bus ? 0 : errno;
    return bus;
}

static inline int gw_modbus_set_slave(modbus_t *bus, int unit) { return modbus_set_slave(bus, unit) < 0 ? -errno : 0; }

static inline int gw_modbus_flush(modbus_t *bus) { return modbus_flush(bus) < 0 ? -errno : 0; }

/* Unit and function data; libmodbus adds the frame around them. */
static inline int gw_modbus_send(modbus_t *bus, const uint8_t *request, int length) {
    int sent = modbus_send_raw_request(bus, request, length);
    return sent < 0 ? -errno : sent;
}

/* One whole frame of Modbus TCP, its length. `frame` has MODBUS_MAX_ADU_LENGTH bytes. The length in its header is not looked at. */
static inline int gw_modbus_receive(modbus_t *bus, uint8_t *frame) {
    int received = modbus_receive_confirmation(bus, frame);
    return received < 0 ? -errno : received;
}

/* What the line brings within `milliseconds`, as it is: the number of bytes, 0 for none. -ECONNRESET when the line is gone. */
static inline int gw_receive_bytes(int descriptor, uint8_t *bytes, int room, int milliseconds) {
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    int ready = poll(&entry, 1, milliseconds);
    if (ready == 0) return 0;
    if (ready < 0) return errno == EINTR ? 0 : -errno;
    ssize_t count = read(descriptor, bytes, (size_t)room);
    if (count > 0) return (int)count;
    if (count == 0) return -ECONNRESET;
    return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

/* Sends without raising SIGPIPE. */
static inline int gw_send(int descriptor, const uint8_t *bytes, int length) {
    ssize_t sent = send(descriptor, bytes, (size_t)length, MSG_NOSIGNAL);
    if (sent < 0) return -errno;
    return sent == length ? length : -EPIPE;
}

/* Throws away what a socket has received. -ECONNRESET when the peer has hung up, EMBMDATA when it never stops talking. */
static inline int gw_drain(int descriptor) {
    uint8_t waste[512];
    for (int round = 0; round < 128; round++) {
        ssize_t count = recv(descriptor, waste, sizeof waste, MSG_DONTWAIT);
        if (count == 0) return -ECONNRESET;
        if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
        if ((size_t)count < sizeof waste) return 0;
    }
    return -EMBMDATA;
}

static inline int gw_lock(int descriptor) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
    return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

/* Opens the serial port of `bus`, which is `path`, for us alone: the lock stops whoever asks for it, TIOCEXCL all but root.
 * modbus_connect changes the settings of the port, so whether somebody else uses it is asked first. */
static inline int gw_modbus_open_port(modbus_t *bus, const char *path) {
    int probe = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (probe < 0) return -errno;
    int code = gw_lock(probe);
    if (code == 0 && modbus_connect(bus) < 0) code = -errno;
    if (code == 0) {
        flock(probe, LOCK_UN);
        code = gw_lock(modbus_get_socket(bus));
    }
    if (code == 0 && ioctl(modbus_get_socket(bus), TIOCEXCL) < 0) code = -errno;
    close(probe);
    return code;
}

static inline void gw_release_port(int descriptor) { ioctl(descriptor, TIOCNXCL); }

/* The calling thread gets EPIPE instead of a signal: libmodbus writes RTU frames with write(2), to sockets too. */
static inline void gw_block_sigpipe(void) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
}

#endif
