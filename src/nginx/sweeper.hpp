// Frees what has expired in a zone that is a store, a little at a time, in one of the workers.
#pragma once

#include "ngx.hpp"
#include "realm.hpp"

namespace nginx {

class Sweeper {
public:
    // The realm must outlive it, and so must its zone; the log is copied.
    Sweeper(const Realm& realm, const ngx_log_t& log);
    ~Sweeper();
    Sweeper(const Sweeper&) = delete;
    Sweeper& operator=(const Sweeper&) = delete;

private:
    static void on_timer(ngx_event_t* event) noexcept;

    void sweep() const;

    const Realm& realm_;
    ngx_log_t log_;
    ngx_connection_t timer_owner_{};
    ngx_event_t timer_{};
};

}  // namespace nginx
