/* Loaded before the C library (LD_PRELOAD): a disk that fails or hangs and a clock that steps, as a test says.
 *
 * The environment's FAULT_LAYER names a file of three 64-bit integers, which the test changes while the program runs:
 * what befalls files of the journal, by how many nanoseconds the wall clock is off, whether a time service has failed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct control {
    /* 0: nothing; above: the errno of each write and sync; below: milliseconds that a sync takes. */
    volatile int64_t disk;
    volatile int64_t clock_offset;
    /* 0: as the kernel says; 1: a time service keeps the clock; 2: none does. */
    volatile int64_t time_service;
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_LAYER");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0) return;
    void *map = mmap(0, sizeof *control, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (map != MAP_FAILED) control = map;
}

static int is_journal(int file) {
    char link[64], target[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length <= 0) return 0;
    target[length] = 0;
    return strstr(target, "/journal.") != 0;
}

static int refuses(int file) {
    int64_t disk = control ? control->disk : 0;
    if (disk <= 0 || !is_journal(file)) return 0;
    errno = (int)disk;
    return 1;
}

static void hang(int file) {
    int64_t disk = control ? control->disk : 0;
    if (disk < 0 && is_journal(file)) usleep((useconds_t)(-disk * 1000));
}

ssize_t write(int file, const void *data, size_t size) {
    return refuses(file) ? -1 : syscall(SYS_write, file, data, size);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
    return refuses(file) ? -1 : syscall(SYS_pwrite64, file, data, size, offset);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t offset) { return pwrite64(file, data, size, offset); }
int ftruncate64(int file, off64_t size) { return refuses(file) ? -1 : (int)syscall(SYS_ftruncate, file, size); }
int ftruncate(int file, off_t size) { return ftruncate64(file, size); }
int posix_fallocate64(int file, off64_t offset, off64_t size) {
    if (refuses(file)) return errno;
    return syscall(SYS_fallocate, file, 0, offset, size) == 0 ? 0 : errno;
}
int posix_fallocate(int file, off_t offset, off_t size) { return posix_fallocate64(file, offset, size); }
int fsync(int file) {
    hang(file);
    return refuses(file) ? -1 : (int)syscall(SYS_fsync, file);
}
int fdatasync(int file) {
    hang(file);
    return refuses(file) ? -1 : (int)syscall(SYS_fdatasync, file);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && control) {
        int64_t nanoseconds = time->tv_nsec + control->clock_offset % 1000000000;
        time->tv_sec += control->clock_offset / 1000000000 + (nanoseconds < 0 ? -1 : nanoseconds >= 1000000000);
        time->tv_nsec = (nanoseconds + 1000000000) % 1000000000;
    }
    return result;
}

int adjtimex(struct timex *what) {
    int result = (int)syscall(SYS_adjtimex, what);
    if (!control || control->time_service == 0) return result;
    if (control->time_service == 1) {
        what->status &= ~STA_UNSYNC;
        return TIME_OK;
    }
    what->status |= STA_UNSYNC;
    return TIME_ERROR;
}
int ntp_adjtime(struct timex *what) { return adjtimex(what); }
