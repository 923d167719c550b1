"""The collection of certificates that are wrong, one way each, with what is to be said of them."""
from cryptography.hazmat.primitives.asymmetric import ec

from support import certificate_world as worlds
from support import der, forge
from support.certificate_world import ENDED, NAME, NOT_BEGUN, Case
from support.forge import authority, basic, constraints, dns, leaf, names, purposes, subtree, usage, without

DEFECTS = {
    # The dates.
    "it has ended": Case(
        lambda w: w.good(dates=ENDED), "CERT_HAS_EXPIRED", "certificate_expired",
        r"^the certificate CN=leaf ended on 2020-02-29 12:34:56 UTC, \d+ days ago$", "renew"),
    "its intermediate has ended": Case(
        lambda w: w.below(dates=ENDED), "CERT_HAS_EXPIRED", "certificate_expired",
        r"^the authority's certificate CN=middle \(depth 1\) ended on 2020-02-29 12:34:56 UTC, \d+ days ago$",
        "current chain"),
    "its root has ended": Case(
        lambda w: leaf(w.ended_root, NAME), "CERT_HAS_EXPIRED", "certificate_expired",
        r"^the authority's certificate CN=ended root \(depth 1\) ended on", "renew the authority"),
    "it has not begun": Case(
        lambda w: w.good(dates=NOT_BEGUN), "CERT_NOT_YET_VALID", "certificate_not_yet_valid",
        r"^the certificate CN=leaf begins on 2200-01-01 00:00:00 UTC, in \d+ days$", "date -u"),
    "its intermediate has not begun": Case(
        lambda w: w.below(dates=NOT_BEGUN), "CERT_NOT_YET_VALID", "certificate_not_yet_valid",
        r"^the authority's certificate CN=middle \(depth 1\) begins on 2200-01-01", "date -u"),
    "its beginning is no date": Case(
        lambda w: w.good(dates=(der.tlv(0x17, b"991332000000Z"), "29991231235959Z")),
        "ERROR_IN_CERT_NOT_BEFORE_FIELD", "certificate_invalid", r"beginning is no valid date \(CN=leaf\)"),
    "its end is no date": Case(
        lambda w: w.good(dates=("20010101000000Z", der.tlv(0x18, b"next Tuesday"))),
        "ERROR_IN_CERT_NOT_AFTER_FIELD", "certificate_invalid", r"end is no valid date \(CN=leaf\)"),

    "it has ended, and is trusted itself": Case(
        lambda w: w.own_ended, "CERT_HAS_EXPIRED", "certificate_expired", r"^the certificate CN=own ended on", "renew"),

    # Whom it is from.
    "self-signed": Case(
        lambda w: forge.issue("leaf", change=(names(NAME),)), "DEPTH_ZERO_SELF_SIGNED_CERT", "self_signed",
        r"^the certificate CN=leaf is self-signed, and .*ca\.pem does not trust it$", "--cacert"),
    "the chain ends in a strange root": Case(
        lambda w: leaf(w.stranger, NAME).sent_with(w.stranger), "SELF_SIGNED_CERT_IN_CHAIN", "unknown_authority",
        r"^the chain ends in the root CN=strange root \(depth 1\), which .*ca\.pem does not trust$", "--cacert"),
    "the authority is strange": Case(
        lambda w: leaf(w.stranger, NAME), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority",
        r"CN=leaf was issued by CN=strange root, which .*ca\.pem does not know; the server sent no other certificate$",
        "full chain"),
    "the intermediate is missing": Case(
        lambda w: leaf(w.middle, NAME).sent_with(), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority",
        r"issued by CN=middle", "full chain"),
    "the upper intermediate is missing": Case(
        lambda w: worlds.without_top(leaf(authority("lower", authority("upper", w.root)), NAME)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority",
        r"^the chain leads to CN=upper, which .*ca\.pem does not know; its last link is the authority's certificate "
        r"CN=lower \(depth 1\)$", "have the server send the certificate of CN=upper"),
    "another intermediate was sent": Case(
        lambda w: leaf(w.middle, NAME).sent_with(authority("other middle", w.root)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority",
        r"^the chain leads to CN=middle, .*; its last link is the certificate CN=leaf$"),
    "two authorities issued each other": Case(
        lambda w: worlds.loop(w), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority", r"CN="),
    "its issuer has no namesake that is any better": Case(
        lambda w: leaf(w.middle, NAME).sent_with(
            authority("middle", w.stranger, key=w.middle.key),
            authority("middle", w.root, key=w.middle.key, dates=ENDED)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority", r"^the chain leads to CN=strange root, which "),
    "the chain is too long": Case(
        lambda w: worlds.tower(w, 103), "CERT_CHAIN_TOO_LONG", "certificate_invalid", r"too long"),
    "the authority has another key now, and the certificate names the old": Case(
        lambda w: leaf(authority("renewed root"), NAME), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unknown_authority",
        r"^the certificate CN=leaf was not issued by the CN=renewed root at hand: the issuer at hand has another key",
        "which CN=renewed root", cause="AKID_SKID_MISMATCH"),
    "the authority has another key now": Case(
        lambda w: leaf(authority("renewed root"), NAME, change=without(forge.issuer_key_identifier(w.root.key))),
        "CERT_SIGNATURE_FAILURE", "certificate_bad_signature", r"signature .*CN=leaf"),
    "altered after it was signed": Case(
        lambda w: w.good(serial=0x1122334455).altered(b"\x11\x22\x33\x44\x55", b"\x11\x22\x33\x44\x56"),
        "CERT_SIGNATURE_FAILURE", "certificate_bad_signature", r"signature .*CN=leaf"),
    "the intermediate was altered": Case(
        lambda w: (lambda bad: leaf(bad, NAME))(authority("middle", w.root, serial=0x1122334455).altered(
            b"\x11\x22\x33\x44\x55", b"\x11\x22\x33\x44\x56")),
        "CERT_SIGNATURE_FAILURE", "certificate_bad_signature", r"CN=middle"),
    "two algorithms are named": Case(
        lambda w: w.good(signed_as=der.sequence(der.oid("1.2.840.10045.4.3.3"))),
        "CERT_SIGNATURE_FAILURE", "certificate_bad_signature", r"CN=leaf"),

    # Whether the authority may issue.
    "its issuer is a server": Case(
        lambda w: leaf(w.good(subject="shop"), NAME), "INVALID_CA", "invalid_authority", r"CN=shop", "CA:TRUE"),
    "its issuer is of version 1": Case(
        lambda w: leaf(forge.issue("old middle", w.root, version=1, extensions=()), NAME,
                       change=without(forge.issuer_key_identifier(w.root.key))),
        "INVALID_CA", "invalid_authority", r"CN=old middle"),
    "its issuer may not sign certificates": Case(
        lambda w: w.below(change=(usage(6),)), "INVALID_CA", "invalid_authority", r"CN=middle"),
    "the chain is deeper than allowed": Case(
        lambda w: leaf(authority("lower", authority("upper", w.root, change=(basic(True, 0),))), NAME),
        "PATH_LENGTH_EXCEEDED", "invalid_authority", r"CN=upper"),
    "a proxy certificate": Case(
        lambda w: leaf(w.good(subject="shop"), change=(worlds.proxy(),)), "PROXY_CERTIFICATES_NOT_ALLOWED",
        "invalid_authority", r"CN=leaf", by_hand=True),

    # What it is for.
    "for clients only": Case(
        lambda w: w.good(change=(purposes(forge.CLIENT),)), "INVALID_PURPOSE", "certificate_purpose",
        r"^the certificate CN=leaf is for TLS Web Client Authentication, not for TLS servers$", "serverAuth"),
    "for mail and clients": Case(
        lambda w: w.good(change=(purposes(forge.CLIENT, forge.MAIL),)), "INVALID_PURPOSE", "certificate_purpose",
        r"for TLS Web Client Authentication, E-mail Protection, not"),
    "its intermediate is for mail": Case(
        lambda w: w.below(change=(purposes(forge.MAIL),)), "INVALID_PURPOSE", "certificate_purpose",
        r"^the authority's certificate CN=middle \(depth 1\) is for E-mail Protection, not for TLS servers$"),
    "its key may only sign certificates": Case(
        lambda w: w.good(change=(usage(5),)), "INVALID_PURPOSE", "certificate_purpose",
        r"^the certificate CN=leaf was not issued for TLS servers: its key usage forbids it$", "digitalSignature"),

    # For whom.
    "for another name": Case(
        lambda w: leaf(w.root, "a.example.org", "b.example.org"), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"^the certificate is for a\.example\.org, b\.example\.org and ends \d{4}-\d\d-\d\d; the name asked for is db\.example\.org$", "server_name"),
    "the name is in the subject only": Case(
        lambda w: leaf(w.root, subject=NAME), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"no subject alternative names", r"CN=db\.example\.org\) does not count"),
    "no alternative name fits, the subject does": Case(
        lambda w: leaf(w.root, "other.example.org", subject=NAME), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"for other\.example\.org and ends .* asked for is db"),
    "a part of a label is a wildcard": Case(
        lambda w: leaf(w.root, "d*.example.org"), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"d\*\.example\.org and ends .* asked for is db", r"whole first label"),
    "the wildcard is for one label": Case(
        lambda w: leaf(w.root, "*.example.org"), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"\*\.example\.org and ends .* asked for is a\.db", r"one label", name="a.db.example.org"),
    "the wildcard is not for the domain itself": Case(
        lambda w: leaf(w.root, "*.example.org"), "HOSTNAME_MISMATCH", "hostname_mismatch", r"asked for is example\.org",
        r"one label", name="example.org"),
    "the wildcard is for a whole top level": Case(
        lambda w: leaf(w.root, "*.org"), "HOSTNAME_MISMATCH", "hostname_mismatch", r"\*\.org and ends .* asked for is example\.org",
        "top-level", name="example.org"),
    "the wildcard is not the first label": Case(
        lambda w: leaf(w.root, "db.*.org"), "HOSTNAME_MISMATCH", "hostname_mismatch", r"db\.\*\.org and ends .* asked for is db",
        "first label"),
    "the wildcard stands alone": Case(
        lambda w: leaf(w.root, "*"), "HOSTNAME_MISMATCH", "hostname_mismatch", r"for \* and ends .* asked for is db"),
    "a NUL ends the name": Case(
        lambda w: leaf(w.root, dns(NAME.encode() + b"\0.example.com")), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"asked for is db\.example\.org"),
    "a dot ends the name in the certificate": Case(
        lambda w: leaf(w.root, NAME + "."), "HOSTNAME_MISMATCH", "hostname_mismatch", r"asked for is db"),
    "a list of no names": Case(
        lambda w: leaf(w.root, change=(names(),)), "HOSTNAME_MISMATCH", "hostname_mismatch",
        r"no subject alternative names"),
    "another of many names": Case(
        lambda w: leaf(w.root, *(f"host{number}.example.org" for number in range(500))), "HOSTNAME_MISMATCH",
        "hostname_mismatch", r"host0\.example\.org.* and 495 more and ends .* asked for is db"),
    "mail addresses and URIs only": Case(
        lambda w: leaf(w.root, forge.uri(f"https://{NAME}/"), der.implicit(1, b"root@" + NAME.encode())),
        "HOSTNAME_MISMATCH", "hostname_mismatch", r"asked for is db\.example\.org$"),
    "another address": Case(
        lambda w: leaf(w.root, forge.address(192, 0, 2, 1)), "IP_ADDRESS_MISMATCH", "hostname_mismatch",
        r"^the certificate is for 192\.0\.2\.1 and ends \d{4}-\d\d-\d\d; the address asked for is 127\.0\.0\.1$", name=None),
    "the address is a DNS name": Case(
        lambda w: leaf(w.root, "127.0.0.1"), "IP_ADDRESS_MISMATCH", "hostname_mismatch", r"the address asked for is",
        "IP address", name=None),
    "the address is in the subject": Case(
        lambda w: leaf(w.root, subject="127.0.0.1"), "IP_ADDRESS_MISMATCH", "hostname_mismatch",
        r"not for the address 127\.0\.0\.1", name=None),

    # For whom its authority may issue.
    "a name that is not permitted": Case(
        lambda w: w.below(change=(constraints([subtree(dns("example.com"))]),)), "PERMITTED_VIOLATION",
        "name_constraints",
        r"^the certificate CN=leaf is for db\.example\.org, "
        r"but its authority CN=middle may issue only for example\.com$"),
    "a name that is excluded": Case(
        lambda w: w.below(change=(constraints(excluded=[subtree(dns("example.org"))]),)), "EXCLUDED_VIOLATION",
        "name_constraints", r"its authority CN=middle may not issue for example\.org$"),
    "an address that is not permitted": Case(
        lambda w: leaf(authority("middle", w.root, change=(
            constraints([subtree(forge.address(10, 0, 0, 0, 255, 0, 0, 0))]),)), NAME, forge.address(192, 0, 2, 1)),
        "PERMITTED_VIOLATION", "name_constraints",
        r"is for db\.example\.org, 192\.0\.2\.1, but .* may issue only for 10\.0\.0\.0/255\.0\.0\.0$"),
    "constraints with a minimum": Case(
        lambda w: w.below(change=(constraints([subtree(dns("example.org"), der.implicit(0, b"\1"))]),)),
        "SUBTREE_MINMAX", "name_constraints", r"minimum"),
    "constraints of a kind that nobody knows": Case(
        lambda w: leaf(authority("middle", w.root, change=(constraints([subtree(der.implicit(8, b"\x2a\x03"))]),)),
                       NAME, der.implicit(8, b"\x2a\x03")),
        "UNSUPPORTED_CONSTRAINT_TYPE", "name_constraints", r"kind that is not supported"),
    "constraints that are malformed": Case(
        lambda w: leaf(authority("middle", w.root, change=(constraints([subtree(forge.address(10, 0, 0))]),)),
                       NAME, forge.address(10, 0, 0, 1)),
        "UNSUPPORTED_NAME_SYNTAX", "name_constraints", r"malformed"),
    "a name under constraints that is malformed": Case(
        lambda w: leaf(authority("middle", w.root, change=(constraints([subtree(forge.uri("example.org"))]),)),
                       NAME, forge.uri("nonsense")),
        "UNSUPPORTED_NAME_SYNTAX", "name_constraints", r"malformed"),
    "more constraints and names than can be compared": Case(
        lambda w: leaf(authority("middle", w.root, change=(
            constraints(excluded=[subtree(dns(f"{number}.test")) for number in range(1500)]),)),
            NAME, *(f"{number}.example" for number in range(1500))),
        "UNSPECIFIED", "certificate_invalid", r"CN=leaf"),
    "network addresses that its issuer has not": Case(
        lambda w: leaf(authority("middle", w.root, change=(worlds.autonomous(1),)), NAME,
        change=(worlds.autonomous(2),)),
        "UNNESTED_RESOURCE", "name_constraints",
        r"CN=middle, depth 1"),
    "network addresses in disorder": Case(
        lambda w: leaf(w.root, NAME, change=(worlds.autonomous(2, 1),)), "INVALID_EXTENSION", "certificate_invalid",
        r"CN=leaf"),

    # How strong.
    "a key of RSA 1024": Case(
        lambda w: w.good(key=forge.rsa_key(1024)), "EE_KEY_TOO_SMALL", "weak_certificate",
        r"^the key of the certificate CN=leaf is too weak: RSA, 1024 bits$", "2048"),
    "an intermediate of RSA 1024": Case(
        lambda w: w.below(key=forge.rsa_key(1024)), "CA_KEY_TOO_SMALL", "weak_certificate",
        r"^the key of the authority's certificate CN=middle \(depth 1\) is too weak: RSA, 1024 bits$", "2048"),
    "a root of RSA 1024": Case(
        lambda w: leaf(w.weak_root, NAME), "CA_KEY_TOO_SMALL", "weak_certificate", r"CN=weak root.* 1024 bits$"),
    "an intermediate of a small curve": Case(
        lambda w: w.below(key=forge.ec_key(ec.SECP192R1)), "CA_KEY_TOO_SMALL", "weak_certificate",
        r"CN=middle.*EC, 192 bits$"),
    "a key of RSA 2047": Case(
        lambda w: w.good(key=forge.rsa_key(2047)), None, "weak_certificate",
        r"^the key of the certificate CN=leaf is too weak: RSA, 2047 bits$", "2048"),
    "an intermediate of RSA 2047": Case(
        lambda w: w.below(key=forge.rsa_key(2047)), None, "weak_certificate",
        r"^the key of the authority's certificate CN=middle \(depth 1\) is too weak: RSA, 2047 bits$", "2048"),
    "signed with SHA-1": Case(
        lambda w: w.good(digest="sha1"), "CA_MD_TOO_WEAK", "weak_certificate",
        r"^the certificate CN=leaf is signed with ecdsa-with-SHA1, which is too weak$", "SHA-256"),
    "signed with MD5": Case(
        lambda w: leaf(authority("RSA middle", w.root, key=forge.rsa_key()), NAME, digest="md5"), "CA_MD_TOO_WEAK",
        "weak_certificate", r"CN=leaf is signed with md5WithRSAEncryption"),
    "its intermediate is signed with SHA-1": Case(
        lambda w: w.below(digest="sha1"), "CA_MD_TOO_WEAK", "weak_certificate",
        r"^the authority's certificate CN=middle \(depth 1\) is signed with ecdsa-with-SHA1"),

    # How it is made.
    "a critical extension that nobody knows": Case(
        lambda w: w.good(change=(forge.extension("1.2.3.4", der.null(), True),)), "UNHANDLED_CRITICAL_EXTENSION",
        "certificate_invalid", r"critical extension that is not understood.*CN=leaf"),
    "its intermediate has a critical extension that nobody knows": Case(
        lambda w: w.below(change=(forge.extension("1.2.3.4", der.null(), True),)), "UNHANDLED_CRITICAL_EXTENSION",
        "certificate_invalid", r"CN=middle"),

    "its issuer's key identifier is critical": Case(
        lambda w: w.good(change=(forge.issuer_key_identifier(w.root.key, critical=True),)),
        "UNHANDLED_CRITICAL_EXTENSION", "certificate_invalid", r"CN=leaf", cause="AUTHORITY_KEY_IDENTIFIER_CRITICAL"),
    "its key identifier is critical": Case(
        lambda w: (lambda key: w.good(key=key, change=(forge.key_identifier(key, critical=True),)))(forge.ec_key()),
        "UNHANDLED_CRITICAL_EXTENSION", "certificate_invalid", r"CN=leaf", cause="SUBJECT_KEY_IDENTIFIER_CRITICAL"),
    "its issuer's curve is spelt out": Case(
        lambda w: (lambda key: w.below(key=key, public_key=worlds.spelt_out(key)))(forge.ec_key()),
        "EC_KEY_EXPLICIT_PARAMS", "certificate_invalid", r"instead of naming it \(CN=middle, depth 1\)$"),
    "an elliptic curve that nobody knows": Case(
        lambda w: w.good(public_key=worlds.strange_curve()), "EE_KEY_TOO_SMALL", "certificate_invalid",
        r"^the public key of the certificate CN=leaf cannot be read", "P-256",
        by_hand=True),
    "a key of a kind that nobody knows": Case(
        lambda w: w.good(public_key=worlds.strange_key()), "EE_KEY_TOO_SMALL", "certificate_invalid",
        r"^the public key of the certificate CN=leaf cannot be read", "P-256",
        by_hand=True),
    "an intermediate with a key of a kind that nobody knows": Case(
        lambda w: w.below(public_key=worlds.strange_key()), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_invalid",
        r"CN=middle at hand: the issuer's certificate has no public key", cause="NO_ISSUER_PUBLIC_KEY", by_hand=True),
    "a small key": Case(
        lambda w: w.good(key=forge.ec_key(ec.SECP192R1)), "EE_KEY_TOO_SMALL", "weak_certificate", r"EC, 192 bits$",
        by_hand=True),
    "a signature of a kind that nobody knows": Case(
        lambda w: w.good(algorithm=der.sequence(der.oid("1.2.3.4.5"))), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "certificate_invalid", r"CN=leaf.*algorithm that is not supported", cause="UNSUPPORTED_SIGNATURE_ALGORITHM",
        by_hand=True),
    "a signature of another kind than its issuer's key": Case(
        lambda w: w.good(algorithm=der.sequence(der.oid("1.2.840.113549.1.1.11"), der.null())),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_bad_signature", r"CN=leaf.*does not fit its issuer's key",
        cause="SIGNATURE_ALGORITHM_MISMATCH", by_hand=True),
    "an issuer's serial number that is another's": Case(
        lambda w: w.good(change=(forge.issuer_serial("trusted root", 4711),)), "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "unknown_authority", r"CN=trusted root at hand: .*another serial number",
        cause="AKID_ISSUER_SERIAL_MISMATCH"),
    "basic constraints that cannot be read": Case(
        lambda w: w.good(change=(forge.extension("2.5.29.19", b"\x30\x03\x02"),)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_invalid",
        r"CN=leaf has an extension that is malformed or there twice", by_hand=True),
    "alternative names that cannot be read": Case(
        lambda w: w.good(change=(forge.extension("2.5.29.17", b"\x30\x03\x82\x05a"),)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_invalid",
        r"CN=leaf has an extension that is malformed or there twice", by_hand=True),
    "alternative names twice": Case(
        lambda w: w.good(more=(names("other.example.org"),)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_invalid",
        r"CN=leaf has an extension that is malformed or there twice", by_hand=True),
    "a negative path length": Case(
        lambda w: w.below(change=(basic(True, -1),)),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate_invalid", r"or its issuer CN=middle has$", by_hand=True),
    "not a certificate": Case(
        lambda w: forge.Certificate(b"\x30\x03nonsense"[:5], None, None), None, "certificate_invalid",
        r"cannot be read",
        by_hand=True),
    "a certificate that is cut off": Case(
        lambda w: forge.Certificate(w.good().der[:-9], None, None), None, "certificate_invalid", r"cannot be read",
        by_hand=True),
    "bytes after the certificate": Case(
        lambda w: forge.Certificate(w.good().der + b"more", None, None), None, "certificate_invalid",
        r"bytes after its end",
        by_hand=True),
    "no certificate": Case(
        lambda w: None, None, "handshake_failure", r"malformed", by_hand=True),
}
