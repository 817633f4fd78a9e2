// Frees what has expired in a zone that is a store, a little at a time, in one of the workers.
#pragma once

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"

namespace nginx {

class Sweeper {
public:
    // The realm must outlive it, and so must its zone; the log is copied.
    Sweeper(const Realm& realm, const ngx_log_t& log);

private:
    void on_time();
    void sweep() const;

    const Realm& realm_;
    ngx_log_t log_;
    Timer timer_;
};

}  // namespace nginx
