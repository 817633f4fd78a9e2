// What requests ask of keys that the zone does not know, asked once for all who wait.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "../../cache/digest.hpp"
#include "../../redis/resp.hpp"
#include "../ngx.hpp"
#include "../store.hpp"
#include "mirrored.hpp"
#include "suspension.hpp"

namespace nginx {

class Mirror;

// The reads of one request.
class Lookup {
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
    friend class Questions;

    void deliver(std::size_t index, const redis::Reply* reply);  // null: there is none

    Mirror& mirror_;
    Suspension suspension_;
    std::vector<redis::Reply> replies_;
    std::size_t missing_ = 0;
    bool hit_ = false;
    bool failed_ = false;
};

// Those on their way to the store, of one realm in one worker.
class Questions {
public:
    // Both must outlive it.
    Questions(Mirror& mirror, Store& store);
    ~Questions();
    Questions(const Questions&) = delete;
    Questions& operator=(const Questions&) = delete;

    // The open ones of the reads, for this lookup. False where the store cannot be asked now.
    bool ask(Lookup& lookup, const std::vector<Read>& reads, const std::vector<std::size_t>& open);

    // The lookup is going away.
    void withdraw(const Lookup& lookup);

private:
    class Batch;

    struct Waiter {
        Lookup* lookup;
        std::size_t index;
    };
    struct Item;

    Batch& gather(Lookup& lookup, const std::vector<Read>& reads,
                  const std::vector<std::size_t>& open);
    void remove(const Batch& batch);
    void finish(Batch& batch, const std::vector<redis::Reply>& replies);

    Mirror& mirror_;
    Store& store_;
    std::map<cache::Digest, std::pair<Batch*, Item*>> pending_;  // the last question about each key
    std::list<std::unique_ptr<Batch>> batches_;
};

}  // namespace nginx
