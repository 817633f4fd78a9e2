#include "key_set.hpp"

#include <jansson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base64url.hpp"
#include "json.hpp"
#include "pkey.hpp"
#include "token.hpp"

namespace jwt {

namespace {

using KeyOrProblem = std::variant<Key, std::string>;
using Warnings = std::vector<std::string>;

std::string text_of(const json_t* jwk, std::string_view name) {
    return std::string(json_string(json_member(jwk, name)).value_or(""));
}

// The bytes of a base64url member; empty where it is none, which no key has.
std::string bytes_of(const json_t* jwk, std::string_view name) {
    return base64url_decode(text_of(jwk, name)).value_or("");
}

KeyOrProblem from_pkey(KeyOptions options, const Pkey& pkey) {
    if (pkey == nullptr) {
        return "its numbers are no public key";
    }
    return Key::from_public(std::move(options), pkey.get());
}

KeyOrProblem read_oct(const json_t* jwk, KeyOptions options, Warnings& warnings) {
    const std::string secret = bytes_of(jwk, "k");
    auto weakness = secret_weakness(secret);
    auto result = Key::from_secret(std::move(options), secret);
    if (weakness && std::holds_alternative<Key>(result)) {
        warnings.push_back(std::move(*weakness));
    }
    return result;
}

KeyOrProblem read_rsa(const json_t* jwk, KeyOptions options, Warnings&) {
    return from_pkey(std::move(options), make_rsa_key(bytes_of(jwk, "n"), bytes_of(jwk, "e")));
}

KeyOrProblem read_ec(const json_t* jwk, KeyOptions options, Warnings&) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 3> kAlgorithms = {{
        {"P-256", "ES256"},
        {"P-384", "ES384"},
        {"P-521", "ES512"},
    }};
    const std::string curve = text_of(jwk, "crv");
    for (const auto& [name, algorithm] : kAlgorithms) {
        if (curve == name) {
            const Algorithm& row = *find_algorithm(algorithm);
            const std::string x = bytes_of(jwk, "x");
            const std::string y = bytes_of(jwk, "y");
            if (x.size() != row.coordinate || y.size() != row.coordinate) {
                return "its coordinates are not as long as those of " + curve;
            }
            return from_pkey(std::move(options), make_ec_key(row.curve, x, y));
        }
    }
    return "its \"crv\" is none of P-256, P-384 and P-521";
}

KeyOrProblem read_okp(const json_t* jwk, KeyOptions options, Warnings&) {
    const std::string curve = text_of(jwk, "crv");
    if (curve != "Ed25519" && curve != "Ed448") {
        return "its \"crv\" is neither Ed25519 nor Ed448";
    }
    return from_pkey(std::move(options), make_edwards_key(curve.c_str(), bytes_of(jwk, "x")));
}

struct JwkType {
    std::string_view name;  // "kty"
    // What makes the key, in the order of the alphabet.
    std::array<std::string_view, 4> members;
    KeyOrProblem (*read)(const json_t* jwk, KeyOptions options, Warnings& warnings);
};

constexpr std::array<JwkType, 4> kTypes = {{
    {"EC", {"crv", "kty", "x", "y"}, read_ec},
    {"OKP", {"crv", "kty", "x"}, read_okp},
    {"RSA", {"e", "kty", "n"}, read_rsa},
    {"oct", {"k", "kty"}, read_oct},
}};

const JwkType* find_type(const json_t* jwk) {
    const auto name = json_string(json_member(jwk, "kty"));
    const auto* row = std::find_if(kTypes.begin(), kTypes.end(),
                                   [&name](const JwkType& type) { return type.name == name; });
    return row == kTypes.end() ? nullptr : row;
}

// RFC 7638, section 3. Values that would need an escape are in no key that can be read.
std::string thumbprint(const JwkType& type, const json_t* jwk) {
    std::string json;
    for (const std::string_view name : type.members) {
        if (!name.empty()) {
            json += json.empty() ? '{' : ',';
            json.append("\"").append(name).append("\":\"").append(text_of(jwk, name)).append("\"");
        }
    }
    json += '}';
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    std::size_t size = 0;
    const ErrorQueueGuard guard;
    EVP_Q_digest(nullptr, "SHA256", nullptr, json.data(), json.size(),
                 reinterpret_cast<unsigned char*>(digest.data()), &size);
    digest.resize(size);
    return base64url_encode(digest);
}

// Why the key is not for verifying signatures (RFC 7517, sections 4.2 and 4.3), or nothing.
std::optional<std::string> purpose_problem(const json_t* jwk) {
    const json_t* use = json_member(jwk, "use");
    if (use != nullptr && json_string(use) != "sig") {
        return "its \"use\" is not \"sig\"";
    }
    const json_t* operations = json_member(jwk, "key_ops");
    bool may_verify = operations == nullptr;
    for (std::size_t i = 0; i < json_array_size(operations); ++i) {
        may_verify = may_verify || json_string(json_array_get(operations, i)) == "verify";
    }
    if (!may_verify) {
        return "its \"key_ops\" do not name \"verify\"";
    }
    return std::nullopt;
}

KeyOrProblem read_jwk(const json_t* jwk, Warnings& warnings) {
    const JwkType* type = find_type(jwk);
    if (type == nullptr) {
        return "its \"kty\" is none of EC, OKP, RSA and oct";
    }
    if (auto problem = purpose_problem(jwk)) {
        return std::move(*problem);
    }
    const json_t* algorithm = json_member(jwk, "alg");
    if (algorithm != nullptr && find_algorithm(text_of(jwk, "alg")) == nullptr) {
        return "its \"alg\" is none that verifies tokens";
    }
    const json_t* id = json_member(jwk, "kid");
    if (id != nullptr && !is_name(text_of(jwk, "kid"))) {
        return "its \"kid\" is no string of 1 to 255 bytes without control bytes";
    }
    KeyOptions options;
    options.in_set = true;
    options.algorithm = text_of(jwk, "alg");
    options.id = id == nullptr ? thumbprint(*type, jwk) : text_of(jwk, "kid");
    return type->read(jwk, std::move(options), warnings);
}

// How messages call a key: by its place, and its "kid" where that can be shown.
std::string label(std::size_t index, const json_t* jwk) {
    const std::string id = text_of(jwk, "kid");
    return "key " + std::to_string(index + 1) + (is_name(id) ? " (\"" + id + "\")" : "");
}

}  // namespace

std::variant<KeySet, std::string> parse_key_set(std::string_view json) {
    const Json set = parse_json_object(json);
    if (set == nullptr) {
        return "the key set is no JSON object";
    }
    const json_t* keys = json_member(set.get(), "keys");
    if (!json_is_array(keys)) {
        return "the key set has no array \"keys\", as a JSON Web Key Set has";
    }
    KeySet result;
    for (std::size_t i = 0; i < json_array_size(keys); ++i) {
        const json_t* jwk = json_array_get(keys, i);
        Warnings weaknesses;
        auto key = read_jwk(jwk, weaknesses);
        for (const std::string& weakness : weaknesses) {
            result.warnings.push_back(label(i, jwk) + ": " + weakness);
        }
        if (const auto* problem = std::get_if<std::string>(&key)) {
            result.warnings.push_back(label(i, jwk) + " skipped: " + *problem);
        } else {
            result.keys.push_back(std::get<Key>(std::move(key)));
        }
    }
    if (result.keys.empty()) {
        return "the key set has no key that verifies tokens" +
               (result.warnings.empty() ? "" : ": " + result.warnings.front());
    }
    return result;
}

}  // namespace jwt
