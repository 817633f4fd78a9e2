#include "evidence.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "../jwt/encrypted.hpp"
#include "opaque_id.hpp"

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

// An id says nothing by itself: until the store has answered there is no session.
Candidate judge_id(const Policy& policy, const Presented& presented, bool may_use_cookie,
                   std::int64_t now) {
    Candidate candidate;
    candidate.presented = presented;
    const TokenSource& source = *presented.source;
    auto read = read_opaque_id(source.signed_by, presented.token, policy.keyring, now);
    if (const auto* refusal = std::get_if<jwt::Refusal>(&read)) {
        candidate.verification.refusal = *refusal;
        candidate.reason = reason_of(*refusal);
        return candidate;
    }
    auto& id = std::get<OpaqueId>(read);
    candidate.verification.key = id.key;
    candidate.id = std::move(id.id);
    if (source.kind == TokenSource::Kind::cookie && !may_use_cookie) {
        candidate.reason = Reason::origin;
    } else {
        candidate.search.emplace(policy, candidate.id);
        candidate.reason = Reason::store;
    }
    return candidate;
}

void conclude(const Policy& policy, Candidate& candidate, Finding finding) {
    candidate.search.reset();
    candidate.reason = finding.reason;
    candidate.last_activity = finding.last_activity;
    candidate.complaint = std::move(finding.complaint);
    candidate.answered = !policy.asks_lists();
    if (finding.session) {
        candidate.verification.issued = finding.session->issued;
        candidate.verification.expires = finding.session->expires;
        candidate.verification.header = jwt::Claims::parse("{}");
        candidate.verification.claims = std::move(finding.claims);
        candidate.session = std::move(finding.session);
    }
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

// What may be asked of it.
void append_questions(const Policy& policy, const Candidate& candidate, std::vector<Inquiry>& all) {
    if (candidate.search) {
        std::vector<Inquiry> commands = candidate.search->questions(policy);
        std::move(commands.begin(), commands.end(), std::back_inserter(all));
    } else if (candidate.session) {
        append_inquiries(*candidate.session, policy, all);
    }
}

// Whether it is still to be asked for.
bool is_open(const Policy& policy, const Candidate& candidate) {
    return candidate.search ||
           (candidate.reason == Reason::valid && !candidate.answered && policy.asks_store());
}

}  // namespace

Candidate judge_token(const Policy& policy, const Presented& token, bool may_use_cookie,
                      const jwt::Key* signer, std::int64_t now) {
    return token.source->format == TokenSource::Format::opaque
               ? judge_id(policy, token, may_use_cookie, now)
               : judge(policy, token, may_use_cookie, verify(policy, token, signer, now));
}

bool is_by_fallback(const Policy& policy, const Candidate& candidate, std::int64_t now) {
    const jwt::Key* key = candidate.verification.key;
    if (key == nullptr) {
        return false;
    }
    return candidate.presented.source->format == TokenSource::Format::opaque
               ? !key->in_set() && key != id_key(policy.keyring, now)
               : policy.keyring.is_fallback(*key);
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
    for (Candidate& candidate : candidates_) {
        candidate.asked = 0;
    }
    bool hope = false;  // for a token of which less has to be asked
    for (Candidate& candidate : candidates_) {
        if (candidate.answered && candidate.reason == Reason::valid) {
            break;  // the first valid one wins
        }
        if (is_open(policy, candidate) && (!candidate.search || !hope)) {
            const std::size_t before = all.size();
            append_questions(policy, candidate, all);
            candidate.asked = all.size() - before;
            if (candidate.asked > 0) {
                candidate.reason = Reason::store;  // until the answer says better
            }
        }
        hope = hope || (candidate.asked > 0 && !candidate.search);
    }
    return all;
}

std::vector<Inquiry> Evidence::asked(const Policy& policy) const {
    std::vector<Inquiry> all;
    for (const Candidate& candidate : candidates_) {
        if (candidate.asked > 0) {
            append_questions(policy, candidate, all);
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
        const redis::Reply* said = part(replies);
        const redis::Reply* floor = part(floors);
        next += candidate.asked;
        if (candidate.search) {
            if (auto finding = candidate.search->answer(policy, said, floor, now)) {
                conclude(policy, candidate, std::move(*finding));
            }
            continue;
        }
        const StoreAnswer answer =
            read_standing(*candidate.session, policy, said, floor, candidate.asked, now);
        candidate.answered = true;
        if (answer.last_activity) {
            candidate.last_activity = answer.last_activity;
        }
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
        if (candidate.complaint) {
            return candidate.complaint;
        }
        if (candidate.answered && (candidate.reason == Reason::store || candidate.unchecked)) {
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
    if (candidates_.empty()) {
        return nullptr;
    }
    // Of a cookie that is read in several formats the one counts whose form it has.
    const Candidate& first = candidates_.front();
    const auto formed =
        std::find_if(candidates_.begin(), candidates_.end(), [&first](const Candidate& candidate) {
            return candidate.presented.token.data() == first.presented.token.data() &&
                   candidate.reason != Reason::malformed;
        });
    return formed == candidates_.end() ? &first : &*formed;
}

Reason Evidence::reason() const {
    const Candidate* candidate = deciding();
    return candidate == nullptr ? Reason::missing : candidate->reason;
}

const Candidate* Evidence::foremost() const {
    const auto found =
        std::find_if(candidates_.begin(), candidates_.end(), [](const Candidate& candidate) {
            return candidate.search || candidate.reason == Reason::valid;
        });
    return found == candidates_.end() ? nullptr : &*found;
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
            const TokenSource& from = *candidate.presented.source;
            if (from.kind == source.kind && from.name == source.name) {  // in several formats
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
