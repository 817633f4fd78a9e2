#include "health.hpp"

#include <algorithm>
#include <string_view>

#include "../jwt/json_text.hpp"

namespace session {
namespace {

std::string text_or_null(std::string_view text) {
    return text.empty() ? "null" : jwt::json_text(text);
}

std::string boolean(bool value) {
    return value ? "true" : "false";
}

// The key that signs, or would, were it one that can.
std::string_view server_version(const Policy& policy) {
    for (const jwt::Key& key : policy.keyring.keys()) {
        if (!key.in_set()) {
            return key.id();
        }
    }
    return {};
}

// An id that needs no key, unless its form is that of none.
bool is_unsigned_id(const Candidate& candidate) {
    const TokenSource& source = *candidate.presented.source;
    return source.format == TokenSource::Format::opaque &&
           source.signed_by == TokenSource::Signed::no && candidate.reason != Reason::malformed;
}

}  // namespace

std::string health(const Policy& policy, const Evidence& evidence, std::int64_t now) {
    const Candidate* candidate = evidence.deciding();
    const Reason reason = evidence.reason();
    const jwt::Key* key = candidate == nullptr ? nullptr : candidate->verification.key;
    const Session* session =
        candidate != nullptr && candidate->session ? &*candidate->session : nullptr;
    std::string expires_in = "null";
    if (session != nullptr && session->expires != 0) {
        expires_in = std::to_string(std::max<std::int64_t>(session->expires - now, 0));
    }
    std::string body = "{\"compatible\":" + boolean(candidate == nullptr || key != nullptr ||
                                                    is_unsigned_id(*candidate));
    body += ",\"authenticated\":" + boolean(reason == Reason::valid);
    body += ",\"token_version\":" + text_or_null(session == nullptr ? "" : session->version);
    body += ",\"server_version\":" + text_or_null(server_version(policy));
    body += ",\"key\":" + text_or_null(key == nullptr ? "" : key->id());
    body += ",\"reason\":\"" + std::string(name(reason));
    body += "\",\"expires_in\":" + expires_in + "}\n";
    return body;
}

}  // namespace session
