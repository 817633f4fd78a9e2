#include "algorithm.hpp"

#include <algorithm>
#include <array>

namespace jwt {

namespace {

// The first row of a type, and for "ec" of a curve, is its default.
constexpr std::array<Algorithm, 13> kAlgorithms = {{
    {"HS256", KeyType::hmac, "SHA256", nullptr, 0},
    {"HS384", KeyType::hmac, "SHA384", nullptr, 0},
    {"HS512", KeyType::hmac, "SHA512", nullptr, 0},
    {"RS256", KeyType::rsa, "SHA256", nullptr, 0},
    {"RS384", KeyType::rsa, "SHA384", nullptr, 0},
    {"RS512", KeyType::rsa, "SHA512", nullptr, 0},
    {"PS256", KeyType::rsa_pss, "SHA256", nullptr, 0},
    {"PS384", KeyType::rsa_pss, "SHA384", nullptr, 0},
    {"PS512", KeyType::rsa_pss, "SHA512", nullptr, 0},
    {"ES256", KeyType::ec, "SHA256", "prime256v1", 32},
    {"ES384", KeyType::ec, "SHA384", "secp384r1", 48},
    {"ES512", KeyType::ec, "SHA512", "secp521r1", 66},
    {"EdDSA", KeyType::eddsa, nullptr, nullptr, 0},
}};

template <typename Predicate>
const Algorithm* find(Predicate predicate) {
    const auto* row = std::find_if(kAlgorithms.begin(), kAlgorithms.end(), predicate);
    return row == kAlgorithms.end() ? nullptr : row;
}

}  // namespace

const Algorithm* find_algorithm(std::string_view name) {
    return find([name](const Algorithm& row) { return row.name == name; });
}

const Algorithm* default_algorithm(KeyType type, std::string_view curve) {
    return find([type, curve](const Algorithm& row) {
        return row.type == type && (row.curve == nullptr || row.curve == curve);
    });
}

}  // namespace jwt
