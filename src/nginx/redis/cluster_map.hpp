// Which master of a Redis Cluster has which slot, as far as a worker knows: asked of all masters
// now and then, and when there is a sign of change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../../redis/cluster_view.hpp"
#include "../../redis/pipeline.hpp"
#include "../ngx.hpp"
#include "../posted_call.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "cluster_nodes.hpp"
#include "cluster_seed.hpp"

namespace nginx {

class ClusterMap {
public:
    class Owner {
    public:
        // A map is there, or cannot be had now.
        virtual void mapped() = 0;
        // Slots have other masters than before; the number stands for who has which.
        virtual void moved(std::uint64_t view) = 0;

    protected:
        ~Owner() = default;
    };

    // All of them must outlive it, the log in its place.
    ClusterMap(const Realm& realm, ngx_log_t& log, ClusterNodes& nodes, StoreMeter& meter,
               Owner& owner);
    ~ClusterMap();
    ClusterMap(const ClusterMap&) = delete;
    ClusterMap& operator=(const ClusterMap&) = delete;

    // Asks for it soon, however often it is called.
    void refresh();

    // Null before the first answer.
    const redis::SlotMap* slots() const { return view_ ? &view_->slots : nullptr; }

    // There is none, and nobody answers.
    bool away() const { return !view_ && failed_; }

    // A master said that a slot has another one.
    void moved(unsigned slot, const redis::NodeAddress& node);

    // All masters, those without a slot too.
    const std::vector<RedisServerPtr>& masters() const { return servers_; }

    // Null: nobody has the slot, as far as is known.
    RedisServerPtr master_of(unsigned slot) const;

    // A hash tag for each master that has a slot, and that of the master which has this one; empty:
    // nobody has it.
    std::vector<std::string> tags() const;
    std::string tag_of(unsigned slot) const;

    // When all of these were asked who the masters are, and knew of no other; 0: never yet. Who
    // calls it wants to know it again within a quarter of the realm's "max_stale".
    ngx_msec_t confirmed();

    // No more answers are expected.
    void close();

private:
    class Probe;

    void begin();
    bool ask(RedisPool& pool, const redis::NodeAddress& node, bool is_seed);
    void ask_seeds();
    bool seeks_seeds() const;
    void answered();
    void finish();
    void take(redis::ClusterView view);
    void confirm();
    void complain();
    void changed();
    void note_owners();
    ngx_msec_t period() const;
    void schedule(ngx_msec_t wait);

    const Realm& realm_;
    ngx_log_t& log_;
    ClusterNodes& nodes_;
    StoreMeter& meter_;
    Owner& owner_;
    std::vector<std::unique_ptr<ClusterSeed>> seeds_;  // while no master answers
    std::optional<redis::ClusterView> view_;
    std::vector<RedisServerPtr> servers_;
    std::vector<std::pair<redis::NodeAddress, std::string>> tags_;
    std::vector<std::unique_ptr<Probe>> probes_;  // of this round
    std::size_t open_ = 0;                        // of them, without an answer
    bool failed_ = false;                         // the last round brought nothing
    bool wanted_ = false;                         // a refresh, during a round
    ngx_msec_t begun_ = 0;                        // this round
    ngx_msec_t confirmed_ = 0;
    std::optional<ngx_msec_t> watched_;  // when somebody last wanted it confirmed
    std::string complaint_;              // told last
    Timer timer_;                        // of the next round
    PostedCall end_;                     // of this one
};

}  // namespace nginx
