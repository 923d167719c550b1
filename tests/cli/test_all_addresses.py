"""--all-addresses: every address of a name is judged for itself, in one attempt."""
from support import dns, tcp


def only(document):
    result, = document["results"]
    return result


def fates(result):
    return {one["address"]: one["error"] and one["error"]["code"] for one in result["addresses"]}


def probe(connprobe, addresses, target, *options):
    with dns.Server({"all.test": dns.address(*addresses)}) as server:
        document, done = connprobe.json(target, "--all-addresses", "--resolver", server.resolver, *options)
    return only(document), document["summary"], done


def test_a_name_is_up_when_all_its_addresses_are(connprobe, servers):
    port = servers.add(host="127.0.0.1").port
    servers.add(host="127.0.0.2", port=port)
    result, summary, done = probe(connprobe, ["127.0.0.1", "127.0.0.2"], f"all.test:{port}")
    assert (done.returncode, result["status"], result["warnings"]) == (0, "up", [])
    assert fates(result) == {"127.0.0.1": None, "127.0.0.2": None}
    assert all(one["connect_ms"] is not None for one in result["addresses"])
    assert result["attempts"] == 1 and summary["peak_concurrent"] == 1


def test_a_name_with_a_dead_address_is_degraded_and_the_dead_is_named(connprobe, servers):
    port = servers.add(host="127.0.0.1").port
    result, _, done = probe(connprobe, ["127.0.0.2", "127.0.0.1"], f"all.test:{port}", "--retry", "fixed",
                            "--retry-delay", "0")
    assert (done.returncode, result["status"], result["error"]) == (3, "degraded", None)
    assert result["address"] == "127.0.0.1"
    warning, = result["warnings"]
    assert warning["code"] == "address_down"
    assert warning["message"] == "1 of 2 addresses is down: 127.0.0.2 (connection_refused)"
    assert fates(result) == {"127.0.0.1": None, "127.0.0.2": "connection_refused"}
    assert result["attempts"] == 1  # it is up: no reason to ask again
    with dns.Server({"all.test": dns.address("127.0.0.2", "127.0.0.1")}) as server:
        table = connprobe(f"all.test:{port}", "--all-addresses", "--resolver", server.resolver).stdout
    assert "address_down: 127.0.0.2" in table


def test_a_name_whose_addresses_are_all_dead_is_down_and_every_attempt_judges_all(connprobe, servers):
    port = servers.refusing().port
    result, _, done = probe(connprobe, ["127.0.0.2", "127.0.0.1"], f"all.test:{port}", "--retry", "fixed",
                            "--retry-delay", "0", "--max-attempts", "2")
    assert (done.returncode, result["status"]) == (1, "down")
    assert result["error"]["code"] == "connection_refused"
    assert set(fates(result)) == {"127.0.0.1", "127.0.0.2"}
    assert result["attempts"] == 2


def test_a_silent_address_takes_no_time_from_the_others(connprobe, servers):
    port = servers.add(host="127.0.0.1").port
    servers.silent(host="127.0.0.2", port=port)
    result, _, done = probe(connprobe, ["127.0.0.2", "127.0.0.1"], f"all.test:{port}", "--timeout", "1s")
    assert (done.returncode, result["status"]) == (3, "degraded")
    assert fates(result) == {"127.0.0.1": None, "127.0.0.2": "connect_timeout"}


