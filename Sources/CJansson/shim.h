#ifndef GATEWAYD_CJANSSON_SHIM_H
#define GATEWAYD_CJANSSON_SHIM_H

#include <jansson.h>

/* The type is a field of an enum type, which Swift imports with its own names: as a plain number it is easier to switch. */
static inline int gw_json_type(const json_t *value) { return (int)value->type; }

/* A macro that Swift cannot call: releases a value with all it holds. */
static inline void gw_json_release(json_t *value) { json_decref(value); }

#endif
