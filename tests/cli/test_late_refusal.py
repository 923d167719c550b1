"""A server that wants a client certificate says so late with TLS 1.3: it is heard, however long the way is."""
import ssl

import pytest

from support import tls
from support.delayed_path import SERVER
from support.failures import Expected


@pytest.fixture(scope="module")
def authority():
    return tls.Authority()


@pytest.fixture
def probe(connprobe, slow_path, servers, authority, tmp_path):
    """A server that asks for a client certificate, probed over the slow path; the handshake's version is given."""
    ca_file = authority.write(tmp_path)

    def run(version, demand, **attributes):
        context = authority.issue(SERVER[0]).server_context(maximum_version=ssl.TLSVersion[version], **attributes)
        context.verify_mode = demand
        context.load_verify_locations(cadata=authority.pem)
        with slow_path.server.entered():
            server = servers.add(tls.handshake(context), host=SERVER[0])
        return connprobe.inside(slow_path.client)(f"tls://{server.target}", "--cacert", ca_file, "--json")
    return run


REQUIRED = Expected("client_certificate_required", "auth", "tls", "^the server demands a client certificate", "cert")


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_without_a_certificate_the_refusal_is_told(probe, version):
    REQUIRED.check(probe(version, ssl.CERT_REQUIRED))


@pytest.mark.parametrize("tickets", [0, 2])
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_server_that_can_do_without_is_up(probe, version, tickets):
    done = probe(version, ssl.CERT_OPTIONAL, num_tickets=tickets)
    assert done.returncode == 0, done.stdout
