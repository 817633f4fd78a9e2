// What the realm's zone knows of the store's keys: answers that need no question, and questions
// that are asked once for all who wait.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../cache/answer_table.hpp"
#include "../cache/token_table.hpp"
#include "../redis/pipeline.hpp"
#include "ngx.hpp"
#include "realm.hpp"
#include "store.hpp"
#include "suspension.hpp"

namespace nginx {

// A plain read, and until when anybody can want to know (Unix time, 0: not known).
struct Read {
    redis::Arguments command;
    std::int64_t until = 0;
    bool is_told = true;  // of the keys whose changes the server tells: others are asked each time
};

// Of one realm in one worker.
class Mirror final : public Known {
public:
    class Lookup;

    // Both must outlive it.
    Mirror(const Realm& realm, Store& store);
    ~Mirror() override;
    Mirror(const Mirror&) = delete;
    Mirror& operator=(const Mirror&) = delete;

    // The reply that the store would give, as far as that is proven; nothing where it must be
    // asked.
    std::optional<redis::Reply> known(const Read& read);

    bool is_good(const cache::VerifiedToken& token) const override;
    cache::Digest digest(std::string_view key) const override;

    // What speaks against somebody, proven or not; nil where nothing does.
    redis::Reply floor(const Read& read) const;

    // Keeps a reply that was got by another way, where it speaks against somebody.
    void note(const Read& read, const redis::Reply& reply);

    void revoked(std::string_view user, const std::vector<std::string>& ids,
                 std::int64_t until) override;
    void marked(std::string_view user) override;

    // The same of a mark by its key: it holds this one now, or at least as great a time; or none.
    void marked(std::string_view name, const std::string& mark) override;
    void deleted(std::string_view name) override;

private:
    friend class Lookup;
    class Batch;

    struct Waiter {
        Lookup* lookup;
        std::size_t index;
    };
    struct Item;

    void changed(std::string_view name);
    bool is_good(const cache::Digest& key, std::int64_t issued) const;
    bool is_fresh(const cache::Answer& answer) const;
    bool is_tracked() const;
    bool may_join(const Batch& batch, const Item& item) const;
    bool ask(Lookup& lookup, const std::vector<Read>& reads, const std::vector<std::size_t>& open);
    Batch& gather(Lookup& lookup, const std::vector<Read>& reads,
                  const std::vector<std::size_t>& open);
    void remove(const Batch& batch);
    void withdraw(const Lookup& lookup);
    redis::Reply learn(const Batch& batch, const Item& item, const redis::Reply& reply);
    void finish(Batch& batch, const std::vector<redis::Reply>& replies);
    cache::Answer keep(const cache::Digest& key, cache::Answer answer, std::uint32_t changes,
                       bool believe);

    const Realm& realm_;
    Store& store_;
    std::map<cache::Digest, std::pair<Batch*, Item*>> pending_;  // the last question about each key
    std::list<std::unique_ptr<Batch>> batches_;
};

// The reads of one request.
class Mirror::Lookup {
public:
    Lookup(ngx_http_request_t* r, Mirror& mirror);
    ~Lookup();
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;

    // Those that are not known yet are asked for, by this request or one before it. True: the
    // request waits; false: `replies` are there, none where the store is away.
    bool start(const std::vector<Read>& reads, Suspension::Take take, Suspension::Resume resume);

    // Whether all was known.
    bool hit() const { return hit_; }
    const std::vector<redis::Reply>& replies() const { return replies_; }
    bool waiting() const { return missing_ > 0 || suspension_.posted(); }

private:
    friend class Mirror;

    void deliver(std::size_t index, const redis::Reply* reply);  // null: there is none

    Mirror& mirror_;
    Suspension suspension_;
    std::vector<redis::Reply> replies_;
    std::size_t missing_ = 0;
    bool hit_ = false;
    bool failed_ = false;
};

}  // namespace nginx
