"""A server that wants a client certificate says so late with TLS 1.3: it is heard, however long the way is."""
import contextlib
import socket
import ssl
import threading
import time

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from support import tcp, tls
from support.delayed_path import SERVER
from support.failures import Expected


@pytest.fixture(scope="module")
def authority():
    return tls.Authority()


@pytest.fixture
def probe(connprobe, slow_path, servers, authority, tmp_path):
    """A server that asks for a client certificate, probed over the slow path; the handshake's version is given."""
    ca_file = authority.write(tmp_path)

    def run(version, demand, *arguments, **attributes):
        context = authority.issue(SERVER[0]).server_context(maximum_version=ssl.TLSVersion[version], **attributes)
        context.verify_mode = demand
        context.load_verify_locations(cadata=authority.pem)
        with slow_path.server.entered():
            server = servers.add(tls.handshake(context), host=SERVER[0])
        return connprobe.inside(slow_path.client)(f"tls://{server.target}", "--cacert", ca_file, "--json", *arguments)
    return run


REQUIRED = Expected("client_certificate_required", "auth", "tls", "^the server demands a client certificate", "cert")


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_without_a_certificate_the_refusal_is_told(probe, version):
    REQUIRED.check(probe(version, ssl.CERT_REQUIRED))


def shown(authority, directory):
    certificate, key = authority.issue("client", usage=ExtendedKeyUsageOID.CLIENT_AUTH).write(directory, "client")
    return "--cert", certificate, "--key", key


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_certificate_that_is_accepted_is_up_and_a_strange_one_is_not(probe, authority, tmp_path, version):
    done = probe(version, ssl.CERT_REQUIRED, *shown(authority, tmp_path))
    assert done.returncode == 0, done.stdout
    Expected("client_certificate_rejected", "auth", "tls", "CN=client, issued by CN=another", "cert").check(
        probe(version, ssl.CERT_REQUIRED, *shown(tls.Authority("another"), tmp_path)))


@pytest.mark.parametrize("tickets", [0, 2])
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_server_that_can_do_without_is_up(probe, version, tickets):
    done = probe(version, ssl.CERT_OPTIONAL, num_tickets=tickets)
    assert done.returncode == 0, done.stdout


def relay(port, seconds):
    """What a relay near by makes of a server far away: connecting is quick, every answer comes late."""
    def forward(here, there, pause=0):
        with there, contextlib.suppress(OSError):  # whoever refuses hangs up
            while chunk := here.recv(65536):
                time.sleep(pause)
                there.sendall(chunk)
            there.shutdown(socket.SHUT_WR)

    def handler(connection):
        far = socket.create_connection(("127.0.0.1", port))
        back = threading.Thread(target=forward, args=(far.dup(), connection.dup()))
        back.start()
        forward(connection, far, seconds)
        back.join()
    return handler


def test_a_relay_that_is_nearer_than_its_server_hides_no_refusal(connprobe, servers, authority, tmp_path):
    context = authority.issue("127.0.0.1").server_context(minimum_version=ssl.TLSVersion.TLSv1_3)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem)
    near = servers.add(relay(servers.add(tls.handshake(context)).port, 0.15))
    REQUIRED.check(connprobe(f"tls://{near.target}", "--cacert", authority.write(tmp_path), "--json"))


def test_a_server_without_tickets_that_hangs_up_has_not_agreed(connprobe, servers, authority, tmp_path):
    context = authority.issue("127.0.0.1").server_context(minimum_version=ssl.TLSVersion.TLSv1_3, num_tickets=0)
    context.verify_mode = ssl.CERT_OPTIONAL
    server = servers.add(tls.handshake(context, then=tcp.close_at_once))
    Expected("connection_closed", "network", "tls", "after the handshake$", "client certificate").check(
        connprobe(f"tls://{server.target}", "--cacert", authority.write(tmp_path), "--json"))


def test_a_limit_that_ends_before_a_refusal_can_come_is_no_agreement(connprobe, slow_path, servers, authority, tmp_path):
    context = authority.issue(SERVER[0]).server_context(minimum_version=ssl.TLSVersion.TLSv1_3)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem)
    with slow_path.server.entered():
        server = servers.add(tls.handshake(context), host=SERVER[0])
    trip = slow_path.round_trip_ms
    for limit in (2.1 * trip, 2.5 * trip, 2.9 * trip):  # the handshake takes two, the refusal three
        done = connprobe.inside(slow_path.client)(f"tls://{server.target}", "--cacert", authority.write(tmp_path),
                                                  "--attempt-timeout", f"{limit:.0f}ms", "--json")
        Expected("tls_timeout", "timeout", "tls", r"within \d+ ms \(timeout\)").check(done)
