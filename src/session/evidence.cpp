#include "evidence.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "../jwt/encrypted.hpp"

namespace session {
namespace {

Candidate judge(const Policy& policy, const Presented& presented, bool may_use_cookie,
                jwt::Verification verification) {
    Candidate candidate;
    candidate.presented = presented;
    candidate.verification = std::move(verification);
    // Names that are malformed have no place in a log or a variable, whoever signed them.
    if (candidate.verification.claims &&
        candidate.verification.refusal != jwt::Refusal::malformed) {
        candidate.session =
            read_session(presented.token, candidate.verification, policy.rules.names);
    }
    if (candidate.verification.refusal) {
        candidate.reason = reason_of(*candidate.verification.refusal);
    } else if (presented.source->kind == TokenSource::Kind::cookie && !may_use_cookie) {
        candidate.reason = Reason::origin;
    }
    return candidate;
}

jwt::Verification verify(const Policy& policy, const Presented& presented, const jwt::Key* signer,
                         std::int64_t now) {
    const TokenSource& source = *presented.source;
    if (source.encrypted()) {
        return jwt::verify_encrypted(presented.token, source.keys, policy.keyring, policy.rules,
                                     now);
    }
    return signer == nullptr ? jwt::verify(presented.token, policy.keyring, policy.rules, now)
                             : jwt::verify_signed(presented.token, *signer, policy.rules, now);
}

Reason meaning(Standing standing) {
    switch (standing) {
        case Standing::good:
            return Reason::valid;
        case Standing::revoked:
            return Reason::revoked;
        case Standing::stale:
            return Reason::stale;
        case Standing::epoch:
            return Reason::epoch;
        case Standing::expired:
            return Reason::expired;
        case Standing::idle:
            return Reason::idle;
        case Standing::record:
            return Reason::record;
        case Standing::unknown:
            break;
    }
    return Reason::store;
}

}  // namespace

Candidate judge_token(const Policy& policy, const Presented& token, bool may_use_cookie,
                      const jwt::Key* signer, std::int64_t now) {
    return judge(policy, token, may_use_cookie, verify(policy, token, signer, now));
}

Evidence::Evidence(const Policy& policy, const std::vector<Presented>& tokens, bool complete,
                   bool may_use_cookie, std::int64_t now, std::optional<Candidate> first)
    : complete_(complete), may_use_cookie_(may_use_cookie) {
    candidates_.reserve(tokens.size());
    for (const Presented& presented : tokens) {
        const bool judged = candidates_.empty() && first && first->presented == presented;
        candidates_.push_back(judged
                                  ? std::move(*first)
                                  : judge_token(policy, presented, may_use_cookie, nullptr, now));
        if (candidates_.back().reason == Reason::valid && !policy.asks_store()) {
            break;  // nothing can still speak against it
        }
    }
}

Evidence::Evidence(const Policy& policy, const Presented& token, const jwt::Key& signer,
                   std::int64_t now) {
    candidates_.push_back(judge_token(policy, token, true, &signer, now));
}

bool Evidence::is_of(const std::vector<Presented>& tokens, bool may_use_cookie) const {
    return may_use_cookie == may_use_cookie_ && tokens.size() >= candidates_.size() &&
           tokens.empty() == candidates_.empty() &&
           std::equal(candidates_.begin(), candidates_.end(), tokens.begin(),
                      [](const Candidate& candidate, const Presented& presented) {
                          return candidate.presented == presented;
                      });
}

std::vector<Inquiry> Evidence::questions(const Policy& policy) {
    std::vector<Inquiry> all;
    if (!policy.asks_store()) {
        return all;
    }
    for (Candidate& candidate : candidates_) {
        if (candidate.reason == Reason::valid) {
            std::vector<Inquiry> commands = inquiries(*candidate.session, policy);
            candidate.asked = commands.size();
            candidate.reason = Reason::store;  // until the answer says better
            std::move(commands.begin(), commands.end(), std::back_inserter(all));
        }
    }
    return all;
}

void Evidence::answer(const Policy& policy, const std::vector<redis::Reply>& replies,
                      const std::vector<redis::Reply>& floors, std::int64_t now) {
    std::size_t next = 0;
    for (Candidate& candidate : candidates_) {
        if (candidate.asked == 0) {
            continue;
        }
        const auto part = [next, &candidate](const std::vector<redis::Reply>& all) {
            return next + candidate.asked <= all.size() ? all.data() + next : nullptr;
        };
        const StoreAnswer answer = read_standing(*candidate.session, policy, part(replies),
                                                 part(floors), candidate.asked, now);
        next += candidate.asked;
        candidate.last_activity = answer.last_activity;
        candidate.unchecked =
            answer.standing == Standing::unknown && policy.store_error == StoreError::allow;
        candidate.reason = candidate.unchecked ? Reason::valid : meaning(answer.standing);
    }
}

std::optional<std::string> Evidence::complaint(const Policy& policy,
                                               const std::vector<redis::Reply>& replies) const {
    std::size_t next = 0;
    for (const Candidate& candidate : candidates_) {
        if (candidate.asked == 0 || next + candidate.asked > replies.size()) {
            continue;
        }
        if (candidate.reason == Reason::store || candidate.unchecked) {
            return find_complaint(*candidate.session, policy, replies.data() + next,
                                  candidate.asked);
        }
        next += candidate.asked;
    }
    return std::nullopt;
}

const Candidate* Evidence::deciding() const {
    const auto with = [this](Reason reason) -> const Candidate* {
        const auto found = std::find_if(
            candidates_.begin(), candidates_.end(),
            [reason](const Candidate& candidate) { return candidate.reason == reason; });
        return found == candidates_.end() ? nullptr : &*found;
    };
    if (const Candidate* valid = with(Reason::valid)) {
        return valid;
    }
    if (const Candidate* unanswered = with(Reason::store)) {
        return unanswered;  // it may well be valid: "no answer" is the truth, not the first token's
                            // fault
    }
    return candidates_.empty() ? nullptr : &candidates_.front();
}

Reason Evidence::reason() const {
    const Candidate* candidate = deciding();
    return candidate == nullptr ? Reason::missing : candidate->reason;
}

std::vector<std::string_view> Evidence::cookies_to_clear(
    const Policy& policy, const std::bitset<kReasons>& reasons) const {
    std::vector<std::string_view> names;
    if (!complete_) {
        return names;  // one that was not tried may be good
    }
    for (const TokenSource& source : policy.sources) {
        bool sent = false;
        bool spoilt = true;
        for (const Candidate& candidate : candidates_) {
            if (candidate.presented.source == &source) {
                sent = true;
                spoilt = spoilt && reasons.test(static_cast<std::size_t>(candidate.reason));
            }
        }
        if (source.kind == TokenSource::Kind::cookie && sent && spoilt) {
            names.push_back(source.name);
        }
    }
    return names;
}

}  // namespace session
