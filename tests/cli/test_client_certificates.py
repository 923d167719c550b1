"""What a server that asks for a client certificate is shown, and what is wrong with the files it comes from."""
import json
import ssl

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import tls
from support.failures import Expected

HOST = "127.0.0.1"
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
PASSPHRASE = "correct horse"


@pytest.fixture(scope="module")
def clients():
    return tls.Authority("clients")


@pytest.fixture(scope="module")
def ours(clients):
    return tls.Authority("some clients", issuer=clients).issue("client", usage=ExtendedKeyUsageOID.CLIENT_AUTH)


@pytest.fixture
def demanding(servers, clients, tmp_path):
    """The target of a server that lets in whom the authority has issued for."""
    def start(version=ssl.TLSVersion.TLSv1_3):
        context = tls.self_signed(HOST).server_context(minimum_version=version, maximum_version=version)
        context.load_verify_locations(clients.write(tmp_path, "clients.pem"))
        context.verify_mode = ssl.CERT_REQUIRED
        return f"tls://{servers.add(tls.handshake(context)).target}"
    return start


def locked(leaf):
    return leaf.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                  serialization.BestAvailableEncryption(PASSPHRASE.encode())).decode()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_certificate_that_is_shown_opens_the_door(connprobe, demanding, ours, tmp_path, version):
    certificate, key = ours.write(tmp_path, "client")
    both = tmp_path / "both.pem"
    both.write_text(ours.key_pem + ours.pem)
    target = demanding(version)
    for options in (("--cert", certificate, "--key", key), ("--cert", both)):
        done = connprobe(target, "-k", *options)
        assert done.returncode == 0, done.stdout


def test_a_key_s_passphrase_comes_from_a_variable_and_is_never_shown(connprobe, demanding, ours, tmp_path):
    certificate, key = ours.write(tmp_path, "client")
    key.write_text(locked(ours))
    archive = tmp_path / "client.p12"
    archive.write_bytes(pkcs12.serialize_key_and_certificates(
        b"client", ours.key, ours.certificate, ours.chain,
        serialization.BestAvailableEncryption(PASSPHRASE.encode())))
    files = {"cert_file": str(certificate), "key_file": str(key)}
    target = demanding()
    for settings in (files, {"pkcs12_file": str(archive)}):
        server = {"url": target, "tls": {**settings, "key_passphrase_env": "CLIENT_KEY", "insecure": True}}
        for arguments in ((), ("--json", "-vv"), ("--dry-run",)):
            done = connprobe("-s", "-", *arguments, input=json.dumps([server]), env={"CLIENT_KEY": PASSPHRASE})
            assert done.returncode == 0, done.stderr
            assert PASSPHRASE not in done.stdout + done.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_a_certificate_that_is_refused_is_told_with_its_name(connprobe, demanding, tmp_path, version):
    stranger = tls.Authority("strangers").issue("a stranger", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    certificate, key = stranger.write(tmp_path, "client")
    done = connprobe(demanding(version), "-k", "--cert", certificate, "--key", key, "--retry", "3", "--json")
    expected = Expected("client_certificate_rejected", "auth", "tls",
                        r"^the server does not know .*: CN=a stranger, issued by CN=strangers \(alert unknown_ca\)$")
    assert expected.check(done)["attempts"] == 1


@pytest.mark.parametrize("words, hint", [("No required SSL certificate was sent", "give one (--cert, --key)"),
                                         ("The SSL certificate error", "does not accept the client certificate")])
def test_a_refusal_that_comes_as_an_answer_of_http_is_told_as_such(connprobe, servers, clients, words, hint):
    """nginx shakes hands with everyone, and refuses then; its explanation comes after the head."""
    def refuse(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.sendall(f"<head><title>400 {words}</title></head>".encode())
    context = tls.self_signed(HOST).server_context()
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=clients.pem)
    server = servers.add(tls.handshake(context, then=refuse))
    error = connprobe.json(f"https://{server.target}", "-k")[0]["results"][0]["error"]
    assert (error["phase"], error["class"], error["code"]) == ("check", "check", "unexpected_status")
    assert hint in error["hint"]


def faults(connprobe, settings, env=None):
    done = connprobe("-s", "-", input=json.dumps([{"host": "127.0.0.1", "port": 1, "tls": settings}]), env=env or {})
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
    return done.stderr


def test_what_is_wrong_with_the_files_is_said_before_anything_is_sent(connprobe, ours, tmp_path):
    certificate, key = map(str, ours.write(tmp_path, "client"))
    other = str(tls.self_signed("other").write(tmp_path, "other")[1])
    closed = tmp_path / "closed.key"
    closed.write_text(locked(ours))
    rows = [
        ({"cert_file": "/nonexistent"}, "/nonexistent: cannot be read: No such file or directory"),
        ({"cert_file": key}, f"{key}: holds no certificate: expected a line -----BEGIN CERTIFICATE-----"),
        ({"cert_file": certificate}, f"{certificate}: holds a certificate but no private key: name its file with key_file"),
        ({"cert_file": certificate, "key_file": other},
         f"{other}: the key does not belong to the first certificate in {certificate} (CN=client)"),
        ({"cert_file": certificate, "key_file": str(closed)}, f"{closed}: the key is encrypted: give its passphrase"),
        ({"cert_file": certificate, "key_file": str(closed), "key_passphrase_env": "CLIENT_KEY"},
         "the passphrase in the variable of key_passphrase_env does not open it"),
        ({"pkcs12_file": certificate}, "is not PKCS#12 but PEM: give it as cert_file"),
        ({"cert_file": certificate, "key_file": key, "pkcs12_file": key}, "pkcs12_file beside cert_file"),
        ({"pkcs12_file": key, "key_file": key}, "pkcs12_file beside key_file"),
        ({"key_file": key}, "key_file without cert_file: a key alone shows nothing"),
        ({"cert_file": certificate, "key_passphrase_env": "NOT_SET"},
         "tls.key_passphrase_env: the variable NOT_SET is not set"),
        ({"ca_dir": str(tmp_path)}, f"{tmp_path}: holds no certificates under hashed names: run `openssl rehash"),
    ]
    for settings, expected in rows:
        assert expected in faults(connprobe, settings, {"CLIENT_KEY": "wrong"}), settings


def test_the_file_nearer_to_the_server_counts(connprobe, demanding, ours, tmp_path):
    certificate, key = map(str, ours.write(tmp_path, "client"))
    listed = {"defaults": {"tls": {"pkcs12_file": "/nonexistent", "insecure": True}},
              "servers": [{"url": demanding(), "tls": {"cert_file": certificate, "key_file": key}}]}
    done = connprobe("-s", "-", input=json.dumps(listed))
    assert done.returncode == 0, done.stdout + done.stderr
