#ifndef GATEWAYD_CCRYPTO_SHIM_H
#define GATEWAYD_CCRYPTO_SHIM_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

static inline int64_t gw_seconds_of(const ASN1_TIME *time) {
    struct tm parts = {0};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

/* Certificate number `index` of a PEM text; NULL: there is none. What OpenSSL has to say about it is dropped. */
static inline X509 *gw_pem_certificate(const uint8_t *pem, int length, int index) {
    X509 *certificate = NULL;
    BIO *text = BIO_new_mem_buf(pem, length);
    for (int place = 0; text != NULL && place <= index; place++) {
        X509_free(certificate);
        certificate = PEM_read_bio_X509(text, NULL, NULL, NULL);
        if (certificate == NULL) break;
    }
    BIO_free(text);
    ERR_clear_error();
    return certificate;
}

/* Since when, and until when, certificate number `index` of a PEM text is valid, in seconds since 1970. False: there is none. */
static inline bool gw_pem_validity(const uint8_t *pem, int length, int index, int64_t *from, int64_t *until) {
    X509 *certificate = gw_pem_certificate(pem, length, index);
    if (certificate == NULL) return false;
    *from = gw_seconds_of(X509_get0_notBefore(certificate));
    *until = gw_seconds_of(X509_get0_notAfter(certificate));
    X509_free(certificate);
    return true;
}

/* Where the first certificate of a PEM text stands that cannot be read, as a place between its first line and its end: whoever
   loads the text as a whole gets nothing of it. -1: every one can be read. */
static inline int gw_pem_damage(const uint8_t *pem, int length) {
    int place = -1;
    BIO *text = BIO_new_mem_buf(pem, length);
    if (text != NULL) {
        X509 *certificate;
        ERR_clear_error();
        while ((certificate = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL) X509_free(certificate);
        unsigned long error = ERR_peek_last_error();
        bool is_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
        if (!is_end) place = length - (int)BIO_pending(text);
    }
    BIO_free(text);
    ERR_clear_error();
    return place;
}

/* For a key that has a pass phrase: gives none, and notes that it was asked for. */
static inline int gw_note_pass_phrase(char *buffer, int size, int rwflag, void *is_asked) {
    (void)buffer, (void)size, (void)rwflag;
    *(bool *)is_asked = true;
    return 0;
}

/* The private key of a PEM text; NULL: there is none that can be used. *is_protected: it has a pass phrase. */
static inline EVP_PKEY *gw_pem_key(const uint8_t *pem, int length, bool *is_protected) {
    *is_protected = false;
    BIO *text = BIO_new_mem_buf(pem, length);
    EVP_PKEY *key = text == NULL ? NULL : PEM_read_bio_PrivateKey(text, NULL, gw_note_pass_phrase, is_protected);
    BIO_free(text);
    ERR_clear_error();
    return key;
}

/* Whether the first certificate of one PEM text and the key of another belong together. */
static inline bool gw_pem_match(const uint8_t *certificates, int length, const uint8_t *key, int key_length) {
    bool is_protected = false;
    X509 *first = gw_pem_certificate(certificates, length, 0);
    EVP_PKEY *secret = gw_pem_key(key, key_length, &is_protected);
    bool fits = first != NULL && secret != NULL && X509_check_private_key(first, secret) == 1;
    X509_free(first);
    EVP_PKEY_free(secret);
    ERR_clear_error();
    return fits;
}

#endif
