#include "faulty_disk.h"

#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    sqlite3_file base;
    const char *path;
} FaultyFile;

static faulty_observer observe;
static sqlite3_vfs *below;
static sqlite3_vfs vfs;

/* The real file lies behind ours in the same piece of memory. */
static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((FaultyFile *)file + 1); }

static int ask(enum faulty_operation operation, const char *path, const void *data, long long size, long long offset) {
    return path ? observe(operation, path, data, size, offset) : SQLITE_OK;
}

static const char *path(sqlite3_file *file) { return ((FaultyFile *)file)->path; }

static int closeFile(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }

static int readFile(sqlite3_file *file, void *buffer, int size, sqlite3_int64 offset) {
    int code = ask(FAULTY_READ, path(file), 0, size, offset);
    return code ? code : real(file)->pMethods->xRead(real(file), buffer, size, offset);
}

static int writeFile(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset) {
    int code = ask(FAULTY_WRITE, path(file), data, size, offset);
    return code ? code : real(file)->pMethods->xWrite(real(file), data, size, offset);
}

static int truncateFile(sqlite3_file *file, sqlite3_int64 size) {
    int code = ask(FAULTY_TRUNCATE, path(file), 0, size, 0);
    return code ? code : real(file)->pMethods->xTruncate(real(file), size);
}

static int syncFile(sqlite3_file *file, int flags) {
    int code = ask(FAULTY_SYNC, path(file), 0, 0, 0);
    return code ? code : real(file)->pMethods->xSync(real(file), flags);
}

static int fileSize(sqlite3_file *file, sqlite3_int64 *size) { return real(file)->pMethods->xFileSize(real(file), size); }
static int lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int reserved(sqlite3_file *file, int *out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
static int control(sqlite3_file *file, int op, void *arg) { return real(file)->pMethods->xFileControl(real(file), op, arg); }
static int sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int traits(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static int shmMap(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
static int shmLock(sqlite3_file *file, int offset, int n, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
static void shmBarrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int shmUnmap(sqlite3_file *file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

static const sqlite3_io_methods methods = {
    2,         closeFile, readFile, writeFile, truncateFile, syncFile, fileSize, lock,     unlock,
    reserved,  control,   sector,   traits,    shmMap,       shmLock,  shmBarrier, shmUnmap, 0, 0};

static int openFile(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out) {
    (void)self;
    FaultyFile *ours = (FaultyFile *)file;
    memset(ours, 0, sizeof *ours);
    int code = below->xOpen(below, name, real(file), flags, out);
    if (real(file)->pMethods) ours->base.pMethods = &methods;
    if (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) ours->path = name;
    return code;
}

static int deleteFile(sqlite3_vfs *self, const char *name, int sync) {
    (void)self;
    int code = ask(FAULTY_DELETE, name, 0, 0, 0);
    return code ? code : below->xDelete(below, name, sync);
}

static int access_(sqlite3_vfs *self, const char *name, int flags, int *out) {
    (void)self;
    return below->xAccess(below, name, flags, out);
}
static int fullPath(sqlite3_vfs *self, const char *name, int size, char *out) {
    (void)self;
    return below->xFullPathname(below, name, size, out);
}
static int randomness(sqlite3_vfs *self, int size, char *out) {
    (void)self;
    return below->xRandomness(below, size, out);
}
static int sleep_(sqlite3_vfs *self, int microseconds) {
    (void)self;
    return below->xSleep(below, microseconds);
}
static int now(sqlite3_vfs *self, double *out) {
    (void)self;
    return below->xCurrentTime(below, out);
}
static int lastError(sqlite3_vfs *self, int size, char *out) {
    (void)self;
    return below->xGetLastError(below, size, out);
}

int faulty_disk_install(faulty_observer observer) {
    observe = observer;
    below = sqlite3_vfs_find(0);
    if (!below) return SQLITE_ERROR;
    vfs = (sqlite3_vfs){.iVersion = 1,
                        .szOsFile = (int)sizeof(FaultyFile) + below->szOsFile,
                        .mxPathname = below->mxPathname,
                        .zName = "faulty",
                        .xOpen = openFile,
                        .xDelete = deleteFile,
                        .xAccess = access_,
                        .xFullPathname = fullPath,
                        .xRandomness = randomness,
                        .xSleep = sleep_,
                        .xCurrentTime = now,
                        .xGetLastError = lastError};
    return sqlite3_vfs_register(&vfs, 1);
}
