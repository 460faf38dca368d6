// The part of OpenSSL's libcrypto (3.0 or later) that the crypto suite `sm` uses. TLS does not come from here.

#ifndef ZHENGLIAN_COPENSSL_SHIM_H
#define ZHENGLIAN_COPENSSL_SHIM_H

#include <openssl/opensslv.h>

#if OPENSSL_VERSION_MAJOR < 3
#error "OpenSSL 3.0 or later is needed: install libssl-dev (Debian, Ubuntu) or openssl@3 (Homebrew)"
#endif

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

// OpenSSL keeps some of the strings that it is given. From here they are literals; Swift would hand it copies that are
// gone when the call is over.

static inline EVP_PKEY_CTX *zhenglian_sm2_context(void) { return EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL); }

static inline OSSL_PARAM zhenglian_sm2_curve_parameter(void) {
    return OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0);
}

static inline OSSL_PARAM zhenglian_point_parameter(void *bytes, size_t count) {
    return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes, count);
}

// Macros that Swift does not import.

static const int ZHENGLIAN_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY;

static inline void zhenglian_clear_free(void *bytes, size_t count) { OPENSSL_clear_free(bytes, count); }

#endif
