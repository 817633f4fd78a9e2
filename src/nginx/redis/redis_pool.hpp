// A worker's connections to one Redis node.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "../../redis/pipeline.hpp"
#include "redis_link.hpp"
#include "redis_server.hpp"
#include "redis_store.hpp"
#include "store_meter.hpp"

namespace nginx {

class RedisPool final : public RedisStore {
public:
    // The meter must outlive the pool; the log is copied. Nothing is connected before open() or the
    // first question. Throws std::bad_alloc.
    RedisPool(RedisServerPtr server, std::size_t connections, const ngx_log_t& log,
              StoreMeter& meter);

    StoreMeter& meter() const override { return meter_; }

    void open() override;

    // Sends all commands, at least one, on one connection. The asker hears of all replies, in the
    // order of the commands, or that there are none, within `server.timeout`, and never from inside
    // this call. False: nobody can take them now, and the asker hears nothing.
    bool ask(redis::Commands commands, redis::Asker& asker) override;

    // The same with another deadline, in ngx_current_msec.
    bool ask_until(redis::Commands commands, redis::Asker& asker, ngx_msec_t deadline);

    void tell(redis::Commands commands) override;
    void forget(const redis::Asker& asker) override;
    void close_all() override;
    std::vector<RedisServerPtr> masters() const override { return {server_}; }
    bool is_down(const RedisServerPtr&) const override { return !breaker_.is_closed(); }

    // Whether a question would leave at once.
    bool ready() const;

    // Whether nobody waits.
    bool idle() const;

private:
    bool send(redis::Commands commands, redis::Asker* asker, ngx_msec_t deadline);
    RedisLink* choose();

    const RedisServerPtr server_;
    StoreMeter& meter_;
    RedisBreaker breaker_;
    std::vector<std::unique_ptr<RedisLink>> links_;
    std::size_t first_ = 0;  // of equal ones, changing with each question
};

}  // namespace nginx
