"""The header of the PROXY protocol, read by a server that many use behind it."""
import json

import pytest

from conftest import program
from support import processes


@pytest.fixture(scope="module")
def behind_a_balancer(home):
    """Serves only those who send the header, and answers with the address that stood in it."""
    port, log, configuration = processes.free_port(), home / "haproxy-accept.log", home / "haproxy-accept.cfg"
    configuration.write_text(f"""
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 1s
frontend front
    bind 127.0.0.1:{port} accept-proxy
    http-request return status 200 content-type text/plain lf-string "client %[src] of %[dst]:%[dst_port]"
""")
    command = [program("haproxy", "haproxy"), "-db", "-f", configuration]
    with processes.running(command, port, log, **processes.unprivileged()):
        yield port


def probed(connprobe, port, **more):
    listed = {"url": f"http://127.0.0.1:{port}/", "check": {"expect_body": f"client 127.0.0.1 of 127.0.0.1:{port}"}}
    document, _ = connprobe.json("-s", "-", input=json.dumps([{**listed, **more}]))
    return document["results"][0]


@pytest.mark.parametrize("version", [1, 2])
def test_haproxy_reads_the_header(connprobe, behind_a_balancer, version):
    result = probed(connprobe, behind_a_balancer, proxy_protocol=version)
    assert result["status"] == "up", result["error"]


def test_haproxy_serves_nobody_without_it(connprobe, behind_a_balancer):
    assert probed(connprobe, behind_a_balancer)["status"] == "down"
