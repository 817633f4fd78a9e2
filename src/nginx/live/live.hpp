// The requests of a realm that one worker has let in and that are still there: a WebSocket, a
// stream, a download. What changes in the store, and the time, may end them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "../../cache/presence.hpp"
#include "../../session/reason.hpp"
#include "../ngx.hpp"
#include "../posted_call.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "../work_slice.hpp"
#include "inquest.hpp"
#include "live_request.hpp"

namespace nginx {

class LiveRequests {
public:
    // Of the worker; made where there is none. Throws std::bad_alloc.
    static LiveRequests& of(const Realm& realm);
    // Of one realm, or with null of all: before their stores go.
    static void close(const Realm* realm) noexcept;

    explicit LiveRequests(const Realm& realm);
    ~LiveRequests();
    LiveRequests(const LiveRequests&) = delete;
    LiveRequests& operator=(const LiveRequests&) = delete;

    const Realm& realm() const { return realm_; }

    // `since`: the position of the feed before the request was judged.
    void add(LiveRequest& live, ngx_http_request_t* r, std::uint64_t since, bool only_told);
    void remove(LiveRequest& live) noexcept;

    // An inquest has its answer: it goes on from the event loop.
    void wake();

private:
    void go_on();
    void work();
    void schedule();
    bool has_work() const;

    // live_watch.cpp: who is to be asked about
    void settle_young(const WorkSlice& slice);
    void settle(LiveRequest& live);
    void read_feed();
    void take_change(std::uint64_t change);
    void check_proof();
    void begin_pass();
    void continue_pass(const WorkSlice& slice);
    bool is_suspect(LiveRequest& live);
    void note_activity(LiveRequest& live);
    void enlist(LiveRequest& live);
    void set_look(LiveRequest& live, const session::Candidate& candidate) const;

    // live_inquests.cpp: what becomes of them
    bool may_start_inquest() const;
    void start_inquests(const WorkSlice& slice);
    void start_inquest(LiveRequest& live);
    void finish_inquests();
    void conclude(const Inquest& inquest);
    void forget_inquest(LiveRequest& live) noexcept;
    void ask_anew();
    void end_doomed(const WorkSlice& slice);
    void end(LiveRequest& live);

    void move(LiveRequest& live, ngx_queue_t& to) noexcept;
    void show_count();

    const Realm& realm_;
    // Each is in one of these, the oldest first.
    ngx_queue_t young_{};    // nobody has looked at them yet: most requests never get further
    ngx_queue_t watched_{};  // nothing is known against them
    ngx_queue_t due_{};      // to be asked about
    ngx_queue_t asked_{};    // the store is asked
    ngx_queue_t doomed_{};   // to be ended
    std::vector<ngx_queue_t> places_;  // those that were looked at, by user
    std::list<std::unique_ptr<Inquest>> inquests_;

    std::size_t settled_ = 0;    // how many are no more young
    std::uint64_t seen_ = 0;     // position of the feed
    std::uint32_t tick_ = 0;     // of the timer
    std::uint32_t pass_ = 0;     // looks at all that are watched
    bool in_pass_ = false;       // one is under way
    bool suspects_all_ = false;  // it is for everybody …
    std::vector<std::uint64_t>
        suspects_;              // … or for these tenants; and for who has a time to look at
    ngx_msec_t suspected_ = 0;  // when all were last asked about
    time_t swept_ = 0;          // when time was last looked at
    cache::Presence::Place* shown_ = nullptr;
    Timer timer_;
    PostedCall answered_;
};

}  // namespace nginx
