"""Each way in which a certificate or a handshake is not good enough gets its own code, with the facts, end to end."""
import json
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import tls
from support.failures import Expected

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def authority():
    return tls.Authority("test authority")


@pytest.fixture
def probe(connprobe, servers, authority, tmp_path):
    """Serves a certificate (or whatever a context presents) and probes it, trusting the test's authority."""
    ca_file = authority.write(tmp_path)

    def run(presented, *arguments):
        context = presented if isinstance(presented, ssl.SSLContext) else presented.server_context()
        server = servers.add(tls.handshake(context))
        return connprobe(f"tls://{server.target}", "--cacert", ca_file, *arguments, "--json")
    return run


@pytest.fixture
def probe_listed(servers, authority, tmp_path, connprobe):
    """The same with settings that stand in a file only."""
    ca_file = authority.write(tmp_path)

    def run(context, **settings):
        server = servers.add(tls.handshake(context))
        entry = {"host": HOST, "port": server.port, "tls": {"ca_file": str(ca_file), **settings}}
        return connprobe("-s", "-", "--json", input=json.dumps([entry]))
    return run


def tls_failure(code, message, hint=r"\w"):
    return Expected(code, "tls", "tls", message, hint)


def tampered(leaf):
    """The same certificate with another serial number than the one that was signed."""
    der = leaf.certificate.public_bytes(serialization.Encoding.DER)
    serial = leaf.certificate.serial_number.to_bytes(20, "big").lstrip(b"\0")
    other = serial[:-1] + bytes([serial[-1] ^ 1])
    assert der.count(serial) == 1
    return tls.Leaf(x509.load_der_x509_certificate(der.replace(serial, other)), leaf.key)


def with_root(root):
    leaf = root.issue(HOST)
    return tls.Leaf(leaf.certificate, leaf.key, [root.certificate])


def only_for(domain):
    return x509.NameConstraints(permitted_subtrees=[x509.DNSName(domain)], excluded_subtrees=None)


def unknown_extension():
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


