#include "sample_run.hpp"

#include <algorithm>
#include <utility>

#include "report/registry.hpp"

namespace connprobe::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

/// 2026-01-02T03:04:05.678Z
const WallTime started_at = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + 3h + 4min + 5678ms;

constexpr std::nullopt_t none = std::nullopt;

/// Settings with TLS, and what `change` does to them.
Settings with_tls(void (*change)(Settings&) = [](Settings&) {}) {
    Settings settings;
    settings.tls.emplace();
    change(settings);
    return settings;
}

class Builder {
public:
    Result& add(std::string name, std::string host, std::uint16_t port, Settings settings = {}) {
        auto target = std::make_unique<Target>();
        target->name = std::move(name);
        target->written = host + ":" + std::to_string(port);
        target->host = std::move(host);
        target->port = port;
        target->settings = std::make_shared<const Settings>(std::move(settings));
        Result& result = sample.results.emplace_back();
        result.index = sample.targets.size();
        result.target = target.get();
        sample.targets.push_back(std::move(target));
        return result;
    }

    [[nodiscard]] Target& target_of(const Result& result) { return *sample.targets[result.index]; }

    SampleRun sample;
};

void connected(Result& result, std::string address, PhaseTimes latency) {
    const bool ipv6 = address.find(':') != std::string::npos;
    result.status = Status::up;
    result.family = ipv6 ? ConnectedFamily::ipv6 : ConnectedFamily::ipv4;
    result.addresses.push_back({address, *result.family, latency.connect, std::nullopt, true});
    result.history.push_back({1ms, latency.total(), address, latency, std::nullopt, std::nullopt});
    result.address = std::move(address);
    result.elapsed = latency.total();
}

void failed(Result& result, PhaseTimes latency, const Failure& failure, std::string address = {}) {
    result.status = Status::down;
    result.stopped_by = StoppedBy::attempts;
    if (!address.empty()) {
        result.family = ConnectedFamily::ipv4;
        result.addresses.push_back({address, ConnectedFamily::ipv4, std::nullopt, failure, true});
    }
    result.history.push_back({1ms, latency.total(), address, latency, failure, std::nullopt});
    result.address = std::move(address);
    result.elapsed = latency.total();
    result.error = failure;
}

/// Puts failed attempts before the last one, with a wait after each.
void retried(Result& result, const Failure& failure, std::size_t times, Duration wait) {
    Attempt earlier = result.history.back();
    earlier.error = failure;
    earlier.backoff = wait;
    result.history.insert(result.history.begin(), times, earlier);
    Duration at = 1ms;
    for (Attempt& attempt : result.history) {
        attempt.started = at;
        at += attempt.elapsed + attempt.backoff.value_or(Duration::zero());
    }
    result.elapsed = at - 1ms;
}

std::unique_ptr<const TlsFacts> tls_facts(std::string subject, days left, bool verified) {
    auto facts = std::make_unique<TlsFacts>();
    facts->version = "TLSv1.3";
    facts->cipher = "TLS_AES_256_GCM_SHA384";
    facts->group = "x25519";
    facts->alpn = "h2";
    facts->resumed = false;
    facts->verified = verified;
    const WallTime end = std::chrono::floor<days>(started_at) + left + 12h;
    facts->certificate = Certificate{.subject = std::move(subject),
                                     .issuer = "CN=Example CA,O=Example",
                                     .sans = {"payments.example.com", "*.example.com"},
                                     .not_before = end - days(365),
                                     .not_after = end,
                                     .fingerprint_sha256 = std::string(64, 'a'),
                                     .key = "EC",
                                     .key_bits = 256,
                                     .signature = "ecdsa-with-SHA256"};
    facts->chain = {*facts->certificate};
    facts->chain_length = 1;
    facts->staple = Staple{};
    if (!verified) return facts;
    facts->chain_not_after = end;
    facts->verified_chain = facts->chain;
    facts->staple = Staple{StapleStatus::good, started_at - 12h, started_at + 12h};
    return facts;
}

