#include "refresh_token.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "../jwt/base64url.hpp"
#include "../jwt/token.hpp"
#include "ascii.hpp"

namespace session {
namespace {

constexpr std::size_t kMaxBytes = 4096;
constexpr std::ptrdiff_t kDots = 6;
constexpr std::string_view kNextLabel = "next ";

// KEY.USER.SESSION.EXPIRES.END.NONCE.SEAL: names in base64url, times in decimal.
std::optional<RefreshToken> seal(const jwt::Key& key, RefreshToken token, std::string_view nonce) {
    std::string text = jwt::base64url_encode(key.id());
    text += '.' + jwt::base64url_encode(token.user) + '.' + jwt::base64url_encode(token.session);
    text += '.' + std::to_string(token.expires) + '.' + std::to_string(token.end) + '.';
    text += nonce;
    const auto mac = key.seal(text);
    if (!mac) {
        return std::nullopt;
    }
    token.text = text + '.' + jwt::base64url_encode(*mac);
    return token;
}

std::optional<std::int64_t> read_time(std::string_view text) {
    std::int64_t time = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, time);
    return error == std::errc() && stop == end ? std::optional(time) : std::nullopt;
}

bool is_sealed(const jwt::Key& key, std::string_view text) {
    const std::size_t last = text.rfind('.');
    const auto mac = key.seal(text.substr(0, last));
    const auto given = jwt::base64url_decode(text.substr(last + 1));
    return mac && given && mac->size() == given->size() &&
           CRYPTO_memcmp(mac->data(), given->data(), mac->size()) == 0;
}

}  // namespace

ReadRefreshToken read_refresh_token(std::string_view text, const jwt::Keyring& keyring,
                                    std::int64_t now) {
    std::string_view rest = text;
    const auto key_id = jwt::base64url_decode(cut(rest, '.'));
    if (text.size() > kMaxBytes || !key_id || std::count(text.begin(), text.end(), '.') != kDots) {
        return {};
    }
    const jwt::Key* key = keyring.find(*key_id);
    if (key == nullptr || !key->can_sign() || !key->accepted_at(now)) {
        return {std::nullopt, false};
    }
    if (!is_sealed(*key, text)) {
        return {};
    }
    RefreshToken token;
    token.text = text;
    token.user = jwt::base64url_decode(cut(rest, '.')).value_or("");
    token.session = jwt::base64url_decode(cut(rest, '.')).value_or("");
    const auto expires = read_time(cut(rest, '.'));
    const auto end = read_time(cut(rest, '.'));
    if (!expires || !end || token.user.empty() || token.session.empty()) {
        return {};
    }
    token.expires = *expires;
    token.end = *end;
    return {std::move(token), true};
}

std::optional<RefreshToken> first_refresh_token(const jwt::Key& key, std::string_view user,
                                                std::string_view session, std::int64_t expires,
                                                std::int64_t end, std::string_view nonce) {
    return seal(key, {"", std::string(user), std::string(session), expires, end}, nonce);
}

std::optional<RefreshToken> next_refresh_token(const jwt::Key& key, const RefreshToken& old,
                                               std::int64_t expires) {
    const auto nonce = key.seal(std::string(kNextLabel) + old.text);
    if (!nonce) {
        return std::nullopt;
    }
    return seal(key, {"", old.user, old.session, expires, old.end}, jwt::base64url_encode(*nonce));
}

}  // namespace session
