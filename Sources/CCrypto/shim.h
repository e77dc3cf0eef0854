#ifndef GATEWAYD_CCRYPTO_SHIM_H
#define GATEWAYD_CCRYPTO_SHIM_H

#include <openssl/evp.h>
#include <openssl/sha.h>

#endif
