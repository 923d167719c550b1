"""The collection of certificates that look wrong and are good; and the errors of OpenSSL that no certificate causes."""
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from support import certificate_world as worlds
from support import der, forge
from support.certificate_world import ENDED, NAME, Case
from support.forge import authority, basic, constraints, dns, leaf, names, purposes, subtree, usage, without

SOUND = {
    # Odd, and yet good.
    "a good one": Case(lambda w: w.good()),
    "below an intermediate": Case(lambda w: leaf(w.middle, NAME)),
    "the root is sent along": Case(lambda w: leaf(w.middle, NAME).sent_with(w.middle, w.root)),
    "the chain is in disorder": Case(
        lambda w: (lambda upper: (lambda lower: leaf(lower, NAME).sent_with(upper, lower))(authority("lower", upper)))(
            authority("upper", w.root))),
    "others are sent along": Case(
        lambda w: leaf(w.middle, NAME).sent_with(w.stranger, authority("other", w.stranger), w.middle)),
    "the same is sent twice": Case(lambda w: leaf(w.middle, NAME).sent_with(w.middle, w.middle)),
    "an ended intermediate beside a good one of its key": Case(
        lambda w: leaf(w.middle, NAME).sent_with(
            authority("middle", w.root, key=w.middle.key, dates=ENDED), w.middle)),
    "a strange cross-signature beside a trusted root": Case(
        lambda w: leaf(w.middle, NAME).sent_with(w.middle, authority("trusted root", w.stranger, key=w.root.key))),
    "an ended cross-signature of a trusted root": Case(
        lambda w: leaf(w.middle, NAME).sent_with(
            w.middle, authority("trusted root", w.stranger, key=w.root.key, dates=ENDED))),
    "a strange cross-signature before the good one": Case(
        lambda w: leaf(w.middle, NAME).sent_with(authority("middle", w.stranger, key=w.middle.key), w.middle)),
    "a strange cross-signature and its root before the good one": Case(
        lambda w: leaf(w.middle, NAME).sent_with(
            authority("middle", w.stranger, key=w.middle.key), w.stranger, w.middle)),
    "a namesake of its issuer before it, and no identifier tells them apart": Case(
        lambda w: leaf(w.middle, NAME, change=without(forge.issuer_key_identifier(w.middle.key))).sent_with(
            authority("middle", w.root), w.middle), strict="MISSING_AUTHORITY_KEY_IDENTIFIER"),
    "an issuer that may not issue before one of its name that may": Case(
        lambda w: leaf(w.middle, NAME).sent_with(
            authority("middle", w.root, key=w.middle.key, change=(basic(False),)), w.middle)),
    "a chain of 99": Case(lambda w: worlds.tower(w, 97)),
    "the root's own signature is weak": Case(lambda w: leaf(w.sha1_root, NAME)),
    "upper case": Case(lambda w: leaf(w.root, "DB.Example.ORG")),
    "asked in upper case": Case(lambda w: w.good(), name="DB.EXAMPLE.ORG"),
    "asked with a dot at the end": Case(lambda w: w.good(), name=NAME + "."),
    "a wildcard": Case(lambda w: leaf(w.root, "*.example.org")),
    "a wildcard for a name with an underscore": Case(lambda w: leaf(w.root, "*.example.org"), name="my_db.example.org"),
    "an IDN in its ASCII form": Case(
        lambda w: leaf(w.root, "xn--bcher-kva.example"), name="xn--bcher-kva.example"),
    "the last of many names": Case(
        lambda w: leaf(w.root, *(f"host{number}.example.org" for number in range(500)), NAME)),
    "an address": Case(lambda w: leaf(w.root, forge.address(127, 0, 0, 1)), name=None),
    "no purpose named": Case(lambda w: w.good(change=without(purposes(forge.SERVER)))),
    "no key usage": Case(lambda w: w.good(change=without(usage(0)))),
    "for servers and clients": Case(lambda w: w.good(change=(purposes(forge.SERVER, forge.CLIENT),))),
    "no subject": Case(lambda w: leaf(w.root, change=(names(NAME, critical=True),), subject=None)),
    "a key of RSA 2048": Case(lambda w: w.good(key=forge.rsa_key())),
    "a key of P-384": Case(lambda w: w.good(key=forge.ec_key(ec.SECP384R1))),
    "a key of Ed25519": Case(lambda w: w.good(key=ed25519.Ed25519PrivateKey.generate())),
    "a serial number of zero": Case(lambda w: w.good(serial=0)),
    "a negative serial number": Case(lambda w: w.good(serial=-7)),
    "a serial number of 40 bytes": Case(lambda w: w.good(serial=1 << 319)),
    "an extension that nobody knows and that is not critical": Case(
        lambda w: w.good(change=(forge.extension("1.2.3.4", der.null()),))),
    "a key of Ed448": Case(lambda w: w.good(key=ed448.Ed448PrivateKey.generate())),
    "signed with RSA-PSS": Case(
        lambda w: leaf(authority("RSA middle", w.root, key=forge.rsa_key()), NAME, digest="pss")),
    "self-signed, and trusted itself": Case(lambda w: w.own),
    "an intermediate that is trusted itself": Case(lambda w: leaf(w.trusted_middle, NAME).sent_with()),
    "names that are permitted": Case(
        lambda w: w.below(change=(constraints([subtree(dns("example.org"))]),))),

    # Good enough for most; strict clients refuse them.
    "a path length, but no authority": Case(
        lambda w: w.good(change=(basic(False, 1),)), strict="PATHLEN_INVALID_FOR_NON_CA"),
    "a path length, but it may not sign certificates": Case(
        lambda w: w.good(change=(basic(True, 1),)), strict="PATHLEN_WITHOUT_KU_KEY_CERT_SIGN"),
    "it may sign certificates, but is no authority": Case(
        lambda w: w.good(change=(usage(0, 5),)), strict="KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA"),
    "its issuer has no name": Case(lambda w: w.below(subject=None), strict="ISSUER_NAME_EMPTY"),
    "an authority without a name": Case(
        lambda w: w.good(subject=None, change=(basic(True), usage(0, 5), names(NAME, critical=True))),
        strict="SUBJECT_NAME_EMPTY"),
    "it does not say which key signed it": Case(
        lambda w: w.good(change=without(forge.issuer_key_identifier(w.root.key))),
        strict="MISSING_AUTHORITY_KEY_IDENTIFIER"),
    "its issuer does not say which key it has": Case(
        lambda w: w.below(change=without(forge.key_identifier(w.root.key))), strict="MISSING_SUBJECT_KEY_IDENTIFIER"),
    "its issuer has an empty list of names": Case(
        lambda w: w.below(change=(names(),)), strict="EMPTY_SUBJECT_ALT_NAME"),
    "no subject, and the names are not critical": Case(
        lambda w: w.good(subject=None), strict="EMPTY_SUBJECT_SAN_NOT_CRITICAL"),
    "its issuer's basic constraints are not critical": Case(
        lambda w: w.below(change=(basic(True, critical=False),)), strict="CA_BCONS_NOT_CRITICAL"),
    "its issuer has no key usage": Case(
        lambda w: w.below(change=without(usage(5))), strict="CA_CERT_MISSING_KEY_USAGE"),
    "of version 1, with extensions": Case(lambda w: w.good(version=1), strict="EXTENSIONS_REQUIRE_VERSION_3"),
}

