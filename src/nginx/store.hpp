// Where a realm's sessions are: commands in, replies out. Redis is one, the zone the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../cache/token_table.hpp"
#include "../redis/commands.hpp"
#include "../redis/pipeline.hpp"
#include "../redis/resp.hpp"
#include "redis/store_meter.hpp"

namespace nginx {

class Store {
public:
    virtual ~Store() = default;

    // The asker hears of all replies, in the order of the commands, or that there are none; it may
    // hear before this returns. False: nobody can take the commands now, and the asker hears
    // nothing.
    virtual bool ask(redis::Commands commands, redis::Asker& asker) = 0;

    // Commands whose outcome nobody waits for; they are lost where the store is away.
    virtual void tell(redis::Commands commands) = 0;

    // The asker is going away: it hears nothing more.
    virtual void forget(const redis::Asker& asker) = 0;

    // Of all questions, for who asks.
    virtual StoreMeter& meter() const = 0;

    // Whether scripts may be named by their digests, and may have to be sent whole then.
    virtual bool takes_digests() const = 0;

    // Stands for the servers that are asked now; another number: others are.
    std::uint64_t view() const { return view_; }

protected:
    void see(std::uint64_t view) { view_ = view; }

private:
    std::uint64_t view_ = 0;
};

// What a worker knows of the store's keys without asking.
class Known {
public:
    virtual ~Known() = default;

    // Where the key is found in tables.
    virtual cache::Digest digest(std::string_view key) const = 0;

    // Whether it is proven that the store has nothing against the token.
    virtual bool is_good(const cache::VerifiedToken& token) const = 0;

    // What this instance itself has just written, before anybody is told: IDs that are revoked
    // until then, and a user who was marked.
    virtual void revoked(std::string_view user, const std::vector<std::string>& ids,
                         std::int64_t until) = 0;
    virtual void marked(std::string_view user) = 0;
    // The same of a key by its name, that has the mark now, or is gone.
    virtual void marked(std::string_view name, const std::string& mark) = 0;
    virtual void deleted(std::string_view name) = 0;
};

}  // namespace nginx