CERTIFICATES = {
    "expired": (
        lambda good: good.issue(HOST, ends=tls.NOW - tls.days(3)),
        tls_failure("certificate_expired", r"^the certificate CN=127\.0\.0\.1 ended on \d{4}-\d\d-\d\d .* UTC, 3 days ago$", "renew")),
    "not valid yet": (
        lambda good: good.issue(HOST, begins=tls.NOW + tls.days(5)),
        tls_failure("certificate_not_yet_valid", r"^the certificate CN=127\.0\.0\.1 begins on .* UTC, in 4 days$", "date -u")),
    "another name": (
        lambda good: good.issue("db.example", "*.example"),
        tls_failure("hostname_mismatch", rf"is for db\.example, \*\.example and ends [-\d]+; the address asked for is {HOST}$",
                    "server_name")),
    "no name": (
        lambda good: good.issue(),
        tls_failure("hostname_mismatch", r"no subject alternative names", "subject alternative names")),
    "an authority that is not trusted": (
        lambda good: tls.Authority("strange authority").issue(HOST),
        tls_failure("unknown_authority", r"issued by CN=strange authority, which .*ca\.pem does not know", "--cacert")),
    "an intermediate that was not sent": (
        lambda good: tls.Authority("in between", issuer=good).issue(HOST, with_chain=False),
        tls_failure("unknown_authority", r"issued by CN=in between.*sent no other certificate$", "full chain")),
    "a root that was sent and is not trusted": (
        lambda good: with_root(tls.Authority("strange root")),
        tls_failure("unknown_authority", r"^the chain ends in the root CN=strange root \(depth 1, valid [-\d]+ to [-\d]+\), which .* not trust$",
                    "--cacert")),
    "self-signed": (
        lambda good: tls.self_signed(HOST),
        tls_failure("self_signed", r"^the certificate CN=127\.0\.0\.1 \(valid [-\d]+ to [-\d]+\) is self-signed", "--cacert")),
    "an RSA key of 1,024 bits": (
        lambda good: good.issue(HOST, key=tls.rsa_key(1024)),
        tls_failure("weak_certificate", r"1024", "2048")),
    "a signature with SHA-1": (
        lambda good: good.issue(HOST, digest=hashes.SHA1()),
        tls_failure("weak_certificate", r"(?i)sha-?1", "SHA-256")),
    "for clients only": (
        lambda good: good.issue(HOST, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        tls_failure("certificate_purpose", r"^the certificate CN=127\.0\.0\.1 .* is for .*not for TLS servers$", "serverAuth")),
    "issued by one that may not issue": (
        lambda good: tls.Authority("no authority", issuer=good, may_issue=False).issue(HOST),
        tls_failure("invalid_authority", r"\w", "CA:TRUE")),
    "a name that its authority may not issue for": (
        lambda good: tls.Authority("narrow", good, extensions=[only_for("example.org")]).issue(HOST, "db.example"),
        tls_failure("name_constraints", r"its authority CN=narrow may issue only for example\.org$", "name constraints")),
    "a critical extension that nobody knows": (
        lambda good: good.issue(HOST, extensions=[unknown_extension()]),
        tls_failure("certificate_invalid", r"critical extension that is not understood", "openssl x509")),
    "altered after it was signed": (
        lambda good: tampered(good.issue(HOST)),
        tls_failure("certificate_bad_signature", r"signature does not fit", "chain")),
}


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_certificate_that_is_not_good_enough_says_why(probe, authority, certificate):
    make, expected = CERTIFICATES[certificate]
    result = expected.check(probe(make(authority), "--retry", "3"))
    assert (result["stopped_by"], result["attempts"]) == ("rule", 1)
    assert result["tls"]["verified"] is False
    assert result["tls"]["certificate"]["fingerprint_sha256"]


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_the_same_certificate_is_only_reported_when_verification_is_off(probe, authority, certificate):
    make, _ = CERTIFICATES[certificate]
    done = probe(make(authority), "--insecure")
    result, = json.loads(done.stdout)["results"]
    assert (result["status"], result["tls"]["verified"]) == ("up", False)
    assert "verification_off" in [warning["code"] for warning in result["warnings"]]
    assert "insecure" in done.stderr


def test_a_server_of_old_has_no_version_in_common(probe, authority):
    old = authority.issue(HOST).server_context(minimum_version=ssl.TLSVersion.TLSv1,
                                               maximum_version=ssl.TLSVersion.TLSv1_1)
    tls_failure("protocol_version", r"TLS 1\.2 to 1\.3", "TLS 1.2").check(probe(old))


def test_a_server_that_is_too_new_has_no_version_in_common(probe_listed, authority):
    new = authority.issue(HOST).server_context(minimum_version=ssl.TLSVersion.TLSv1_3)
    tls_failure("protocol_version", r"TLS 1\.2", "max_version").check(probe_listed(new, max_version="1.2"))


def test_a_server_with_ciphers_that_fit_nothing_has_none_in_common(probe, authority):
    context = authority.issue(HOST).server_context(maximum_version=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # its key is an elliptic curve's
    tls_failure("no_shared_cipher", r"cipher suite", "cipher").check(probe(context))


def test_a_protocol_that_must_be_agreed_on_and_is_not_is_named(probe_listed, authority):
    context = authority.issue(HOST).server_context()
    context.set_alpn_protocols(["http/1.1"])
    done = probe_listed(context, alpn=["h2"], alpn_required=True)
    tls_failure("no_shared_alpn", r"chose no protocol \(ALPN\); offered: h2$", "alpn").check(done)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_demands_a_client_certificate_says_so(probe, authority, tmp_path, version):
    context = authority.issue(HOST).server_context(minimum_version=version, maximum_version=version)
    context.load_verify_locations(authority.write(tmp_path, "clients.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    expected = Expected("client_certificate_required", "auth", "tls", r"demands a client certificate")
    result = expected.check(probe(context, "--retry", "3"))
    assert (result["stopped_by"], result["attempts"]) == ("rule", 1)
    assert result["tls"]["version"] == ("TLSv1.2" if version == ssl.TLSVersion.TLSv1_2 else "TLSv1.3")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_that_is_only_wished_for_changes_nothing(probe, authority, tmp_path, version):
    context = authority.issue(HOST).server_context(minimum_version=version, maximum_version=version)
    context.load_verify_locations(authority.write(tmp_path, "clients.pem"))
    context.verify_mode = ssl.CERT_OPTIONAL
    done = probe(context)
    assert done.returncode == 0, done.stdout
