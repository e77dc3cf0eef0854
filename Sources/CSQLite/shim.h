#ifndef GATEWAYD_CSQLITE_SHIM_H
#define GATEWAYD_CSQLITE_SHIM_H

#include <sqlite3.h>

/* Macros that Swift cannot see. */
static inline sqlite3_destructor_type gw_sqlite_transient(void) { return SQLITE_TRANSIENT; }
/* Whether closing the last connection copies the write-ahead log back and deletes it (it does unless told otherwise). */
static inline int gw_sqlite_tidy_on_close(sqlite3 *database, int tidy) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !tidy, (int *)0);
}

static inline const char *gw_empty_text(void) { return ""; }

#endif
