// What the realm's zone knows of the store's keys: answers that need no question.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../../cache/answer_table.hpp"
#include "../../cache/token_table.hpp"
#include "../../redis/resp.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../redis/generation.hpp"
#include "../store.hpp"
#include "lookup.hpp"
#include "mirrored.hpp"

namespace nginx {

// Of one realm in one worker.
class Mirror final : public Known {
public:
    // A key at the time of a question about it.
    struct Asked {
        cache::Digest key{};
        std::uint32_t changes = 0;  // near the key
        std::uint64_t at = 0;       // ms of nginx's clock
        std::uint64_t epoch = 0;    // of the connection that tells what changes
        std::uint32_t era = 0;      // of the store
    };

    // Both must outlive it.
    Mirror(const Realm& realm, Store& store, Generation& generation)
        : realm_(realm), store_(store), generation_(generation), questions_(*this, store) {}

    Generation& generation() { return generation_; }

    Questions& questions() { return questions_; }

    // The reply that the store would give, as far as that is proven; nothing where it must be
    // asked.
    std::optional<redis::Reply> known(const Read& read);

    // For a read that is mirrored, and that has to be asked.
    Asked about(const Read& read) const;

    // Whether the reply to that question will do for who asks now.
    bool may_wait_for(const Asked& asked) const;

    // Keeps the reply to it; the result is what holds. `unchanged`: the store is the one that it
    // was.
    redis::Reply learn(const Read& read, const Asked& asked, const redis::Reply& reply,
                       bool unchanged);

    // Whether anything is known that speaks against somebody.
    bool knows_rejects() const;

    // Whether the reply will be believed only where the store is known to be unchanged.
    bool wants_generation(const Read& read) const;

    bool is_good(const cache::VerifiedToken& token) const override;

    // That is_good() was said of a token: it stays so until one of its keys may have changed, or
    // nobody tells any more what changes.
    struct Proof {
        std::uint64_t epoch = 0;    // of the connection that tells; 0: there is no proof
        std::uint64_t changes = 0;  // near the token's keys, in all
        std::uint32_t at = 0;       // Unix time
    };
    bool prove(const cache::VerifiedToken& token, Proof& proof) const;  // is_good()
    bool holds(const Proof& proof, const cache::VerifiedToken& token) const;

    cache::Digest digest(std::string_view key) const override;

    // Whether one of the keys is known, proven or not, to speak against what was issued then.
    bool is_against(const std::vector<cache::Digest>& keys, std::int64_t issued) const;

    // What was known when the store was last heard of, for "last_known" of a time when it is away;
    // nothing where that is too old.
    std::optional<redis::Reply> last_known(const Read& read) const;

    // What speaks against somebody, proven or not; nil where nothing does.
    redis::Reply floor(const Read& read) const;

    // Keeps a reply that was got by another way, where it speaks against somebody, or takes back
    // what did; the result is what holds. `era`: when it was asked for. is_news(): whether it may
    // do so.
    bool is_news(const redis::Reply& reply) const;
    redis::Reply note(const Read& read, const redis::Reply& reply, std::uint32_t era,
                      bool unchanged);

    void revoked(std::string_view user, const std::vector<std::string>& ids,
                 std::int64_t until) override;
    void marked(std::string_view user) override;

    // The same of a mark by its key: it holds this one now, or at least as great a time; or none.
    void marked(std::string_view name, const std::string& mark) override;
    void deleted(std::string_view name) override;

private:
    void changed(std::string_view name);
    redis::Reply in_place_of(const redis::Reply& error, const Read& read) const;
    bool is_good(const cache::Digest& key, std::int64_t issued) const;
    bool is_fresh(const cache::Answer& answer) const;
    bool is_tracked() const;
    bool is_proven() const;
    std::uint64_t changes_of(const cache::VerifiedToken& token) const;
    std::uint64_t epoch() const;
    cache::Answer keep(const cache::Digest& key, cache::Answer answer, std::uint32_t changes,
                       bool believe);

    const Realm& realm_;
    const Store& store_;
    Generation& generation_;
    Questions questions_;
};

}  // namespace nginx