def test_an_address_that_connects_but_fails_the_check_is_dead_too(connprobe, servers):
    ok = tcp.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    bad = tcp.answer(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n")
    port = servers.add(ok, host="127.0.0.1").port
    servers.add(bad, host="127.0.0.2", port=port)
    result, _, done = probe(connprobe, ["127.0.0.2", "127.0.0.1"], f"http://all.test:{port}")
    assert (done.returncode, result["status"]) == (3, "degraded")
    assert fates(result) == {"127.0.0.1": None, "127.0.0.2": "unexpected_status"}
    assert result["check"]["status"] == 200


def test_a_failure_after_the_connection_says_more_than_a_refusal(connprobe, servers):
    bad = tcp.answer(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n")
    port = servers.refusing().port
    servers.add(bad, host="127.0.0.2", port=port)
    result, _, done = probe(connprobe, ["127.0.0.1", "127.0.0.2"], f"http://all.test:{port}")
    assert (done.returncode, result["error"]["code"]) == (1, "unexpected_status")


def test_without_the_option_the_first_address_that_connects_is_enough(connprobe, servers):
    port = servers.add(host="127.0.0.1").port
    with dns.Server({"all.test": dns.address("127.0.0.2", "127.0.0.1")}) as server:
        document, done = connprobe.json(f"all.test:{port}", "--resolver", server.resolver)
    assert (done.returncode, only(document)["status"]) == (0, "up")


def test_addresses_that_cannot_be_learned_leave_the_verdict_open(connprobe, servers):
    port = servers.add(host="127.0.0.1").port
    with dns.Server({("half.test", "A"): dns.address("127.0.0.1"), ("half.test", "AAAA"): dns.SILENT}) as server:
        document, done = connprobe.json(f"half.test:{port}", "--all-addresses", "--resolver", server.resolver,
                                        "--timeout", "1s")
    result = only(document)
    assert (done.returncode, result["status"]) == (3, "degraded")
    warning, = result["warnings"]
    assert warning["code"] == "address_down" and "IPv6 are not known (dns_timeout); -4" in warning["message"]


def test_addresses_that_are_learned_late_are_judged_while_others_are_silent(connprobe, servers):
    port = servers.silent(host="127.0.0.2").port
    servers.add(host="::1", port=port)
    names = {("half.test", "A"): dns.address("127.0.0.2"), ("half.test", "AAAA"): dns.Lost(dns.address("::1"))}
    with dns.Server(names) as server:
        document, done = connprobe.json(f"half.test.:{port}", "--all-addresses", "--resolver", server.resolver)
    result = only(document)
    assert (done.returncode, result["status"], result["address"]) == (3, "degraded", "::1")
    assert list(fates(result).items()) == [("127.0.0.2", "connect_timeout"), ("::1", None)]


def test_a_wait_that_ends_when_they_are_gone_waits_for_every_address(connprobe, servers):
    first = servers.add(host="127.0.0.1")
    with dns.Server({"all.test": dns.address("127.0.0.2", "127.0.0.1")}) as server:
        done = connprobe("wait", "--down", f"all.test:{first.port}", "--all-addresses", "--resolver", server.resolver,
                         "--deadline", "600ms", "-q")
        assert done.returncode == 124
        first.close()
        done = connprobe("wait", "--down", f"all.test:{first.port}", "--all-addresses", "--resolver", server.resolver,
                         "--deadline", "10s", "-q")
    assert done.returncode == 0


def test_a_list_asks_for_it_by_key(connprobe, servers, tmp_path):
    port = servers.add(host="127.0.0.1").port
    listed = tmp_path / "servers.yaml"
    listed.write_text(f"- {{host: all.test, port: {port}, all_addresses: true, name: every}}\n"
                      f"- {{host: all.test, port: {port}, name: any}}\n")
    with dns.Server({"all.test": dns.address("127.0.0.2", "127.0.0.1")}) as server:
        document, _ = connprobe.json("-s", listed, "--resolver", server.resolver)
    assert [result["status"] for result in document["results"]] == ["degraded", "up"]


def test_warm_connections_go_to_one_address(connprobe):
    done = connprobe("warm", "127.0.0.1:9", "--all-addresses")
    assert done.returncode == 2
    assert "a connection that is kept goes to one address" in done.stderr


def test_without_it_the_first_that_answers_leaves_the_rest_untried(connprobe, servers):
    server = servers.add(tcp.hold)
    with dns.Server({"some.test": dns.address("127.0.0.1", "127.0.0.2")}) as names:
        document, _ = connprobe.json(f"some.test:{server.port}", "--resolver", names.resolver)
    first, second = document["results"][0]["addresses"]
    assert (first["tried"], first["connect_ms"] is None, first["error"]) == (True, False, None)
    assert (second["tried"], second["connect_ms"], second["error"]) == (False, None, None)
