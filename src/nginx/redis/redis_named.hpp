// A worker's connections to a Redis that is known by a name, wherever the name leads.
#pragma once

#include <vector>

#include "moving_store.hpp"
#include "name_watch.hpp"

namespace nginx {

class RedisNamed final : public MovingStore, public NameWatch::Owner {
public:
    // The realm has a resolver. Realm and meter must outlive it; the log is copied.
    RedisNamed(const Realm& realm, const ngx_log_t& log, StoreMeter& meter);
    ~RedisNamed() override;

    void open() override;
    void close_all() override;

private:
    void doubt() override { watch_.look_soon(); }
    void resolved(std::vector<RedisAddress> addresses) override;
    void unresolved() override { give_up(); }

    NameWatch watch_;
};

}  // namespace nginx
