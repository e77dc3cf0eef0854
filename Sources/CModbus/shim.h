#ifndef GATEWAYD_CMODBUS_SHIM_H
#define GATEWAYD_CMODBUS_SHIM_H

#include <modbus/modbus.h>

#endif
