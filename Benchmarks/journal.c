/* The reference for the journal: the same rows in the same table with the same commits, straight into SQLite. WAL,
   synchronous=FULL, ROWS a transaction; no hash, no check, no other thread.

   usage: journal FILE BYTES ROWS_A_COMMIT ROWS      prints rows per second */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int size = atoi(argv[2]), commit = atoi(argv[3]), rows = atoi(argv[4]);
    sqlite3 *database;
    sqlite3_stmt *insert;
    char *body = malloc((size_t)size + 1);
    if (sqlite3_open(argv[1], &database) != SQLITE_OK) return 1;
    sqlite3_exec(
        database,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE record(seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, kind TEXT NOT NULL, outlet TEXT NOT NULL,"
        " ts INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB);"
        "CREATE INDEX record_by_kind ON record(kind);",
        NULL, NULL, NULL);
    sqlite3_prepare_v2(database, "INSERT INTO record VALUES(?1, 1, 'minute', 'stack-1', ?2, ?3, ?4)", -1, &insert, NULL);
    memset(body, 'x', (size_t)size);
    static const char hash[32];
    double start = now();
    for (int row = 0; row < rows; row++) {
        if (row % commit == 0) sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        int length = snprintf(body, (size_t)size, "{\"v\":1,\"gateway\":\"fleet\",\"seq\":%d", row + 1);
        body[length] = 'x';
        sqlite3_bind_int64(insert, 1, row + 1);
        sqlite3_bind_int64(insert, 2, 1795227600000);
        sqlite3_bind_text(insert, 3, body, size, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 4, hash, sizeof hash, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) return 1;
        sqlite3_reset(insert);
        if (row % commit == commit - 1 || row == rows - 1)
            if (sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) return 1;
    }
    printf("%.0f\n", rows / (now() - start));
    sqlite3_close(database);
    return 0;
}
