#include "report.hpp"

#include <algorithm>
#include <string>

#include "../../jwt/text.hpp"
#include "../bridge.hpp"
#include "../key_location/key_station.hpp"
#include "../key_location/shared_keys.hpp"
#include "../worker.hpp"
#include "../zone/zone.hpp"
#include "tally.hpp"

namespace nginx {
namespace {

// What is known of the session, and only once its signature is verified.
std::string describe(const session::Candidate* candidate) {
    std::string text;
    if (candidate == nullptr || !candidate->session) {
        return text;
    }
    if (!candidate->session->user.empty()) {
        text += " user=" + quoted(candidate->session->user);
    }
    text += " id=" + quoted(candidate->session->id);
    if (candidate->verification.key != nullptr) {
        text += " key=" + candidate->verification.key->id();
    }
    return text;
}

void report_fallback(ngx_http_request_t* r, const Realm& realm, const jwt::Key& key) {
    count(counters(realm).fallback);
    if (r->connection->log->log_level >= NGX_LOG_INFO) {
        log_line(r, NGX_LOG_INFO, realm, "fallback key " + quoted(key.id()) + " verified a token");
    }
}

std::string store_name(const Realm& realm) {
    return realm.redis ? "redis " + realm.redis->name : "the store";
}

}  // namespace

// Names in tokens have no control bytes; a quote must not look like the end.
std::string quoted(std::string_view text) {
    std::string value = "\"";
    for (const char byte : text) {
        if (byte == '"' || byte == '\\') {
            value += '\\';
        }
        value += byte;
    }
    return value + '"';
}

void log_line(ngx_http_request_t* r, ngx_uint_t level, const Realm& realm,
              const std::string& text) {
    const ngx_str_t name = str(realm.policy.realm);
    const ngx_str_t line = str(text);
    ngx_log_error(level, r->connection->log, 0, "session: realm \"%V\" %V", &name, &line);
}

void report(ngx_http_request_t* r, const Location& location, const Verdict& verdict,
            Judged& judged) {
    if (judged.reported == verdict.reason) {
        return;
    }
    judged.reported = verdict.reason;
    const Realm& realm = *judged.realm;
    count_request(realm, verdict.reason);

    const session::Candidate* candidate = judged.evidence.deciding();
    if (candidate != nullptr) {
        count_token(realm, *candidate);
        if (session::is_by_fallback(realm.policy, *candidate, ngx_time())) {
            report_fallback(r, realm, *candidate->verification.key);
        }
        if (candidate->unchecked) {
            count(counters(realm).unchecked);
            log_line(r, realm.log_level, realm, "let through unchecked:" + describe(candidate));
        }
    }
    if (!verdict.valid() && !location.verify_only()) {
        log_line(r, realm.log_level, realm,
                 std::string(verdict.dry_run ? "rejected, dry run: reason=" : "rejected: reason=") +
                     std::string(session::name(verdict.reason)) + describe(candidate));
    }
}

void report_recalled(ngx_http_request_t* r, const Recalled& recalled) {
    const Realm& realm = *recalled.realm;
    count_recalled(realm, *recalled.presented.source, recalled.use);
    if (realm.policy.keyring.is_fallback(*recalled.signer)) {
        report_fallback(r, realm, *recalled.signer);
    }
}

void report_ended(ngx_http_request_t* r, const Realm& realm, session::Reason reason,
                  const session::Candidate& candidate, bool only_told) {
    count(counters(realm).ended[static_cast<std::size_t>(reason)]);
    log_line(r, realm.log_level, realm,
             std::string(only_told ? "ended, dry run: reason=" : "ended: reason=") +
                 std::string(session::name(reason)) + describe(&candidate));
}

void report_answer(ngx_http_request_t* r, const Judged& judged,
                   const std::vector<redis::Reply>& replies) {
    const Realm& realm = *judged.realm;
    const auto complaint = judged.evidence.complaint(realm.policy, replies);
    if (complaint && may_complain(realm)) {
        log_line(r, NGX_LOG_ERR, realm, store_name(realm) + " has no answer to " + *complaint);
    }
}

void report_missing_keys(ngx_http_request_t* r, const Realm& realm) {
    if (!has_keys(realm) && may_complain_of_keys(realm)) {
        log_line(r, NGX_LOG_ERR, realm,
                 "rejects tokens for want of keys from " + quoted(realm.key_location->uri));
    }
}

void report_errors(ngx_http_request_t* r, const Realm& realm,
                   const std::vector<redis::Reply>& replies) {
    for (const redis::Reply& reply : replies) {
        if (reply.is_error() && may_complain(realm)) {
            std::string said = reply.text;
            std::replace_if(said.begin(), said.end(), jwt::is_control, '?');
            log_line(r, NGX_LOG_ERR, realm, store_name(realm) + " says: " + said);
            return;
        }
    }
}

}  // namespace nginx
