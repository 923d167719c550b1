// The headers whose error macros must each have a row in the program's tables; the build lists the macros with -dM.
#include <ares.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/ssl3.h>
#include <openssl/tls1.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