void add_up(Builder& b) {
    Result& cache = b.add("cache", "10.0.0.4", 6379);
    b.target_of(cache).tags = {"core", "redis"};
    connected(cache, "10.0.0.4", {none, 1'600us, none, none, none});

    Result& queue = b.add("queue", "queue.internal", 4222);
    connected(queue, "10.0.0.9", {2'300us, 11'700us, none, none, none});
    retried(queue, make_failure(Phase::connect, Code::connection_refused, "10.0.0.9:4222 refused the connection"), 2,
            1s);

    Result& payments = b.add("payments", "payments.example.com", 8443, with_tls());
    connected(payments, "10.0.0.7", {5'100us, 19'200us, none, 24'034us, 3'000us});
    payments.check = std::make_unique<const CheckFacts>(CheckFacts{CheckType::http, 200, "nginx/1.22.1"});
    payments.tls = tls_facts("CN=payments.example.com", days(69), true);

    Result& six = b.add("ledger-v6", "2001:db8:0:1::443", 443);
    b.target_of(six).written = "[2001:db8:0:1::443]:443";
    connected(six, "2001:db8:0:1::443", {none, 31'000us, none, none, none});
    six.warnings.push_back({WarningCode::fallback_address, "2001:db8:0:1::80 did not answer, 2001:db8:0:1::443 did"});

    Result& chinese = b.add("数据库-主节点", "10.0.1.1", 3306);
    connected(chinese, "10.0.1.1", {none, 420us, none, none, none});

    Result& marks = b.add("cafe\u0301-me\u0301trique", "10.0.1.2", 9090);
    connected(marks, "10.0.1.2", {none, 7us, none, none, none});

    Result& legacy = b.add("legacy", "10.0.1.3", 443, with_tls([](Settings& s) { s.tls->insecure = true; }));
    connected(legacy, "10.0.1.3", {none, 900us, none, 6'500us, none});
    legacy.tls = tls_facts("CN=\x1b[31mred\x1b[0m \xE2\x80\xAEtxt.exe", days(-3), false);
    legacy.warnings.push_back({WarningCode::verification_off, "the certificate was not verified (insecure)"});

    Result& app = b.add("app", "", 0);
    b.target_of(app).written = "unix:/run/app.sock";
    b.target_of(app).unix_path = "/run/app.sock";
    connected(app, "", {none, 55us, none, none, none});
    app.family = ConnectedFamily::local;
    app.addresses = {{"/run/app.sock", ConnectedFamily::local, Duration(55), std::nullopt, true}};
}

void add_degraded(Builder& b) {
    Result& search = b.add("search", "search.internal", 443, with_tls([](Settings& s) { s.max_latency = 150ms; }));
    connected(search, "10.0.0.8", {9ms, 41ms, none, 150ms, none});
    search.tls = tls_facts("CN=search.internal", days(200), true);
    search.status = Status::degraded;
    search.warnings.push_back({WarningCode::slow, "took 200 ms, more than max_latency 150 ms"});

    Result& shop = b.add("shop", "shop.example.com", 443, with_tls([](Settings& s) { s.cert_expiry = days(14); }));
    connected(shop, "10.0.0.12", {1ms, 12ms, none, 17ms, none});
    shop.tls = tls_facts("CN=shop.example.com", days(6), true);
    shop.status = Status::degraded;
    shop.warnings.push_back({WarningCode::certificate_expires_soon, "the certificate ends in 6 days"});
}

void add_down(Builder& b) {
    const Failure silent =
        make_failure(Phase::connect, Code::connect_timeout, "no answer from 10.0.0.5 within 5 s (--timeout)");
    Result& db = b.add("db", "db.internal", 5432);
    failed(db, {800us, 4'999'200us, none, none, none}, silent, "10.0.0.5");
    retried(db, silent, 2, 1'500ms);

    Result& metrics = b.add("metrics-aggregator-eu-central-1b", "metrics.internal", 9091);
    failed(metrics, {700us, 120us, none, none, none},
           make_failure(Phase::connect, Code::connection_refused, "10.0.0.6:9091 refused the connection"), "10.0.0.6");

    Result& spelling = b.add("typo", "auht.internal", 443);
    failed(spelling, {3ms, none, none, none, none},
           make_failure(Phase::resolve, Code::host_not_found, "the name auht.internal does not exist"));

    Result& expired = b.add("billing", "billing.example.com", 443, with_tls());
    failed(expired, {1ms, 15ms, none, 40ms, none},
           make_failure(Phase::tls, Code::certificate_expired,
                        "the certificate of billing.example.com ended on 2025-12-28"),
           "10.0.0.20");
    expired.stopped_by = StoppedBy::rule;
    expired.tls = tls_facts("CN=billing.example.com", days(-5), false);

    Result& hostile = b.add("evil\x1b[2Jname\n\xE2\x80\xAE\xFF", "10.9.9.9", 22);
    failed(hostile, {none, 2ms, none, none, none},
           make_failure(Phase::connect, Code::connection_reset, "10.9.9.9 said \"\x1b]0;owned\x07\" and \\ reset"),
           "10.9.9.9");

    Result& late = b.add("batch", "10.0.0.30", 8080);
    late.stopped_by = StoppedBy::deadline;
    late.error =
        make_failure(std::nullopt, Code::deadline_exceeded, "the run ended before the first attempt (--deadline)");
}

void finish(Builder& b, Duration elapsed) {
    Tally tally;
    for (const Result& result : b.sample.results) tally.add(result);
    b.sample.summary = tally.summary(b.sample.results.size(), RunEnd::completed);
    b.sample.summary.elapsed = elapsed;
    b.sample.summary.peak_concurrent = 4;
    b.sample.summary.peak_sockets = 5;
    b.sample.run = {"probe", started_at, "dns", b.sample.results.size(), 5, 1};
}

}  // namespace

SampleRun sample_run() {
    Builder b;
    b.sample.results.reserve(32);
    add_down(b);
    add_up(b);
    add_degraded(b);
    std::reverse(b.sample.results.begin(), b.sample.results.end());
    finish(b, 18'123'400us);
    return std::move(b.sample);
}

SampleRun kept_warm() {
    Builder b;
    b.sample.results.reserve(8);
    const auto keep = [](Result& result, Connections connections) {
        result.connections = std::make_unique<const Connections>(std::move(connections));
    };
    Result& api = b.add("api", "10.0.0.7", 443, with_tls());
    connected(api, "10.0.0.7", {none, 900us, none, 3ms, 100ms});
    api.tls = tls_facts("CN=api", days(69), true);
    Connections settled{.asked = 4, .opened = 4, .resumed = 3, .requests = 180};
    settled.cold = LatencySummary{104ms, 104ms, 104ms, 104ms, 104ms, 104ms};
    settled.warm = LatencySummary{1'900us, 9ms, 2ms, 30ms, 90ms, 99ms};
    settled.steady = true;
    settled.steady_after = 180;
    settled.steady_latency = 2ms;
    settled.bytes_each = 19'500;
    for (const int step : {100, 80, 60, 40, 20, 10, 4, 2, 2, 2, 2, 2}) settled.curve.emplace_back(step * 1ms);
    keep(api, std::move(settled));

    Result& cache = b.add("cache", "10.0.0.4", 6379);
    connected(cache, "10.0.0.4", {none, 200us, none, none, 120us});
    cache.status = Status::degraded;
    cache.warnings.push_back({WarningCode::connections_missing, "7 of 8 connections are open: connection_reset"});
    Connections restless{.asked = 8, .opened = 8, .lost = 3, .reopened = 2, .requests = 1'000};
    restless.cold = LatencySummary{320us, 320us, 320us, 320us, 320us, 320us};
    restless.warm = LatencySummary{90us, 400us, 120us, 900us, 2ms, 5ms};
    restless.steady = false;
    restless.steady_after = 1'000;
    restless.steady_latency = 120us;
    for (const int step : {3, 1, 1, 9, 1, 1, 8, 1}) restless.curve.emplace_back(step * 100us);
    keep(cache, std::move(restless));

    Result& db = b.add("db", "10.0.0.5", 5432);
    failed(db, {none, 80us, none, none, none},
           make_failure(Phase::connect, Code::connection_refused, "10.0.0.5:5432 refused the connection"), "10.0.0.5");
    keep(db, {.asked = 2});
    finish(b, 2'500ms);
    b.sample.run.command = "warm";
    b.sample.run.max_concurrent = 5;
    return std::move(b.sample);
}

SampleRun many_down(std::size_t servers, std::size_t up_every) {
    Builder b;
    b.sample.results.reserve(servers);
    for (std::size_t i = 0; i < servers; ++i) {
        const std::string address =
            "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
        Result& result = b.add(address + ":80", address, 80);
        if (up_every != 0 && i % up_every == 0) {
            connected(result, address, {none, Duration(100 + i), none, none, none});
        } else {
            failed(result, {none, 80us, none, none, none},
                   make_failure(Phase::connect, Code::connection_refused, address + ":80 refused the connection"),
                   address);
        }
    }
    finish(b, 2'500ms);
    return std::move(b.sample);
}

std::string written(const SampleRun& sample, std::string_view format, const report::Style& style) {
    struct Text final : report::Sink {
        std::string bytes;
        void write(std::string_view more) override { bytes += more; }
        void flush() override {}
    } text;
    const auto writer = report::find_format(format)->make(text, style);
    writer->begin(sample.run);
    for (const Result& result : sample.results) writer->result(result);
    writer->end(sample.summary);
    return std::move(text.bytes);
}

}  // namespace connprobe::test
