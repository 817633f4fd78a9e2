// A worker's connections to one Redis node.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "../redis/pipeline.hpp"
#include "redis_link.hpp"
#include "redis_server.hpp"
#include "store.hpp"
#include "store_meter.hpp"

namespace nginx {

class RedisPool final : public Store {
public:
    // Server and meter must outlive the pool; the log is copied. Nothing is connected before open()
    // or the first question. Throws std::bad_alloc.
    RedisPool(const RedisServer& server, std::size_t connections, const ngx_log_t* log,
              StoreMeter& meter);

    StoreMeter& meter() const override { return meter_; }

    // Starts to connect, without blocking.
    void open();

    // Sends all commands, at least one, on one connection. The asker hears of all replies, in the
    // order of the commands, or that there are none, within `server.timeout`, and never from inside
    // this call. False: nobody can take them now, and the asker hears nothing.
    bool ask(std::vector<redis::Arguments> commands, redis::Asker& asker) override;

    void tell(std::vector<redis::Arguments> commands) override;
    void forget(const redis::Asker& asker) override;
    bool takes_digests() const override { return true; }

    // Who still waits is told that there is no answer; the log is told nothing. A later question
    // connects again.
    void close_all();

private:
    bool send(std::vector<redis::Arguments> commands, redis::Asker* asker);
    RedisLink* choose() const;

    const RedisServer& server_;
    StoreMeter& meter_;
    std::vector<std::unique_ptr<RedisLink>> links_;
    std::size_t first_ = 0;  // of equal ones, changing with each question
};

}  // namespace nginx
