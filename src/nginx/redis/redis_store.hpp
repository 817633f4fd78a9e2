// A worker's connections to the Redis that is a realm's store, however many nodes it has.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../realm/realm.hpp"
#include "../store.hpp"
#include "redis_server.hpp"
#include "store_meter.hpp"

namespace nginx {

class RedisStore : public Store {
public:
    // Starts to connect, without blocking.
    virtual void open() = 0;

    // Who still waits is told that there is no answer; the log is told nothing. A later question
    // connects again.
    virtual void close_all() = 0;

    // The nodes that hold the keys, as far as they are known: what changes there must be heard.
    virtual std::vector<RedisServerPtr> masters() const = 0;

    // Whether one of them is left alone, but for a probe, until it answers again.
    virtual bool is_down(const RedisServerPtr& master) const = 0;

    // The one of them that has the key; null where that is not known.
    virtual RedisServerPtr master_of(std::string_view key) const;

    // When there were certainly no others (ms of nginx's clock); 0: never yet. Who calls it wants
    // to know it again soon.
    virtual ngx_msec_t confirmed() { return ngx_current_msec; }

    bool takes_digests() const override { return true; }

    // What tells the masters apart by keys: a hash tag of each, and that of the one which has the
    // key; empty where there is one.
    virtual std::vector<std::string> tags() const { return {""}; }
    virtual std::string tag_of(std::string_view /*key*/) const { return ""; }
};

// By the realm's topology. Realm and meter must outlive it; the log is copied. Throws
// std::bad_alloc.
std::unique_ptr<RedisStore> make_redis_store(const Realm& realm, const ngx_log_t& log,
                                             StoreMeter& meter);

}  // namespace nginx
