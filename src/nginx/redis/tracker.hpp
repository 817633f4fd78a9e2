// What Redis tells of changes: one connection to each of its nodes, an nginx instance and realm,
// whatever its workers. Each worker has a tracker; one of them owns the connections, the others
// watch that it is alive.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "../../cache/coherence.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "redis_store.hpp"
#include "tracking_link.hpp"

namespace nginx {

class Tracker final : public TrackingLink::Owner {
public:
    // Realm and store must outlive it, and so must the realm's zone; the log is copied.
    Tracker(const Realm& realm, RedisStore& store, const ngx_log_t& log);
    ~Tracker() { release(); }
    Tracker(const Tracker&) = delete;
    Tracker& operator=(const Tracker&) = delete;

private:
    using Links = std::vector<std::unique_ptr<TrackingLink>>;

    void on_time();
    void tick();
    bool own_or_claim();
    void release();
    void follow_masters();
    void follow_view();
    void let_go(Links::iterator first);
    std::uint64_t least_proven() const;
    void publish();
    cache::Coherence& coherence() const;

    void established() override;
    void broken() override;
    void changed(std::string_view key) override;
    void flushed() override;
    void proven() override;
    void refused(const RedisServer& server, std::string_view reason) override;

    const Realm& realm_;
    RedisStore& store_;
    ngx_log_t log_;
    Links links_;               // of the owner: one for each master
    ngx_msec_t confirmed_ = 0;  // when there were no other masters
    Timer timer_;
};

}  // namespace nginx
