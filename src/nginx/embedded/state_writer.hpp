// Keeps the state file of a realm whose store is its zone: what was written to the zone is
// acknowledged when it is safe on the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <vector>

#include "../../redis/pipeline.hpp"
#include "../../store/journal.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../threads.hpp"
#include "../timer.hpp"
#include "../zone/zone_content.hpp"
#include "state_log.hpp"

namespace nginx {

// Of one realm in one worker.
class StateWriter {
public:
    using Run = std::function<std::vector<redis::Reply>(const redis::Commands& commands)>;

    // The realm must outlive it, and so must its zone; the log is copied. `run` does what is asked,
    // at once.
    StateWriter(const Realm& realm, const ngx_log_t& log, Run run);
    // The worker goes: what is not safe yet is written now. Nobody may wait any more.
    ~StateWriter();
    StateWriter(const StateWriter&) = delete;
    StateWriter& operator=(const StateWriter&) = delete;

    // Commands that write. The asker gets the replies once all that was written to the zone so far
    // is safe, or hears that there are none. They are done after all that other instances have
    // acknowledged before. False: what is written now has no chance to become safe, and the asker
    // hears nothing.
    bool submit(redis::Commands commands, redis::Asker& asker);
    void forget(const redis::Asker& asker);

    // Something was written for which nobody waits.
    void relieve();

private:
    // Until another instance's lines are read.
    struct Deferred {
        redis::Asker* asker = nullptr;
        redis::Commands commands;
        std::uint64_t flush = 0;  // which one, counted from 1, does that
        ngx_msec_t deadline = 0;
    };
    // Until what was written is safe.
    struct Held {
        redis::Asker* asker = nullptr;
        std::vector<redis::Reply> replies;
        std::uint64_t position = 0;
        ngx_msec_t deadline = 0;
    };

    // A journal of its own for each thread.
    struct Writer {
        Writer(const Realm& realm, const store::EffectRing& ring);

        ZoneContent content;
        store::Journal journal;
        store::Report report;
    };

    bool is_ready() const { return !ring_.is_failing() && !stuck_; }
    bool is_waited_for() const { return !held_.empty() || !deferred_.empty(); }
    void hold(redis::Asker& asker, std::vector<redis::Reply> replies, ngx_msec_t deadline);
    void flush();
    void flushed();
    void compacted();
    void run_deferred();
    void deliver();
    void refuse();
    void expire();
    void watch_deadline();
    void tick();
    bool is_watcher() const;
    bool has_news() const;
    bool has_foreign() const;
    bool is_safe(std::uint64_t position) const;

    const Realm& realm_;
    Run run_;
    StateLog log_;
    store::EffectRing ring_;
    Writer flusher_;
    Writer compactor_;
    ThreadTask flush_task_;
    ThreadTask compact_task_;
    std::list<Deferred> deferred_;
    std::list<Held> held_;       // in the order of their positions
    std::uint64_t flushes_ = 0;  // that were begun
    ngx_msec_t tried_ = 0;       // when a flush was begun
    ngx_msec_t compaction_ = 0;  // when one may be begun
    bool stuck_ = false;         // the flush that is under way
    Timer ticker_;
    Timer deadline_;  // of the first who waits: a worker that shuts down waits for it
};

}  // namespace nginx
