#ifndef GATEWAYD_FAULTY_DISK_H
#define GATEWAYD_FAULTY_DISK_H

/* A disk between SQLite and the real one: it tells what is written and synced, and fails when it is told to. */

enum faulty_operation { FAULTY_READ, FAULTY_WRITE, FAULTY_SYNC, FAULTY_TRUNCATE, FAULTY_DELETE };

/* Called before each operation on a database or its log, on the thread that does it; `size` bytes of `data` at `offset`
   (FAULTY_TRUNCATE: `size` is the new size). Returns 0 to let it happen, or the SQLite code that it shall fail with. */
typedef int (*faulty_observer)(enum faulty_operation operation, const char *path, const void *data, long long size,
                               long long offset);

/* Makes it the disk of all connections opened from now on. Call once, before any is opened. */
int faulty_disk_install(faulty_observer observer);

#endif
