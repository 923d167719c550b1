"""TLS servers with certificates of every defect, of authorities made for the moment."""
import datetime
import ipaddress
import ssl
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from support import tcp

NOW = datetime.datetime.utcnow().replace(microsecond=0)


def days(number):
    return datetime.timedelta(days=number)


def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _alternative_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


class Leaf:
    """A certificate with its key and the chain that a server sends with it."""

    def __init__(self, certificate, key, chain=()):
        self.certificate, self.key, self.chain = certificate, key, tuple(chain)

    @property
    def pem(self):
        return "".join(map(_pem, (self.certificate, *self.chain)))

    @property
    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                      serialization.NoEncryption()).decode()

    def write(self, directory, name="server"):
        """Writes NAME.pem and NAME.key and returns both paths."""
        certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
        certificate.write_text(self.pem)
        key.write_text(self.key_pem)
        key.chmod(0o600)
        return certificate, key

    def server_context(self, **attributes):
        """An ssl.SSLContext that presents it; attributes such as minimum_version are set on it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(self.key_pem + self.pem)
            file.flush()
            context.load_cert_chain(file.name)
        for name, value in attributes.items():
            setattr(context, name, value)
        return context


class Authority:
    """Issues certificates; by itself or, with an issuer, as an intermediate one."""

    def __init__(self, name="test authority", issuer=None, may_issue=True, key=None, extensions=()):
        self.key = key or ec_key()
        signer = issuer or self
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _builder(self.name, signer.name, self.key, NOW - days(400), NOW + days(4000))
        builder = builder.add_extension(x509.BasicConstraints(ca=may_issue, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(certificates=may_issue), critical=True)
        self.certificate = _sign(_with(builder, extensions), signer.key)
        self.chain = (self.certificate, *issuer.chain) if issuer else ()

    @property
    def pem(self):
        return _pem(self.certificate)

    def write(self, directory, name="ca.pem"):
        path = directory / name
        path.write_text(self.pem)
        return path

    def issue(self, *names, begins=None, ends=NOW + days(90), key=None, usage=ExtendedKeyUsageOID.SERVER_AUTH,
              digest=None, with_chain=True, extensions=()):
        begins = begins or min(NOW, ends) - days(1)
        key = key or ec_key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0] if names else "nameless")])
        builder = _builder(subject, self.name, key, begins, ends)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(issuer_key, critical=False)
        if names:
            alternatives = x509.SubjectAlternativeName(list(map(_alternative_name, names)))
            builder = builder.add_extension(alternatives, critical=False)
        signed = _sign(_with(builder, extensions), self.key, digest)
        return Leaf(signed, key, self.chain if with_chain else ())


def self_signed(*names):
    key = ec_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    builder = _builder(subject, subject, key, NOW - days(1), NOW + days(90))
    alternatives = x509.SubjectAlternativeName(list(map(_alternative_name, names)))
    return Leaf(_sign(builder.add_extension(alternatives, critical=False), key), key)


def _builder(subject, issuer, key, begins, ends):
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))


def _key_usage(certificates=False):
    return x509.KeyUsage(digital_signature=not certificates, key_cert_sign=certificates, crl_sign=certificates,
                         content_commitment=False, key_encipherment=False, data_encipherment=False,
                         key_agreement=False, encipher_only=False, decipher_only=False)


def _with(builder, extensions):
    for extension in extensions:
        builder = builder.add_extension(extension, critical=not isinstance(extension, x509.TLSFeature))
    return builder


def _sign(builder, key, digest=None):
    return builder.sign(key, digest or hashes.SHA256())


def handshake(context, then=tcp.hold):
    """A handler that shakes hands and hands the TLS connection on; a client that breaks off is no fault."""
    def handler(connection):
        # The servers' own object stays usable: stopping shuts it.
        with context.wrap_socket(connection.dup(), server_side=True) as secured:
            then(secured)
    return handler
