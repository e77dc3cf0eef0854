#ifndef GATEWAYD_CLINUX_SHIM_H
#define GATEWAYD_CLINUX_SHIM_H

/* What Linux and glibc offer and Swift's Glibc module does not show: calls that need _GNU_SOURCE, are variadic, or are macros. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <termios.h>
#include <unistd.h>

/* A descriptor that another thread can make readable; -1 and errno on failure. */
static inline int gw_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

/* Names the calling thread, 15 bytes at most. */
static inline void gw_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/* No other process may open the serial port now. */
static inline void gw_serial_exclusive(int descriptor) { ioctl(descriptor, TIOCEXCL); }

/* The near end of a new pseudo-terminal in raw mode, and the path of its far end; -errno on failure. The far end is
   opened and kept by the near end's mode only: it may be opened and closed any number of times. */
static inline int gw_open_pseudo_terminal(char *path, size_t size) {
    int near = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    int unlock = 0;
    unsigned number = 0;
    struct termios mode;
    if (near < 0) return -errno;
    if (ioctl(near, TIOCSPTLCK, &unlock) < 0 || ioctl(near, TIOCGPTN, &number) < 0 || tcgetattr(near, &mode) < 0) {
        int code = errno;
        close(near);
        return -code;
    }
    cfmakeraw(&mode);
    tcsetattr(near, TCSANOW, &mode);
    snprintf(path, size, "/dev/pts/%u", number);
    return near;
}

/* 1: the kernel holds the clock for synchronised, 0: not, and the estimated error in microseconds. */
static inline int gw_clock_synchronised(long *error_us) {
    struct timex state = {0};
    int status = adjtimex(&state);
    *error_us = state.esterror;
    return status >= 0 && status != TIME_ERROR && !(state.status & STA_UNSYNC);
}

#endif
