#include "opaque_id.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "../jwt/base64url.hpp"
#include "../jwt/token.hpp"
#include "return_url.hpp"

namespace session {
namespace {

using Signed = TokenSource::Signed;

constexpr std::string_view kExpressMark = "s:";

bool is_id(std::string_view id, std::size_t shortest) {
    return id.size() >= shortest && id.size() <= kMaxId &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// A JWS or a JWE, as where a cookie has ids now and had tokens before.
bool is_jose(std::string_view value) {
    return value.substr(0, 3) == "eyJ" && std::count(value.begin(), value.end(), '.') >= 2;
}

// The alphabet of RFC 4648, section 4, without its padding.
std::string base64(std::string_view bytes) {
    std::string text = jwt::base64url_encode(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.find_first_of("-_") != std::string_view::npos) {
        return std::nullopt;
    }
    std::string plain(text);
    plain.erase(plain.find_last_not_of('=') + 1);
    if (text.size() != plain.size() && text.size() != (plain.size() + 3) / 4 * 4) {
        return std::nullopt;
    }
    std::replace(plain.begin(), plain.end(), '+', '-');
    std::replace(plain.begin(), plain.end(), '/', '_');
    return jwt::base64url_decode(plain);
}

// Remix signs what it has made of a value: base64 of its JSON, here a text.
std::string encode_remix(std::string_view id) {
    std::string text = base64('"' + std::string(id) + '"');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> decode_remix(std::string_view text) {
    const auto json = base64_decode(text);
    if (!json || json->size() < 2 || json->front() != '"' || json->back() != '"') {
        return std::nullopt;
    }
    std::string id = json->substr(1, json->size() - 2);
    const bool is_plain = id.find_first_of("\"\\") == std::string::npos;
    return is_plain ? std::optional(std::move(id)) : std::nullopt;
}

bool is_signature_of(const jwt::Key& key, std::string_view text, std::string_view signature) {
    const auto mac = key.cookie_mac(text);
    if (!mac) {
        return false;
    }
    const std::string expected = base64(*mac);
    return expected.size() == signature.size() &&
           CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
}

// Keys whose time has ended come last and only tell "key" from "signature", as for tokens.
jwt::Result<const jwt::Key*> find_signer(const jwt::Keyring& keyring, std::string_view text,
                                         std::string_view signature, std::int64_t now) {
    jwt::Refusal refusal = jwt::Refusal::signature;
    for (const jwt::Key& key : keyring.keys()) {
        if (is_signature_of(key, text, signature)) {
            if (key.accepted_at(now)) {
                return &key;
            }
            refusal = jwt::Refusal::key;
        }
    }
    return refusal;
}

}  // namespace

jwt::Result<OpaqueId> read_opaque_id(Signed signed_by, std::string_view value,
                                     const jwt::Keyring& keyring, std::int64_t now) {
    if (signed_by == Signed::no) {
        return is_id(value, kMinUnsignedId) && !is_jose(value)
                   ? jwt::Result<OpaqueId>(OpaqueId{std::string(value), nullptr})
                   : jwt::Refusal::malformed;
    }
    const auto decoded = value.size() > jwt::kMaxTokenBytes ? std::nullopt : percent_decode(value);
    std::string_view text = decoded ? std::string_view(*decoded) : std::string_view();
    if (signed_by == Signed::express) {
        if (text.substr(0, kExpressMark.size()) != kExpressMark) {
            return jwt::Refusal::malformed;
        }
        text.remove_prefix(kExpressMark.size());
    }
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos) {
        return jwt::Refusal::malformed;
    }
    const auto signer = find_signer(keyring, text.substr(0, dot), text.substr(dot + 1), now);
    if (const auto* refusal = std::get_if<jwt::Refusal>(&signer)) {
        return *refusal;
    }
    const auto id = signed_by == Signed::remix ? decode_remix(text.substr(0, dot))
                                               : std::optional(std::string(text.substr(0, dot)));
    if (!id || !is_id(*id, 1)) {
        return jwt::Refusal::malformed;
    }
    return OpaqueId{*id, std::get<const jwt::Key*>(signer)};
}

const jwt::Key* id_key(const jwt::Keyring& keyring, std::int64_t now) {
    const std::vector<jwt::Key>& keys = keyring.keys();
    const auto first = std::find_if(keys.begin(), keys.end(), [now](const jwt::Key& key) {
        return key.signs_cookies() && !key.in_set() && key.accepted_at(now);
    });
    return first == keys.end() ? nullptr : &*first;
}

bool can_issue(const Policy& policy) {
    if (!policy.issues_opaque()) {
        return policy.keyring.signing_key(0) != nullptr;
    }
    return policy.own_source()->signed_by == Signed::no || id_key(policy.keyring, 0) != nullptr;
}

std::optional<std::string> write_opaque_id(Signed signed_by, std::string_view id,
                                           const jwt::Key* key) {
    if (signed_by == Signed::no) {
        return std::string(id);
    }
    const std::string text = signed_by == Signed::remix ? encode_remix(id) : std::string(id);
    const auto mac = key == nullptr ? std::nullopt : key->cookie_mac(text);
    if (!mac) {
        return std::nullopt;
    }
    const std::string mark(signed_by == Signed::express ? kExpressMark : "");
    return percent_encode(mark + text + '.' + base64(*mac));
}

}  // namespace session
