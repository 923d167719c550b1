"""Certificates by hand, field by field, so that any field can be wrong. All dates are handed in: nothing rots."""
import base64
import functools
import hashlib
import itertools
import tempfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, ed448, padding, rsa

from support import der

VALID = "20010101000000Z", "29991231235959Z"

_COMMON_NAME = "2.5.4.3"
_EXTENSION = "2.5.29."
_SUBJECT_KEY, _KEY_USAGE, _NAMES, _BASIC, _CONSTRAINTS, _ISSUER_KEY, _PURPOSES = (
    _EXTENSION + number for number in ("14", "15", "17", "19", "30", "35", "37"))
SERVER, CLIENT, MAIL = ("1.3.6.1.5.5.7.3." + number for number in "124")

# How an AlgorithmIdentifier names a signature: by key and digest.
_SIGNATURES = {
    ("ec", "sha1"): "1.2.840.10045.4.1", ("ec", "sha256"): "1.2.840.10045.4.3.2",
    ("ec", "sha384"): "1.2.840.10045.4.3.3", ("rsa", "md5"): "1.2.840.113549.1.1.4",
    ("rsa", "sha1"): "1.2.840.113549.1.1.5", ("rsa", "sha256"): "1.2.840.113549.1.1.11",
}
_SERIALS = itertools.count(0x100001)
_DIGESTS = {"md5": hashes.MD5, "sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384}


def ec_key(curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def brainpool_key():
    return ec_key(ec.BrainpoolP256R1)


@functools.cache
def rsa_key(bits=2048):
    """The same for all: making one takes its time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def name(common_name):
    """An empty one for None; bytes are taken as they are."""
    if common_name is None:
        return der.sequence()
    text = common_name if isinstance(common_name, bytes) else der.utf8(common_name)
    return der.sequence(der.set_of(der.sequence(der.oid(_COMMON_NAME), text)))


# Extensions: pairs of an object identifier and the whole extension.

def extension(identifier, value, critical=False):
    flag = [der.boolean(True)] if critical else []
    return identifier, der.sequence(der.oid(identifier), *flag, der.octets(value))


def basic(authority, path_length=None, critical=True):
    parts = ([der.boolean(True)] if authority else []) + ([] if path_length is None else [der.integer(path_length)])
    return extension(_BASIC, der.sequence(*parts), critical)


def usage(*bits):
    """Bits of RFC 5280 §4.2.1.3: 0 digitalSignature, 2 keyEncipherment, 5 keyCertSign, 6 cRLSign."""
    return extension(_KEY_USAGE, der.named_bits(*bits), True)


def purposes(*identifiers):
    return extension(_PURPOSES, der.sequence(*map(der.oid, identifiers)))


def dns(text):
    return der.implicit(2, text if isinstance(text, bytes) else text.encode())


def address(*numbers):
    return der.implicit(7, bytes(numbers))


def uri(text):
    return der.implicit(6, text.encode())


def names(*alternatives, critical=False):
    """Subject alternative names; text is a DNS name."""
    listed = [dns(one) if isinstance(one, str) else one for one in alternatives]
    return extension(_NAMES, der.sequence(*listed), critical)


def subtree(general_name, *limits):
    return der.sequence(general_name, *limits)


def constraints(permitted=(), excluded=()):
    parts = [der.explicit(number, *subtrees) for number, subtrees in enumerate((permitted, excluded)) if subtrees]
    return extension(_CONSTRAINTS, der.sequence(*parts), True)


def key_identifier(key, critical=False):
    return extension(_SUBJECT_KEY, der.octets(_identifier(key)), critical)


def issuer_key_identifier(key, critical=False):
    return extension(_ISSUER_KEY, der.sequence(der.implicit(0, _identifier(key))), critical)


def issuer_serial(issuer, serial):
    """Says which certificate of its issuer signed it, by name and number."""
    general = der.explicit(1, der.explicit(4, name(issuer)))
    number = der.implicit(2, der.integer(serial)[2:])
    return extension(_ISSUER_KEY, der.sequence(general, number))


def without(*makers):
    """Extensions to leave out, named by any one of their kind."""
    return tuple((identifier, None) for identifier, _ in makers)


def _identifier(key):
    return hashlib.sha1(spki(key)).digest()


class Certificate:
    """A certificate with its key and the certificates that a server sends after it."""

    def __init__(self, content, key, subject, chain=(), is_root=False):
        self.der, self.key, self.subject, self.chain, self.is_root = content, key, subject, tuple(chain), is_root

    @property
    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                      serialization.NoEncryption()).decode()

    def sent_with(self, *chain):
        return Certificate(self.der, self.key, self.subject, chain)

    def altered(self, before, after):
        """With some bytes replaced once all is signed."""
        assert self.der.count(before) == 1 and len(before) == len(after)
        return Certificate(self.der.replace(before, after), self.key, self.subject, self.chain)

    def pem(self):
        return "".join(pem(one) for one in (self, *self.chain))

    def load_into(self, context):
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(self.key_pem + self.pem())
            file.flush()
            context.load_cert_chain(file.name)


def pem(certificate):
    lines = base64.encodebytes(certificate.der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"


def issue(subject, issuer=None, *, key=None, change=(), dates=VALID, digest="sha256", serial=None, version=3,
          authority=False, algorithm=None, signed_as=None, public_key=None, extensions=None, more=()):
    """Issued by `issuer`, self-signed without one. `change` replaces, adds or (with None) drops extensions,
    `extensions` replaces them all, `more` come after them. `algorithm` is named in place of the one that signs, and
    `signed_as` inside what is signed."""
    key = key or ec_key()
    signer = issuer.key if issuer else key
    algorithm = algorithm or _algorithm(signer, digest)
    begins, ends = dates
    parts = [
        *([der.explicit(0, der.integer(version - 1))] if version > 1 else []),
        der.integer(next(_SERIALS) if serial is None else serial),
        signed_as or algorithm,
        name(issuer.subject if issuer else subject),
        der.sequence(_date(begins), _date(ends)),
        name(subject),
        public_key or spki(key),
    ]
    if extensions is None:
        extensions = _changed(_usual(key, signer, authority, issuer), change)
    if extensions or more:
        parts.append(der.explicit(3, der.sequence(*extensions, *(whole for _, whole in more))))
    body = der.sequence(*parts)
    signed = der.sequence(body, algorithm, der.bits(_sign(signer, body, digest)))
    chain = () if issuer is None or issuer.is_root else (issuer, *issuer.chain)
    return Certificate(signed, key, subject, chain, is_root=issuer is None)


def leaf(issuer, *alternatives, subject="leaf", change=(), **others):
    """A server's certificate; good unless told otherwise."""
    return issue(subject, issuer, change=((names(*alternatives),) if alternatives else ()) + tuple(change), **others)


def authority(subject, issuer=None, change=(), **others):
    return issue(subject, issuer, change=change, authority=True, **others)


def _date(date):
    return date if isinstance(date, bytes) else der.time(date)


def _usual(key, signer, is_authority, issuer):
    kind = [basic(True), usage(5, 6)] if is_authority else [basic(False), usage(0), purposes(SERVER)]
    origin = [issuer_key_identifier(signer)] if issuer else []
    return [*kind, key_identifier(key), *origin]


def _changed(usual, change):
    found = dict(usual)
    found.update(change)
    return [whole for whole in found.values() if whole is not None]


def _algorithm(key, digest):
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return der.sequence(der.oid("1.3.101.112"))
    if isinstance(key, ed448.Ed448PrivateKey):
        return der.sequence(der.oid("1.3.101.113"))
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return der.sequence(der.oid(_SIGNATURES["ec", digest]))
    if digest == "pss":
        sha256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.null())
        mask = der.sequence(der.oid("1.2.840.113549.1.1.8"), sha256)
        parts = der.explicit(0, sha256), der.explicit(1, mask), der.explicit(2, der.integer(32))
        return der.sequence(der.oid("1.2.840.113549.1.1.10"), der.sequence(*parts))
    return der.sequence(der.oid(_SIGNATURES["rsa", digest]), der.null())


def _sign(key, body, digest):
    if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        return key.sign(body)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(body, ec.ECDSA(_DIGESTS[digest]()))
    if digest == "pss":
        return key.sign(body, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return key.sign(body, padding.PKCS1v15(), _DIGESTS[digest]())
