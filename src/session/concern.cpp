#include "concern.hpp"

#include <optional>

#include "hash.hpp"

namespace session {
namespace {

using Kind = Concern::Kind;

constexpr std::uint64_t kLeastNumber = 16;

std::optional<std::string_view> rest_of(std::string_view text, std::string_view begin) {
    if (text.substr(0, begin.size()) != begin) {
        return std::nullopt;
    }
    return text.substr(begin.size());
}

// Neither users nor IDs are bound to leave "}:" to the key.
std::vector<Concern> owners_of(std::string_view text) {
    constexpr std::string_view kEnd = "}:";
    std::vector<Concern> all;
    for (std::size_t end = text.find(kEnd); end != std::string_view::npos;
         end = text.find(kEnd, end + 1)) {
        all.push_back({Kind::user, std::string(text.substr(0, end))});
    }
    return all;
}

}  // namespace

std::vector<Concern> concerns_of(std::string_view prefix, std::string_view key) {
    const auto own = rest_of(key, prefix);
    if (!own) {
        return {};
    }
    if (const auto revoked = rest_of(*own, "revoked:{")) {
        return owners_of(*revoked);
    }
    if (const auto data = rest_of(*own, "data:{")) {
        return owners_of(*data);
    }
    if (const auto stale = rest_of(*own, "stale:{"); stale && !stale->empty()) {
        return {{Kind::user, std::string(stale->substr(0, stale->size() - 1))}};
    }
    if (*own == "epoch") {
        return {{Kind::everybody, {}}};
    }
    if (const auto tenant = rest_of(*own, "epoch:")) {
        return {{Kind::tenant, std::string(*tenant)}};
    }
    return {};
}

std::uint64_t number_of(const Concern& concern) {
    const auto kind = static_cast<char>('0' + static_cast<int>(concern.kind));
    const std::uint64_t number = digest_of(std::string(1, kind), concern.name)[0];
    const std::uint64_t tenant = concern.kind == Kind::tenant ? 1 : 0;
    return (number < kLeastNumber ? kLeastNumber : number & ~std::uint64_t{1}) | tenant;
}

bool is_of_tenant(std::uint64_t number) {
    return number % 2 == 1;
}

}  // namespace session
