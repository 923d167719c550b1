"""The authorities that certificates of the collection come from, and the odd parts that some of them have."""
from support import der, forge
from support.forge import authority, leaf

NAME = "db.example.org"
ENDED = "20010101000000Z", "20200229123456Z"
NOT_BEGUN = "22000101000000Z", "22000201000000Z"


class World:
    """The authorities; the first few are trusted."""

    def __init__(self):
        self.root = authority("trusted root")
        self.middle = authority("middle", self.root)
        self.ended_root = authority("ended root", dates=ENDED)
        self.sha1_root = authority("SHA-1 root", digest="sha1")
        self.weak_root = authority("weak root", key=forge.rsa_key(1024))
        self.renewed = authority("renewed root")
        self.stranger = authority("strange root")
        self.own = forge.issue("own", change=(forge.names(NAME),))
        self.own_ended = forge.issue("own", change=(forge.names(NAME),), dates=ENDED)
        self.trusted_middle = authority("trusted middle", self.stranger)
        self.trusted = [self.root, self.ended_root, self.sha1_root, self.weak_root, self.renewed, self.own,
                        self.own_ended, self.trusted_middle]

    def good(self, *, change=(), **others):
        return leaf(self.root, NAME, change=change, **others)

    def below(self, **others):
        """A good certificate whose issuer is an intermediate authority, which is not as it should be."""
        return leaf(authority(others.pop("subject", "middle"), others.pop("issuer", self.root), **others), NAME)


class Case:
    """`error` is OpenSSL's name for what is wrong, without X509_V_ERR_; none for a certificate that is good. `cause` is
    the one behind it, which OpenSSL keeps to itself; `strict` is what only strict clients find. What its own server
    would not load is sent `by_hand`."""

    def __init__(self, make, error=None, code=None, message=None, hint=r"\w", *, name=NAME, cause=None, by_hand=False,
                 strict=None):
        self.make, self.error, self.code, self.message, self.hint = make, error, code, message, hint
        self.name, self.cause, self.by_hand, self.strict = name, cause, by_hand, strict


def spelt_out(key):
    """A public key on P-256 that gives the curve's numbers in place of its name (SEC 1, C.2)."""
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    base = bytes.fromhex("046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
                         "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(prime))
    curve = der.sequence(der.octets((prime - 3).to_bytes(32, "big")), der.octets(b.to_bytes(32, "big")))
    numbers = der.sequence(der.integer(1), field, curve, der.octets(base), der.integer(order), der.integer(1))
    point = forge.spki(key)[-65:]
    return der.sequence(der.sequence(der.oid("1.2.840.10045.2.1"), numbers), der.bits(point))


def strange_key():
    return der.sequence(der.sequence(der.oid("1.2.3.4.6")), der.bits(b"\4" * 65))


def strange_curve():
    return der.sequence(der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.3.4.7")), der.bits(b"\4" * 65))


def proxy():
    """proxyCertInfo of RFC 3820: inherits all."""
    return forge.extension("1.3.6.1.5.5.7.1.14", der.sequence(der.sequence(der.oid("1.3.6.1.5.5.7.21.1"))), True)


def autonomous(*numbers):
    """Numbers of autonomous systems, RFC 3779 §3.2.3."""
    listed = der.sequence(*map(der.integer, numbers))
    return forge.extension("1.3.6.1.5.5.7.1.8", der.sequence(der.explicit(0, listed)), True)


def without_top(certificate):
    return certificate.sent_with(*certificate.chain[:-1])


def loop(w):
    one_key, other_key = forge.ec_key(), forge.ec_key()
    one = forge.Certificate(b"", one_key, "one")
    other = authority("other", one, key=other_key)
    one = authority("one", forge.Certificate(b"", other_key, "other"), key=one_key)
    return leaf(one, NAME).sent_with(one, other)


def tower(w, height):
    """A chain of so many intermediates."""
    below, key = w.root, forge.ec_key()
    for number in range(height):
        below = authority(f"floor {number}", below, key=key)
    return leaf(below, NAME)
