// Whether the store is the one that it was: an id that stands in it, written once, is looked at
// every second and when anything may have happened to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../../cache/generation.hpp"
#include "../../redis/pipeline.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "redis_store.hpp"

namespace nginx {

// Of one realm in one worker; the workers share what is known, and the work.
class Generation final : public redis::Asker {
public:
    // Realm and store must outlive it; the log is copied.
    Generation(const Realm& realm, RedisStore& store, const ngx_log_t& log);
    ~Generation();
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    // To be asked behind a question about the key, on the same connection.
    redis::Arguments question(std::string_view key) const;

    // Whether that reply says that nothing has happened to the store since the era in which it was
    // asked for: another worker may have given an emptied store a new id meanwhile.
    bool holds(std::string_view key, const redis::Reply& reply, std::uint32_t asked_in);

    // What the store said in another one may be lost. Workers that see different servers have
    // different ones.
    std::uint32_t era();

    void replied(std::vector<redis::Reply> replies) override;
    void unanswered() override;

private:
    enum class Step : std::uint8_t { idle, reading, missing, writing };

    void begin();
    bool is_current() const;
    void on_time();
    void tick();
    bool is_due();
    void look();
    void write();
    void read(std::size_t index, const redis::Reply& reply, bool first);
    void read_run(std::size_t index, const redis::Reply& reply);
    void take(std::size_t index, std::uint64_t value);
    void follow_view();
    void change(const std::string& how);
    cache::Generations& shared() const;
    cache::Generation* of(std::string_view tag) const;
    std::uint64_t known(std::string_view tag) const;
    std::string key(std::string_view tag) const;

    const Realm& realm_;
    RedisStore& store_;
    ngx_log_t log_;
    Step step_ = Step::idle;
    std::vector<std::string> tags_;    // that are asked about
    std::vector<std::uint64_t> seen_;  // what was known of them then
    bool good_ = false;                // all of them are as they were
    std::uint64_t doubts_ = 0;         // when they were asked about
    std::uint64_t era_ = 0;
    std::uint64_t view_ = 0;  // of the store, that was seen last
    Timer timer_;
};

}  // namespace nginx
