#ifndef GATEWAYD_CLINUX_SHIM_H
#define GATEWAYD_CLINUX_SHIM_H

/* What Linux and glibc offer and Swift's Glibc module does not show: calls that need _GNU_SOURCE, are variadic, or are macros. */

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/timex.h>

/* A descriptor that another thread can make readable; -1 and errno on failure. */
static inline int gw_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

/* Names the calling thread, 15 bytes at most. */
static inline void gw_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/* 1: the kernel holds the clock for synchronised, 0: not, and the estimated error in microseconds. */
static inline int gw_clock_synchronised(long *error_us) {
    struct timex state = {0};
    int status = adjtimex(&state);
    *error_us = state.esterror;
    return status >= 0 && status != TIME_ERROR && !(state.status & STA_UNSYNC);
}

#endif
