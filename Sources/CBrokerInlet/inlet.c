#define _GNU_SOURCE
#include "CBrokerInlet.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <unistd.h>

struct ssl_st;

/* The C library's own name for the function that `read` below stands before. */
ssize_t __read(int descriptor, void *buffer, size_t count);
int SSL_read(struct ssl_st *session, void *buffer, int count);

static int (*next_ssl_read)(struct ssl_st *, void *, int);
static int (*next_getaddrinfo)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static _Thread_local gw_inlet_answer opened;
static _Thread_local void *opened_context;
static _Thread_local int opened_socket = -1;
static _Thread_local const char *resolved;

__attribute__((constructor)) static void find_next(void) {
    next_ssl_read = (int (*)(struct ssl_st *, void *, int))dlsym(RTLD_NEXT, "SSL_read");
    next_getaddrinfo =
        (int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");
}

void gw_inlet_open(int socket, gw_inlet_answer answer, void *context) {
    opened_socket = socket;
    opened_context = context;
    opened = answer;
}

void gw_inlet_close(void) {
    opened = NULL;
    opened_context = NULL;
    opened_socket = -1;
}

void gw_inlet_resolve_to(const char *address) { resolved = address; }

ssize_t gw_inlet_read(int socket, void *buffer, size_t count) { return __read(socket, buffer, count); }

ssize_t gw_inlet_read_tls(void *session, void *buffer, size_t count) {
    return next_ssl_read(session, buffer, count < INT_MAX ? (int)count : INT_MAX);
}

/* MARK: What stands before the functions of other libraries. */

ssize_t read(int descriptor, void *buffer, size_t count) {
    if (opened != NULL && descriptor == opened_socket) return opened(opened_context, buffer, count);
    return __read(descriptor, buffer, count);
}

int SSL_read(struct ssl_st *session, void *buffer, int count) {
    if (opened != NULL && count > 0) return (int)opened(opened_context, buffer, (size_t)count);
    return next_ssl_read(session, buffer, count);
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **list) {
    return next_getaddrinfo(resolved != NULL && host != NULL ? resolved : host, service, hints, list);
}
