#ifndef GATEWAYD_CYAML_SHIM_H
#define GATEWAYD_CYAML_SHIM_H

#include <yaml.h>

#endif
