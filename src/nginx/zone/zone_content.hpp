// The store in a realm's zone, as its journal sees it.
#pragma once

#include <optional>

#include "../../store/journal.hpp"
#include "../../store/keyspace.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "zone.hpp"

namespace nginx {

// For any thread, one at a time. The realm must outlive it, and so must its zone.
class ZoneContent final : public store::Content {
public:
    explicit ZoneContent(const Realm& realm);

    void lock() override;
    void unlock() override;
    bool apply(const store::Effects& group) override;
    std::uint64_t dump(std::uint64_t cursor, std::vector<store::Effects>& groups) override;

private:
    const Realm& realm_;
    std::optional<ZoneLock> lock_;
    store::Keyspace keyspace_;  // without a sink: what the journal says is not said to it again
};

}  // namespace nginx
