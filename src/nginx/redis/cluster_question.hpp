// A question to a Redis Cluster on its way: its parts at their masters, sent on where a master says
// so.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <vector>

#include "../../redis/pipeline.hpp"
#include "../../redis/scatter.hpp"
#include "../ngx.hpp"
#include "../timer.hpp"
#include "cluster_map.hpp"
#include "cluster_nodes.hpp"

namespace nginx {

class ClusterQuestion {
public:
    class Owner {
    public:
        // From inside a connection: go_on() is to be called later.
        virtual void delayed(ClusterQuestion& question) = 0;
        // The same, before the asker is told; the question can be destroyed later.
        virtual void over(ClusterQuestion& question) = 0;

    protected:
        ~Owner() = default;
    };

    // What a question needs, and what must outlive it.
    struct Place {
        ClusterNodes& nodes;
        ClusterMap& map;
        ngx_log_t& log;
        Owner& owner;
    };

    // The asker may be null; the deadline is in ngx_current_msec.
    ClusterQuestion(const Place& place, redis::Commands commands, redis::Asker* asker,
                    ngx_msec_t deadline);
    ~ClusterQuestion();
    ClusterQuestion(const ClusterQuestion&) = delete;
    ClusterQuestion& operator=(const ClusterQuestion&) = delete;

    // Asks the masters: there has to be a map. False: they cannot all be asked, and nothing will
    // come of it. Nobody is called from inside.
    bool start();

    // There is no map yet: gives up at the deadline.
    void wait();

    // Sends on what masters do not have.
    void go_on();

    // The asker is told that there is no answer.
    void give_up();

    void forget(const redis::Asker& asker);

    // No answers are expected any more.
    bool idle() const { return open_ == 0; }

private:
    class Part;
    struct Delayed {
        redis::Scatter::Units units;
        redis::NodeAddress node;
        bool asking;
    };

    bool send(ClusterNode& node, redis::Scatter::Units units, bool asking);
    void take(const Part& part, std::vector<redis::Reply> replies);
    void delay(const redis::Scatter::Onward& onward);
    ClusterNode* find(const redis::NodeAddress& address);
    void settle();

    const Place place_;
    redis::Commands commands_;
    redis::Asker* asker_;
    const ngx_msec_t deadline_;
    std::optional<redis::Scatter> scatter_;
    std::list<Part> parts_;
    std::size_t open_ = 0;  // parts without an answer
    std::vector<Delayed> delayed_;
    bool failed_ = false;
    std::optional<Timer> timer_;  // of one that was delayed: connections keep the time of parts
};

}  // namespace nginx
