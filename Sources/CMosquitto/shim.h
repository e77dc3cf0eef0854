#ifndef GATEWAYD_CMOSQUITTO_SHIM_H
#define GATEWAYD_CMOSQUITTO_SHIM_H

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdint.h>
#include <sys/socket.h>

/* Takes in one packet, or as many as are in flight, if they are there. *drained becomes 1 when nothing more waits, which a TLS session can hide from
 * poll(2). The result is the library's, *code the errno of a MOSQ_ERR_ERRNO. */
static inline int gw_mosquitto_read(struct mosquitto *client, int *drained, int *code) {
    errno = 0;
    int result = mosquitto_loop_read(client, 1);
    *code = errno;
    *drained = result != MOSQ_ERR_SUCCESS || *code == EAGAIN;
    return result;
}

/* The pending error of a socket, such as ECONNREFUSED after a connect that did not block; 0: none. Taken by asking. */
static inline int gw_socket_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

/* Whether the other side has ever answered on this TCP socket: then the time of a round trip is known. */
static inline int gw_was_connected(int socket) {
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_rtt > 0;
}

/* Opens the connection without waiting for it. The library's result, and the errno of a MOSQ_ERR_ERRNO.
 * As for a client of several threads the request for a session is only put down: written at once to a broker close by, which has
 * refused our certificate meanwhile, it would fail, and the broker's alert would go with the connection. */
static inline int gw_mosquitto_connect(
    struct mosquitto *client, const char *host, int port, int keep_alive, int *code) {
    mosquitto_threaded_set(client, true);
    errno = 0;
    int result = mosquitto_connect_async(client, host, port, keep_alive);
    *code = errno;
    mosquitto_threaded_set(client, false);
    return result;
}

/* How far TLS is on the connection of a client. */
enum gw_tls {
    gw_tls_none,        /* there is none: a plain connection, or no connection */
    gw_tls_shaking,     /* the handshake waits for the peer */
    gw_tls_wants_write, /* the handshake, or the session after it, waits until the socket takes more */
    gw_tls_ready,       /* the session stands */
    gw_tls_failed,      /* the connection broke during the handshake, of which the library says nothing */
};

/* Asked of OpenSSL itself: while the handshake goes on the library says that it wants to write long after it no longer does, and
 * takes a broken connection for one that goes on. */
static inline enum gw_tls gw_mosquitto_tls(struct mosquitto *client) {
    SSL *session = mosquitto_ssl_get(client);
    if (session == NULL) return gw_tls_none;
    if (SSL_is_init_finished(session)) return SSL_want_write(session) ? gw_tls_wants_write : gw_tls_ready;
    switch (SSL_get_error(session, -1)) {
    case SSL_ERROR_WANT_READ: return gw_tls_shaking;
    case SSL_ERROR_WANT_WRITE: return gw_tls_wants_write;
    default: return gw_tls_failed;
    }
}

/* What a handshake that has just failed found wrong with the broker's certificate: X509_V_ERR_…, 0: nothing. */
static inline long gw_mosquitto_verify_result(struct mosquitto *client) {
    SSL *session = mosquitto_ssl_get(client);
    return session == NULL ? X509_V_OK : SSL_get_verify_result(session);
}

/* Chooses the version of the next connect, and for MQTT 5 how many seconds the broker is to keep the session after a
 * connection, and how many bytes a packet of it may have. Only a connect that blocks takes properties; it keeps them for later ones before it fails for want of a host. */
static inline int gw_mosquitto_use_version(
    struct mosquitto *client, int version, uint32_t session_expiry, uint32_t largest_packet) {
    mosquitto_property *properties = NULL;
    int result = mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, version);
    if (result == MOSQ_ERR_SUCCESS && version == MQTT_PROTOCOL_V5)
        result = mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, session_expiry);
    if (result == MOSQ_ERR_SUCCESS && version == MQTT_PROTOCOL_V5)
        result = mosquitto_property_add_int32(&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, largest_packet);
    if (result == MOSQ_ERR_SUCCESS) mosquitto_connect_bind_v5(client, NULL, 0, 60, NULL, properties);
    mosquitto_property_free_all(&properties);
    return result;
}

/* For a private key that has a pass phrase: gives none, where OpenSSL would ask on the terminal. */
static inline int gw_no_pass_phrase(char *buffer, int size, int rwflag, void *context) {
    (void)buffer, (void)size, (void)rwflag, (void)context;
    return 0;
}

#endif
