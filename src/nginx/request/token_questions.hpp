// What the store is asked of tokens that this worker has judged, for a realm that asks at each
// request: a token that comes again need not be read again.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "../../cache/token_table.hpp"
#include "../../session/standing.hpp"

namespace nginx {

// About one session; none about its record.
struct Question {
    std::vector<session::Inquiry> inquiries;
    std::vector<cache::Digest> keys;  // of each, where the zone may know it
};

class TokenQuestions {
public:
    // Null where it is not known.
    std::shared_ptr<const Question> find(const cache::TokenDigest& token) const {
        const Entry* entry = entries_.empty() ? nullptr : &entries_[place_of(token)];
        return entry != nullptr && entry->token.key == token.key && entry->token.rest == token.rest
                   ? entry->question
                   : nullptr;
    }

    // In place of the one that was there.
    void put(const cache::TokenDigest& token, std::shared_ptr<const Question> question) {
        entries_.resize(kEntries);
        entries_[place_of(token)] = {token, std::move(question)};
    }

private:
    static constexpr std::size_t kEntries = 4096;

    struct Entry {
        cache::TokenDigest token{};
        std::shared_ptr<const Question> question;
    };

    static std::size_t place_of(const cache::TokenDigest& token) { return token.key[0] % kEntries; }

    std::vector<Entry> entries_;  // none before the first question
};

}  // namespace nginx
