#ifndef GATEWAYD_CBROKERINLET_H
#define GATEWAYD_CBROKERINLET_H

#include <stddef.h>
#include <sys/types.h>

/* What libmosquitto reads and where it connects is decided here. It trusts a broker: one property that it does not know ends the
 * program, and a packet may have any size. So its calls of read(2), SSL_read(3) and getaddrinfo(3) find the functions of the same
 * names in this target, as the symbols of a program go before those of shared libraries. They do what the real ones do, except on a
 * thread that has said otherwise for the length of one call of the library. */

/* Answers in place of the socket or the TLS session, as read(2) does: bytes, 0 at the end, or -1 and errno. */
typedef ssize_t (*gw_inlet_answer)(void *context, void *buffer, size_t count);

/* From here on `answer` is asked on this thread: in place of SSL_read, and of read(2) on `socket` (-1: on none). */
void gw_inlet_open(int socket, gw_inlet_answer answer, void *context);

/* Ends that. */
void gw_inlet_close(void);

/* Look-ups of host names on this thread yield the numeric `address`, which must live until the next call; NULL: what the resolver says. */
void gw_inlet_resolve_to(const char *address);

/* What is on the socket, whatever was opened. */
ssize_t gw_inlet_read(int socket, void *buffer, size_t count);

/* What is in the TLS session, an SSL *, whatever was opened. */
ssize_t gw_inlet_read_tls(void *session, void *buffer, size_t count);

#endif
