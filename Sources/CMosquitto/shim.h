#ifndef GATEWAYD_CMOSQUITTO_SHIM_H
#define GATEWAYD_CMOSQUITTO_SHIM_H

#include <mosquitto.h>

#endif
