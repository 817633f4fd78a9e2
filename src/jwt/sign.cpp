#include "sign.hpp"

#include "base64url.hpp"

namespace jwt {

std::optional<std::string> sign_token(const Key& key, const Payload& payload) {
    Payload header;
    if (!header.set("alg", key.algorithm().name) || !header.set("typ", "JWT") ||
        !header.set("kid", key.id())) {
        return std::nullopt;
    }
    std::string token = base64url_encode(header.json()) + '.' + base64url_encode(payload.json());
    const std::optional<std::string> signature = key.sign(token);
    if (!signature) {
        return std::nullopt;
    }
    return token + '.' + base64url_encode(*signature);
}

}  // namespace jwt
