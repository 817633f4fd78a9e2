#include "source.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "../session/source_keys.hpp"
#include "failure.hpp"

namespace ctl {

const std::vector<Option> kFormOptions = {{"format"}, {"signed"}, {"cookie"}};

namespace {

using Source = session::TokenSource;

// The value of the option by its word.
template <typename Value, std::size_t Count>
Value choose(const CommandLine& line, std::string_view option,
             const std::pair<std::string_view, Value> (&table)[Count], Value other) {
    const auto word = line.value(option);
    if (!word) {
        return other;
    }
    std::string words;
    for (const auto& [name, value] : table) {
        if (name == *word) {
            return value;
        }
        words += (words.empty() ? "" : ", ") + std::string(name);
    }
    throw usage("--" + std::string(option) + " is one of " + words + ", not \"" + *word + "\"");
}

constexpr std::pair<std::string_view, Source::Format> kFormats[] = {
    {"jwt", Source::Format::jwt},
    {"nextauth", Source::Format::nextauth},
    {"authjs", Source::Format::authjs},
    {"opaque", Source::Format::opaque},
};
constexpr std::pair<std::string_view, Source::Signed> kSigned[] = {
    {"remix", Source::Signed::remix},
    {"express", Source::Signed::express},
};

bool is_hmac(const jwt::Key& key) {
    return key.algorithm().type == jwt::KeyType::hmac;
}

void check(const CommandLine& line, const session::Policy& policy, const Source& source) {
    const bool opaque = source.format == Source::Format::opaque;
    if (opaque && source.signed_by == Source::Signed::no) {
        throw usage("an id that nobody has signed only the store knows: --signed remix or express");
    }
    if (!opaque && line.has("signed")) {
        throw usage("--signed is for --format opaque");
    }
    if (line.has("cookie") && source.format != Source::Format::authjs) {
        throw usage("--cookie is for --format authjs");
    }
    const std::vector<jwt::Key>& keys = policy.keyring.keys();
    if (source.format != Source::Format::jwt && std::none_of(keys.begin(), keys.end(), is_hmac)) {
        throw usage("an HMAC key is missing: --key [ID=]FILE with the secret of the application");
    }
}

}  // namespace

session::TokenSource read_source(const CommandLine& line, const session::Policy& policy) {
    Source source;
    source.format = choose(line, "format", kFormats, Source::Format::jwt);
    source.signed_by = choose(line, "signed", kSigned, Source::Signed::no);
    if (const auto cookie = line.value("cookie")) {
        source.kind = Source::Kind::cookie;
        source.name = *cookie;
    }
    check(line, policy, source);
    if (source.encrypted()) {
        auto keys = session::derive_keys(policy, source);
        if (!keys) {
            throw std::runtime_error("OpenSSL derives no keys, check its configuration");
        }
        source.keys = std::move(*keys);
    }
    return source;
}

}  // namespace ctl