_LISTS = "it is about a revocation list: a server sends none"
_CRYPTIC = "OpenSSL 3 never reports it"
_PROXY = "proxy certificates are refused before"
_SUITE_B = "Suite B is not asked for"
_STAPLES = "OpenSSL judges no OCSP answer itself"
_HERE = "it is about this machine and what it trusts"

# Every other error of OpenSSL, and why no server can cause it.
NOT_BY_A_SERVER = {
    "UNABLE_TO_GET_ISSUER_CERT": "an intermediate authority at hand is enough: nobody asks for its issuer",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": "an issuer that is not known is found before",
    "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY": "an issuer whose key cannot be read is no issuer",
    "SUBJECT_ISSUER_MISMATCH": "an issuer is looked for by its name",
    "KEYUSAGE_NO_CERTSIGN": "one that may not sign is found to be no authority before",
    "SIGNATURE_ALGORITHM_INCONSISTENCY": "the signature does not fit then, which is found before",
    "INVALID_CALL": "it is about this program",
    "APPLICATION_VERIFICATION": "it is for rules of a program's own",
    "EMAIL_MISMATCH": "no mail address is asked for",
    "DANE_NO_MATCH": "no TLSA record is asked for",
    "NO_VALID_SCTS": "certificate transparency is not asked for",
    "NO_EXPLICIT_POLICY": "policies are not asked for",
    "INVALID_POLICY_EXTENSION": "policies are not asked for",
    **dict.fromkeys(("CERT_UNTRUSTED", "CERT_REJECTED", "STORE_LOOKUP", "OUT_OF_MEM"), _HERE),
    **dict.fromkeys(("UNABLE_TO_DECRYPT_CERT_SIGNATURE", "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
                     "UNSUPPORTED_CONSTRAINT_SYNTAX"), _CRYPTIC),
    **dict.fromkeys(("UNABLE_TO_GET_CRL", "UNABLE_TO_GET_CRL_ISSUER", "CRL_SIGNATURE_FAILURE", "CRL_NOT_YET_VALID",
                     "CRL_HAS_EXPIRED", "ERROR_IN_CRL_LAST_UPDATE_FIELD", "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
                     "KEYUSAGE_NO_CRL_SIGN", "UNHANDLED_CRITICAL_CRL_EXTENSION", "DIFFERENT_CRL_SCOPE",
                     "CRL_PATH_VALIDATION_ERROR", "CERT_REVOKED", "PATH_LOOP", "UNSUPPORTED_EXTENSION_FEATURE"),
                    _LISTS),
    **dict.fromkeys(("INVALID_NON_CA", "PROXY_PATH_LENGTH_EXCEEDED", "PROXY_SUBJECT_NAME_VIOLATION",
                     "KEYUSAGE_NO_DIGITAL_SIGNATURE"), _PROXY),
    **dict.fromkeys(("OCSP_VERIFY_NEEDED", "OCSP_VERIFY_FAILED", "OCSP_CERT_UNKNOWN"), _STAPLES),
    **dict.fromkeys(("SUITE_B_INVALID_VERSION", "SUITE_B_INVALID_ALGORITHM", "SUITE_B_INVALID_CURVE",
                     "SUITE_B_INVALID_SIGNATURE_ALGORITHM", "SUITE_B_LOS_NOT_ALLOWED",
                     "SUITE_B_CANNOT_SIGN_P_384_WITH_P_256"), _SUITE_B),
}
