#ifndef GATEWAYD_CLINUX_SHIM_H
#define GATEWAYD_CLINUX_SHIM_H

/* What Linux and glibc offer and Swift's Glibc module does not show: calls that are variadic or are macros. */

/* No feature macro is defined here: another view of the same system headers than that of Swift's Glibc would clash. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

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

/* Opens a file or device, never inherited by children: the descriptor, or -errno. */
static inline int gw_open(const char *path, int flags, unsigned mode) {
    int descriptor = open(path, flags | O_CLOEXEC, (mode_t)mode);
    return descriptor < 0 ? -errno : descriptor;
}

/* Keeps (1) or no longer keeps (0) other programs from opening the terminal: 0, or -errno. */
static inline int gw_terminal_exclusive(int descriptor, int exclusive) {
    return ioctl(descriptor, exclusive ? TIOCEXCL : TIOCNXCL) < 0 ? -errno : 0;
}

/* A new pseudo-terminal, its far end's path in `path`: the near end's descriptor, or -errno. */
static inline int gw_open_pseudo_terminal(char *path, size_t length) {
    int near_end = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (near_end < 0) return -errno;
    int locked = 0;
    unsigned number = 0;
    if (ioctl(near_end, TIOCSPTLCK, &locked) < 0 || ioctl(near_end, TIOCGPTN, &number) < 0) {
        int failure = errno;
        close(near_end);
        return -failure;
    }
    snprintf(path, length, "/dev/pts/%u", number);
    return near_end;
}

/* Holds back the `count` signals in the calling thread and in those it starts from now on: 0, or -errno. */
static inline int gw_block_signals(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* A descriptor that tells of the `count` signals, which are blocked: the descriptor, or -errno. */
static inline int gw_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

/* The next signal that waits at `descriptor`; 0: none. */
static inline int gw_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

/* A file without a name, in memory, never inherited by children: the descriptor, or -errno. */
static inline int gw_memory_file(const char *name) {
    const unsigned close_on_exec = 1; /* MFD_CLOEXEC */
    long descriptor = syscall(SYS_memfd_create, name, close_on_exec);
    return descriptor < 0 ? -errno : (int)descriptor;
}

/* Starts `program` as the leader of a process group of its own: `input` is its standard input, its output is dropped, its
 * messages go where ours go, and it has no other descriptor and no signal blocked or ignored. Its id, or -errno. */
static inline int gw_spawn(const char *program, char *const arguments[], char *const environment[], int input) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t id = 0;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return -code;
    code = posix_spawnattr_init(&attributes);
    if (code != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -code;
    }
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    code = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (code == 0) code = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (code == 0) code = posix_spawn(&id, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code == 0 ? id : -code;
}

#endif
