// What of a server's own settings loses sessions and revocations: told once for each configuration,
// by one worker.
#pragma once

#include <vector>

#include "../../redis/pipeline.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "redis_store.hpp"

namespace nginx {

class RedisAdvice final : public redis::Asker {
public:
    // Realm and store must outlive it; the log is copied.
    RedisAdvice(const Realm& realm, RedisStore& store, const ngx_log_t& log);
    ~RedisAdvice() { store_.forget(*this); }
    RedisAdvice(const RedisAdvice&) = delete;
    RedisAdvice& operator=(const RedisAdvice&) = delete;

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override;

private:
    void tick();
    void tell(ngx_uint_t level, const char* text, std::string_view value);

    const Realm& realm_;
    RedisStore& store_;
    ngx_log_t log_;
    Timer timer_;
    bool waiting_ = false;  // for an answer
};

}  // namespace nginx
