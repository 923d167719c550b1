#include "report/result_json.hpp"

#include <string>

#include "report/iso_time.hpp"

namespace connprobe::report {

namespace {

void text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty()) {
        json.null();
    } else {
        json.value(text);
    }
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name);
    json.begin_array();
    for (const std::string& text : texts) json.value(text);
    json.end_array();
}

void write_failure(JsonWriter& json, std::string_view name, const std::optional<Failure>& failure) {
    json.key(name);
    if (!failure) return json.null();
    json.begin_object();
    json.key("phase");
    if (failure->phase) {
        json.plain(to_string(*failure->phase));
    } else {
        json.null();
    }
    json.plain_member("class", to_string(failure->failure_class));
    json.plain_member("code", to_string(failure->code));
    json.member("message", failure->message);
    json.member("hint", failure->hint);
    json.end_object();
}

void write_latency(JsonWriter& json, const PhaseTimes& times) {
    const bool any = times.resolve || times.connect || times.proxy || times.tls || times.check;
    json.key("latency_ms");
    json.begin_object();
    json.member("resolve", times.resolve);
    json.member("connect", times.connect);
    json.member("proxy", times.proxy);
    json.member("tls", times.tls);
    json.member("check", times.check);
    json.member("total", any ? std::optional(times.total()) : std::nullopt);
    json.end_object();
}

void write_addresses(JsonWriter& json, const std::vector<AddressFate>& fates) {
    json.key("addresses");
    json.begin_array();
    for (const AddressFate& fate : fates) {
        json.begin_object();
        json.member("address", fate.address);
        json.plain_member("family", to_string(fate.family));
        json.member("connect_ms", fate.connect);
        write_failure(json, "error", fate.error);
        json.member("tried", fate.tried);
        json.end_object();
    }
    json.end_array();
}

/// Days from `from` to `until`, cut to tenths: what has expired is never 0.
void write_days(JsonWriter& json, std::string_view name, WallTime from, WallTime until) {
    using tenths = std::chrono::duration<std::int64_t, std::ratio_divide<std::chrono::days::period, std::ratio<10>>>;
    json.key(name);
    json.fraction<10>(std::chrono::floor<tenths>(until - from).count());
}

void write_certificate(JsonWriter& json, const Certificate& certificate, WallTime started_at) {
    json.begin_object();
    json.member("subject", certificate.subject);
    json.member("issuer", certificate.issuer);
    write_texts(json, "sans", certificate.sans);
    json.member("not_before", iso_seconds(certificate.not_before));
    json.member("not_after", iso_seconds(certificate.not_after));
    write_days(json, "expires_in_days", started_at, certificate.not_after);
    json.member("fingerprint_sha256", certificate.fingerprint_sha256);
    text_or_null(json, "key", certificate.key);
    json.member("key_bits", certificate.key_bits);
    text_or_null(json, "signature", certificate.signature);
    json.end_object();
}

void write_chain(JsonWriter& json, std::string_view name, const std::vector<Certificate>& chain, WallTime started_at) {
    json.key(name);
    json.begin_array();
    for (const Certificate& certificate : chain) write_certificate(json, certificate, started_at);
    json.end_array();
}

void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time) {
    if (!time) return json.null_member(name);
    json.member(name, iso_seconds(*time));
}

void write_staple(JsonWriter& json, const std::optional<Staple>& staple) {
    json.key("stapling");
    if (!staple) return json.null();
    json.begin_object();
    json.plain_member("status", to_string(staple->status));
    write_time(json, "this_update", staple->this_update);
    write_time(json, "next_update", staple->next_update);
    json.end_object();
}

void write_tls(JsonWriter& json, const TlsFacts* tls, WallTime started_at) {
    json.key("tls");
    if (tls == nullptr) return json.null();
    json.begin_object();
    json.member("version", tls->version);
    json.member("cipher", tls->cipher);
    json.member("group", tls->group);
    json.member("alpn", tls->alpn);
    json.member("resumed", tls->resumed);
    json.member("verified", tls->verified);
    json.key("certificate");
    if (tls->certificate) {
        write_certificate(json, *tls->certificate, started_at);
    } else {
        json.null();
    }
    if (tls->chain_not_after) {
        write_days(json, "chain_expires_in_days", started_at, *tls->chain_not_after);
    } else {
        json.null_member("chain_expires_in_days");
    }
    write_chain(json, "chain", tls->chain, started_at);
    json.member("chain_length", tls->chain_length);
    write_chain(json, "verified_chain", tls->verified_chain, started_at);
    write_staple(json, tls->staple);
    json.end_object();
}

void write_check(JsonWriter& json, const CheckFacts* check) {
    json.key("check");
    if (check == nullptr) return json.null();
    json.begin_object();
    json.plain_member("type", to_string(check->type));
    if (check->status) {
        json.member("status", *check->status);
    } else {
        json.null_member("status");
    }
    text_or_null(json, "detail", check->detail);
    json.end_object();
}

void write_warnings(JsonWriter& json, const std::vector<Warning>& warnings) {
    json.key("warnings");
    json.begin_array();
    for (const Warning& warning : warnings) {
        json.begin_object();
        json.plain_member("code", to_string(warning.code));
        json.member("message", warning.message);
        json.end_object();
    }
    json.end_array();
}

