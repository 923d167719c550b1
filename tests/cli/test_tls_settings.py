"""The keys of `tls` that a file has: ciphers, revocation lists, OCSP, pins, resumption; and the chain in the result."""
import base64
import datetime
import hashlib
import json
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from support import tls
from support.failures import Expected

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def authority():
    return tls.Authority("test authority")


@pytest.fixture
def probe(connprobe, servers, authority, tmp_path):
    ca_file = str(authority.write(tmp_path))

    def run(context, *arguments, **settings):
        server = servers.add(tls.handshake(context))
        entry = {"host": HOST, "port": server.port, "tls": {"ca_file": ca_file, **settings}}
        return connprobe("-s", "-", "--json", *arguments, input=json.dumps([entry]))
    return run


def result_of(done):
    return json.loads(done.stdout)["results"][0]


def failure(code, message):
    return Expected(code, "tls", "tls", message)


def pin_of(leaf):
    key = leaf.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "sha256//" + base64.b64encode(hashlib.sha256(key).digest()).decode()


def revocation_list(authority, *revoked):
    builder = (x509.CertificateRevocationListBuilder().issuer_name(authority.name)
               .last_update(tls.NOW - tls.days(1)).next_update(tls.NOW + tls.days(1)))
    for leaf in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(leaf.certificate.serial_number)
            .revocation_date(tls.NOW - datetime.timedelta(hours=1)).build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("ciphers", [["ECDHE-ECDSA-AES256-GCM-SHA384"], "ECDHE-ECDSA-AES256-GCM-SHA384",
                                     ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"]])
def test_cipher_suites_are_offered_as_named(probe, authority, ciphers):
    result = result_of(probe(authority.issue(HOST).server_context(), ciphers=ciphers))
    assert (result["tls"]["version"], result["tls"]["cipher"]) == ("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384")


def test_cipher_suites_that_the_server_does_not_take_are_not_up(probe, authority):
    context = authority.issue(HOST).server_context(maximum_version=ssl.TLSVersion.TLSv1_2)
    done = probe(context, ciphers=["ECDHE-RSA-AES128-GCM-SHA256"])
    failure("no_shared_cipher", r"found no cipher suite").check(done)


def test_a_name_that_is_no_cipher_suite_is_an_error_before_anything_is_sent(probe, authority):
    done = probe(authority.issue(HOST).server_context(), ciphers=["AES"])
    assert done.returncode == 2 and "ciphers: AES is the name of no cipher suite" in done.stderr


def test_what_a_list_has_revoked_is_not_up(probe, authority, tmp_path):
    leaf, other = authority.issue(HOST), authority.issue(HOST)
    file = tmp_path / "list.pem"
    file.write_bytes(revocation_list(authority, other))
    assert probe(leaf.server_context(), crl_file=str(file)).returncode == 0
    file.write_bytes(revocation_list(authority, leaf, other))
    failure("certificate_revoked", r"^the certificate CN=127\.0\.0\.1 \(valid .*\) was revoked on .* UTC, says the list of CN=test authority$").check(
        probe(leaf.server_context(), crl_file=str(file)))
    file.write_bytes(revocation_list(tls.Authority("another")))
    failure("certificate_invalid", r"^no revocation list of its issuer is at hand: of CN=test authority, who issued ").check(
        probe(leaf.server_context(), crl_file=str(file)))


def test_who_is_trusted_itself_needs_no_list(probe, tmp_path):
    own = tls.self_signed(HOST)
    file = tmp_path / "list.pem"
    file.write_bytes(revocation_list(tls.Authority("another")))
    ca_file, _ = own.write(tmp_path, "own")
    assert probe(own.server_context(), crl_file=str(file), ca_file=str(ca_file)).returncode == 0


def test_a_certificate_that_promises_a_staple_must_come_with_one(probe, authority):
    leaf = authority.issue(HOST, extensions=[x509.TLSFeature([x509.TLSFeatureType.status_request])])
    result = failure("staple_missing", r"^no OCSP answer came .*, and the certificate promises one").check(
        probe(leaf.server_context()))
    assert result["tls"]["stapling"] == {"status": "absent", "this_update": None, "next_update": None}
    result = result_of(probe(leaf.server_context(), ocsp="off"))
    assert (result["status"], result["tls"]["stapling"]) == ("up", None)
    failure("staple_missing", r"and one is required \(ocsp\)$").check(
        probe(authority.issue(HOST).server_context(), ocsp="require"))


def test_a_pinned_key_is_one_of_several_and_another_is_named(probe, authority):
    leaf, other = authority.issue(HOST), authority.issue(HOST)
    assert probe(leaf.server_context(), pins=[pin_of(other), pin_of(leaf)]).returncode == 0
    done = probe(leaf.server_context(), pins=[pin_of(other)], insecure=True)
    result = failure("pin_mismatch", r"^the server's public key is ").check(done)
    assert result["error"]["message"] == f"the server's public key is {pin_of(leaf)}, not {pin_of(other)}"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_later_attempt_resumes_the_session_only_if_asked(connprobe, servers, authority, tmp_path, version):
    context = authority.issue(HOST).server_context(minimum_version=version, maximum_version=version)
    for resume in (True, False):
        server = servers.add(tls.handshake(context))
        entry = {"host": HOST, "port": server.port, "tls": {"ca_file": str(authority.write(tmp_path)), "resume": resume}}
        done = connprobe("wait", "--consecutive", "2", "--retry-delay", "10ms", "-s", "-", "-o", "json",
                         input=json.dumps([entry]))
        result = json.loads(done.stdout[done.stdout.index("{"):done.stdout.rindex("}") + 1])["results"][0]
        assert (result["attempts"], result["tls"]["resumed"]) == (2, resume)
        assert result["tls"]["verified"] is True
        assert result["tls"]["chain_length"] == (0 if resume else 1)


def test_the_chains_stand_in_the_result_too_when_the_handshake_broke_after_them(probe, authority):
    context = authority.issue(HOST).server_context(maximum_version=ssl.TLSVersion.TLSv1_2)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem)
    facts = Expected("client_certificate_required", "auth", "tls", "demands a client certificate", "").check(
        probe(context))["tls"]
    assert facts["verified"] is True and facts["chain_expires_in_days"] > 0
    assert facts["chain"][0]["subject"] == f"CN={HOST}"
    assert [one["subject"] for one in facts["verified_chain"]] == [f"CN={HOST}", "CN=test authority"]


def test_a_certificate_without_an_end_is_told_as_such(probe, authority):
    end = datetime.datetime(9999, 12, 31, 23, 59, 59)  # RFC 5280 §4.1.2.5
    result = result_of(probe(authority.issue(HOST, ends=end).server_context()))
    assert result["tls"]["certificate"]["not_after"] == "9999-12-31T23:59:59Z"


def test_a_name_without_end_makes_no_sentence_without_end(probe, authority):
    other = authority.issue(*(f"host{number}.{'x' * 60}.example.org" for number in range(99)), "y" * 60 + ".example")
    message = failure("hostname_mismatch", r"and 95 more").check(probe(other.server_context()))["error"]["message"]
    assert len(message) < 2000


def test_the_chains_stand_in_the_result_and_in_the_log(probe, authority):
    middle = tls.Authority("in between", issuer=authority)
    done = probe(middle.issue(HOST, "a\x1b]0;b.example").server_context(), "-v")
    facts = result_of(done)["tls"]
    assert [one["subject"] for one in facts["chain"]] == [f"CN={HOST}", "CN=in between"]
    assert [one["subject"] for one in facts["verified_chain"]] == [f"CN={HOST}", "CN=in between", "CN=test authority"]
    assert (facts["chain"][0]["key"], facts["chain"][0]["key_bits"]) == ("EC", 256)
    assert facts["certificate"] == facts["chain"][0]
    assert f"certificate 0: CN={HOST}, issued by CN=in between, from " in done.stderr
    assert "the chain is verified, and ends in CN=test authority" in done.stderr
    assert "\x1b" not in done.stderr
