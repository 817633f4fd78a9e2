// A worker's lines about trouble with its stores: ten a second, however many requests fail, and a
// number in place of what was left out.
#pragma once

#include "../session/log_limit.hpp"
#include "ngx.hpp"
#include "realm.hpp"

namespace nginx {

class StoreLog {
public:
    // That of this worker.
    static StoreLog& own();

    // Whether a line about the realm's store may be written now.
    bool admits(const Realm& realm);

    // A line that is not written for another reason.
    void leave_out(const Realm& realm);

    // The worker ends.
    void close();

private:
    StoreLog();

    static void on_timer(ngx_event_t* event) noexcept;
    void note(const Realm& realm);
    void tell();

    session::LogLimit limit_;
    ngx_connection_t timer_owner_{};  // what nginx expects behind a timer's data
    ngx_event_t timer_{};             // set while there is something to be told
};

}  // namespace nginx