void write_history(JsonWriter& json, const Result& result) {
    json.key("history");
    json.begin_array();
    std::size_t number = 0;
    for (const Attempt& attempt : result.history) {
        if (number == attempts_before_left_out) number += result.left_out;
        json.begin_object();
        json.member("attempt", ++number);
        json.member("started_ms", attempt.started);
        json.member("elapsed_ms", attempt.elapsed);
        text_or_null(json, "address", attempt.address);
        write_latency(json, attempt.latency);
        write_failure(json, "error", attempt.error);
        json.member("backoff_ms", attempt.backoff);
        json.end_object();
    }
    json.end_array();
    json.member("history_left_out", result.left_out);
}

void write_target(JsonWriter& json, const Target& target) {
    json.member("name", target.name);
    json.member("target", target.written);
    text_or_null(json, "host", target.host);
    if (target.port != 0) {
        json.member("port", target.port);
    } else {
        json.null_member("port");
    }
    text_or_null(json, "unix", target.unix_path);
    write_texts(json, "tags", target.tags);
}

void write_latency_summary(JsonWriter& json, std::string_view name, const std::optional<LatencySummary>& latency) {
    json.key(name);
    if (!latency) return json.null();
    json.begin_object();
    json.member("min", latency->min);
    json.member("mean", latency->mean);
    json.member("p50", latency->p50);
    json.member("p90", latency->p90);
    json.member("p99", latency->p99);
    json.member("max", latency->max);
    json.end_object();
}

void write_connections(JsonWriter& json, const Connections* connections) {
    json.key("connections");
    if (connections == nullptr) return json.null();
    json.begin_object();
    json.member("asked", connections->asked);
    json.member("opened", connections->opened);
    json.member("lost", connections->lost);
    json.member("reopened", connections->reopened);
    json.member("resumed", connections->resumed);
    json.member("requests", connections->requests);
    write_latency_summary(json, "cold_ms", connections->cold);
    write_latency_summary(json, "warm_ms", connections->warm);
    json.member("steady", connections->steady);
    json.member("steady_after", connections->steady == true ? std::optional{connections->steady_after} : std::nullopt);
    json.member("steady_ms", connections->steady == true ? connections->steady_latency : std::nullopt);
    json.member("bytes_each", connections->bytes_each != 0 ? std::optional{connections->bytes_each} : std::nullopt);
    json.end_object();
}

template <class Key>
void write_counts(JsonWriter& json, std::string_view name, const std::map<Key, std::size_t>& counts) {
    json.key(name);
    json.begin_object();
    for (const auto& [what, count] : counts) json.member(to_string(what), count);
    json.end_object();
}

}  // namespace

void write_run_members(JsonWriter& json, const RunInfo& run) {
    json.member("schema", "connprobe/1");
    json.member("connprobe_version", CONNPROBE_VERSION);
    json.member("started_at", iso_milliseconds(run.started_at));
    json.key("run");
    json.begin_object();
    json.member("command", run.command);
    json.member("resolver", run.resolver);
    json.member("max_concurrent", run.max_concurrent);
    json.member("threads", run.threads);
    json.null_member("shard");
    json.null_member("vantage");
    json.end_object();
}

void write_result_members(JsonWriter& json, const Result& result, WallTime started_at) {
    write_target(json, *result.target);
    json.plain_member("status", to_string(result.status));
    json.key("stopped_by");
    if (result.stopped_by) {
        json.plain(to_string(*result.stopped_by));
    } else {
        json.null();
    }
    json.member("attempts", result.attempts());
    json.member("retries", result.retries());
    text_or_null(json, "address", result.address);
    json.key("family");
    if (result.family) {
        json.plain(to_string(*result.family));
    } else {
        json.null();
    }
    write_latency(json, result.history.empty() ? PhaseTimes() : result.history.back().latency);
    json.member("elapsed_ms", result.elapsed);
    write_addresses(json, result.addresses);
    write_tls(json, result.tls.get(), started_at);
    write_check(json, result.check.get());
    write_connections(json, result.connections.get());
    write_warnings(json, result.warnings);
    write_failure(json, "error", result.error);
    write_history(json, result);
}

void write_summary_members(JsonWriter& json, const Summary& summary) {
    json.member("servers", summary.servers);
    json.member("up", summary.up);
    json.member("degraded", summary.degraded);
    json.member("down", summary.down);
    json.member("unknown", summary.unknown);
    json.member("required", summary.required);
    json.member("rejected", summary.rejected);
    json.member("attempts", summary.attempts);
    json.member("retries", summary.retries);
    json.plain_member("verdict", to_string(summary.verdict));
    json.member("exit_status", summary.exit_status);
    json.member("elapsed_ms", summary.elapsed);
    write_latency_summary(json, "latency_ms", summary.latency);
    json.member("peak_concurrent", summary.peak_concurrent);
    json.member("peak_sockets", summary.peak_sockets);
    write_counts(json, "failures", summary.failures);
    write_counts(json, "failure_codes", summary.failure_codes);
}

}  // namespace connprobe::report
