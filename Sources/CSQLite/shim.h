#ifndef GATEWAYD_CSQLITE_SHIM_H
#define GATEWAYD_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
