#include "encrypted.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base64url.hpp"
#include "token.hpp"

namespace jwt {

namespace {

constexpr std::size_t kParts = 5;  // header, encrypted key, initialisation vector, ciphertext, tag
using Parts = std::array<std::string_view, kParts>;
using Candidates = std::vector<const DerivedKey*>;

struct Encrypted {
    std::string_view header_text;  // as it stands in the token: the tag covers it
    Claims header;
    std::string iv;
    std::string ciphertext;
    std::string tag;
    std::string_view algorithm;              // a view into `header`
    std::string_view encryption;             // a view into `header`
    std::optional<std::string_view> key_id;  // a view into `header`
};

std::optional<Parts> split(std::string_view text) {
    Parts parts;
    for (std::size_t i = 0; i + 1 < kParts; ++i) {
        const std::size_t end = text.find('.');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        parts[i] = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    parts.back() = text;  // a fifth dot is refused where this is decoded
    return parts;
}

std::optional<Claims> read_header(std::string_view part) {
    auto json = base64url_decode(part);
    if (!json || json->size() > kMaxHeaderBytes) {
        return std::nullopt;
    }
    auto header = Claims::parse(std::move(*json));
    // As of signed tokens; "b64" has no meaning here.
    return header && !header->has("crit") && !header->has("zip") ? header : std::nullopt;
}

Result<Encrypted> parse(std::string_view text) {
    const auto parts = text.size() <= kMaxEncryptedBytes ? split(text) : std::nullopt;
    // Whose key is agreed upon brings none (RFC 7516, section 5.2, step 10).
    if (!parts || !(*parts)[1].empty()) {
        return Refusal::malformed;
    }
    auto header = read_header((*parts)[0]);
    auto iv = base64url_decode((*parts)[2]);
    auto ciphertext = base64url_decode((*parts)[3]);
    auto tag = base64url_decode((*parts)[4]);
    if (!header || !iv || !ciphertext || !tag) {
        return Refusal::malformed;
    }
    const auto algorithm = header->string("alg");
    const auto encryption = header->string("enc");
    const auto key_id = header->string("kid");
    if (!algorithm || !encryption || header->has("kid") != (key_id && is_name(*key_id))) {
        return Refusal::malformed;
    }
    return Encrypted{(*parts)[0],     std::move(*header), std::move(*iv), std::move(*ciphertext),
                     std::move(*tag), *algorithm,         *encryption,    key_id};
}

// The keys for the token, none where its "kid" is of none; those of the first encryption alone, for
// a token is of one.
Result<Candidates> pick(const Encrypted& token, const std::vector<DerivedKey>& keys) {
    Candidates candidates;
    bool suits = false;
    for (const DerivedKey& key : keys) {
        if (token.algorithm == "dir" && key.cipher.encryption().name == token.encryption) {
            suits = true;
            if (!token.key_id || key.thumbprint == *token.key_id) {
                candidates.push_back(&key);
            }
        }
    }
    if (!suits) {
        return Refusal::algorithm;
    }
    if (candidates.empty()) {
        return Refusal::key;
    }
    const Encryption& encryption = candidates.front()->cipher.encryption();
    if (token.iv.size() != encryption.iv_bytes || token.tag.size() != encryption.tag_bytes) {
        return Refusal::malformed;
    }
    return candidates;
}

struct Opened {
    const Key* key;
    std::string plain;
};

// As Keyring::verify(): keys whose time has ended only tell "key" from "signature".
Result<Opened> open(const Encrypted& token, Candidates candidates, const Keyring& keyring,
                    std::int64_t now) {
    const auto origin = [&keyring](const DerivedKey* key) -> const Key& {
        return keyring.keys()[key->origin];
    };
    const auto ended = std::stable_partition(
        candidates.begin(), candidates.end(),
        [&origin, now](const DerivedKey* key) { return origin(key).accepted_at(now); });
    if (token.key_id && ended == candidates.begin()) {
        return Refusal::key;
    }
    const Ciphertext ciphertext{token.header_text, token.iv, token.ciphertext, token.tag};
    for (auto key = candidates.begin(); key != candidates.end(); ++key) {
        if (auto plain = (*key)->cipher.open(ciphertext)) {
            if (key >= ended) {
                return Refusal::key;
            }
            return Opened{&origin(*key), std::move(*plain)};
        }
    }
    return Refusal::signature;
}

Verification refused(Refusal refusal) {
    Verification verification;
    verification.refusal = refusal;
    return verification;
}

}  // namespace

Verification verify_encrypted(std::string_view token, const std::vector<DerivedKey>& keys,
                              const Keyring& keyring, const Rules& rules, std::int64_t now) {
    auto parsed = parse(token);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
        return refused(*refusal);
    }
    auto& parts = std::get<Encrypted>(parsed);
    auto picked = pick(parts, keys);
    if (const auto* refusal = std::get_if<Refusal>(&picked)) {
        return refused(*refusal);
    }
    const auto result = open(parts, std::get<Candidates>(std::move(picked)), keyring, now);
    if (const auto* refusal = std::get_if<Refusal>(&result)) {
        return refused(*refusal);
    }
    const auto& opened = std::get<Opened>(result);
    auto claims = Claims::parse(opened.plain);
    if (!claims) {
        return refused(Refusal::malformed);
    }
    return verify_opened(std::move(parts.header), std::move(*claims), *opened.key, rules, now);
}

}  // namespace jwt
