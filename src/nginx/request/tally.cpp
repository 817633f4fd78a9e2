#include "tally.hpp"

#include <optional>

#include "../zone/zone.hpp"

namespace nginx {
namespace {

// A key ID or a version of which not all can be kept is told apart by its beginning.
constexpr std::size_t kPartBytes = kNameBytes / 2;
constexpr char kSeparator = '\0';

constexpr std::string_view kFormats[] = {"jwt", "nextauth", "authjs", "opaque"};
constexpr std::string_view kOther = "other";

// Places that new versions leave to new keys: tokens have any versions, keys are configured.
constexpr std::size_t kSpared = kUses / 4;

std::string joined(std::string_view first, std::string_view second) {
    std::string name(key_name(first));
    name += kSeparator;
    return name.append(cache::clip(second, kPartBytes - 1));
}

std::uint16_t source_number(const Realm& realm, const session::TokenSource& source) {
    for (std::size_t i = 0; i < realm.source_numbers.size(); ++i) {
        if (&realm.policy.sources[i] == &source) {
            return realm.source_numbers[i];
        }
    }
    // That of a refreshed token, which is the realm's own cookie.
    return statistics(realm).sources.find(source_name(source)).value_or(cache::kOthers);
}

std::uint64_t now() {
    return static_cast<std::uint64_t>(ngx_time());
}

}  // namespace

std::string use_name(std::string_view key, std::string_view version) {
    return joined(key, version);
}

std::string_view key_name(std::string_view key) {
    return cache::clip(key, kPartBytes - 1);
}

std::string source_name(const session::TokenSource& source) {
    return joined(source.label, kFormats[static_cast<std::size_t>(source.format)]);
}

std::pair<std::string_view, std::string_view> parts_of(std::string_view name) {
    const std::size_t end = name.find(kSeparator);
    return end == std::string_view::npos ? std::pair(kOther, kOther)
                                         : std::pair(name.substr(0, end), name.substr(end + 1));
}

std::uint16_t use_number(const Realm& realm, const session::Candidate& candidate) {
    const std::string& key = candidate.verification.key->id();
    const std::string_view version =
        candidate.session ? std::string_view(candidate.session->version) : std::string_view();
    auto& uses = statistics(realm).uses;
    const std::string name = use_name(key, version);
    if (const auto known = uses.find(name)) {
        return *known;
    }
    const std::string other = use_name(key, kOther);
    const ZoneLock lock(realm);
    auto number = uses.add(name, kSpared);
    number = number ? number : uses.add(other);
    return number.value_or(cache::kOthers);
}

void count_request(const Realm& realm, session::Reason reason) {
    const auto index = static_cast<std::size_t>(reason);
    count(counters(realm).requests[index]);
    if (reason != session::Reason::valid) {
        statistics(realm).minutes.count(index, now() / 60);
    }
}

void count_token(const Realm& realm, const session::Candidate& candidate) {
    Counters& counts = counters(realm);
    if (!realm.policy.caches()) {
        count(counts.bypasses);
    }
    if (candidate.verification.key == nullptr) {
        return;
    }
    Use& use = counts.uses[use_number(realm, candidate)];
    Use& source = counts.sources[source_number(realm, *candidate.presented.source)];
    if (candidate.reason == session::Reason::valid) {
        count_valid(use, now());
        count_valid(source, now());
    } else {
        count(use.refused);
        count(source.refused);
    }
}

void count_recalled(const Realm& realm, const session::TokenSource& source, std::uint16_t use) {
    Counters& counts = counters(realm);
    count(counts.requests[static_cast<std::size_t>(session::Reason::valid)]);
    if (!realm.policy.caches()) {
        count(counts.bypasses);
    }
    count_valid(counts.uses.at(use), now());
    count_valid(counts.sources.at(source_number(realm, source)), now());
}

void count_issued(const Realm& realm) {
    count(counters(realm).issued);
    statistics(realm).minutes.count(kIssuedSeries, now() / 60);
}

}  // namespace nginx
