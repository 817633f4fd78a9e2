#include "zone_content.hpp"

#include <string_view>

#include "../../store/refused.hpp"
#include "../../store/restore.hpp"

namespace nginx {
namespace {

constexpr std::size_t kBuckets = 64;  // dumped at a time, while requests wait

}  // namespace

ZoneContent::ZoneContent(const Realm& realm) : realm_(realm), keyspace_(zone_of(realm).store) {}

void ZoneContent::lock() {
    lock_.emplace(realm_);
    keyspace_.recover();
}

void ZoneContent::unlock() {
    lock_.reset();
}

// A zone that was replaced by a reload is only read by those who still use it.
bool ZoneContent::apply(const store::Effects& group) {
    try {
        return store::apply_group(keyspace_, group, ngx_time());
    } catch (const store::Refused& refused) {
        return std::string_view(refused.what()) == store::kClosed;
    }
}

std::uint64_t ZoneContent::dump(std::uint64_t cursor, std::vector<store::Effects>& groups) {
    keyspace_.set_time(ngx_time());
    store::Effects group;
    const std::uint64_t next = keyspace_.dump(
        cursor, kBuckets, [&group](std::string_view effect) { group.emplace_back(effect); });
    if (!group.empty()) {
        groups.push_back(std::move(group));
    }
    return next;
}

}  // namespace nginx
