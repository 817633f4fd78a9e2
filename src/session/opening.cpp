#include "opening.hpp"

#include <algorithm>
#include <utility>

#include "found.hpp"
#include "hash.hpp"
#include "keys.hpp"
#include "marks.hpp"
#include "mint.hpp"
#include "opaque_id.hpp"
#include "refresh_token.hpp"

namespace session {
namespace {

using Outcome = Opening::Outcome;

constexpr const char* kNoAnswer = "the store did not answer";
constexpr const char* kNoToken = "no token can be signed";

}  // namespace

Opening::Opening(const Policy& policy, Beginning beginning, Nonces nonces)
    : policy_(policy),
      beginning_(std::move(beginning)),
      nonces_(std::move(nonces)),
      end_(beginning_.now + policy.lifetimes.absolute) {
    const std::int64_t now = beginning_.now;
    beginning_.issued = now;
    beginning_.latest = now + std::max<std::int64_t>(policy.rules.leeway, 1);
    beginning_.tokens_until = token_end(policy, now, now);
    beginning_.expires = beginning_.tokens_until;
    if (policy.refresh_cookie) {
        beginning_.expires =
            std::max(beginning_.expires, std::min(now + policy.lifetimes.refresh, end_));
    }
}

Opening::Result Opening::prepare() {
    const TokenSource* own = policy_.own_source();
    if (own != nullptr && own->encrypted()) {
        return {Outcome::invalid,
                "\"cookie\" is read as encrypted, and the application alone makes such tokens"};
    }
    if (!make_tokens()) {
        return {Outcome::invalid, kNoToken};
    }
    if (!is_sound()) {
        return {Outcome::invalid, "with these claims the token would not be valid"};
    }
    if (!fits()) {
        return {Outcome::invalid, "the cookie is too large"};
    }
    return {};
}

// The id is the cookie's whole content; what it stands for is in the record.
bool Opening::make_id() {
    const jwt::Key* key = id_key(policy_.keyring, beginning_.now);
    access_ = write_opaque_id(policy_.own_source()->signed_by, nonces_.token, key).value_or("");
    return !access_.empty();
}

// Whether the realm would take its own session for valid: an upstream's claims may spoil it.
bool Opening::is_sound() const {
    if (!policy_.issues_opaque()) {
        return is_valid(policy_, access_, beginning_.now);
    }
    const auto finding = found_session(policy_,
                                       {beginning_.user, beginning_.id, beginning_.tenant,
                                        beginning_.claims, beginning_.issued, beginning_.expires},
                                       beginning_.now);
    return finding && finding->reason == Reason::valid;
}

bool Opening::make_tokens() {
    if (policy_.issues_opaque()) {
        return make_id();
    }
    const jwt::Key* key = policy_.keyring.signing_key(beginning_.now);
    if (key == nullptr) {
        return false;
    }
    NewToken token;
    token.user = beginning_.user;
    token.session = beginning_.id;
    token.id = nonces_.token;
    token.tenant = beginning_.tenant;
    token.claims = beginning_.claims;
    token.issued = beginning_.issued;
    token.expires = beginning_.tokens_until;
    const auto access = mint(policy_, *key, token);
    access_ = access.value_or("");
    if (access && policy_.refresh_cookie && refresh_.empty()) {
        const auto refresh = first_refresh_token(
            *key, beginning_.user, beginning_.id,
            std::min(beginning_.now + policy_.lifetimes.refresh, end_), end_, nonces_.refresh);
        refresh_ = refresh ? refresh->text : "";
        beginning_.refresh_hash = hash_of(refresh_);
    }
    return access && (!policy_.refresh_cookie || !refresh_.empty());
}

bool Opening::fits() const {
    return (!policy_.cookie || session::fits(*policy_.cookie, access_.size())) &&
           (!policy_.refresh_cookie || session::fits(*policy_.refresh_cookie, refresh_.size()));
}

std::vector<redis::Arguments> Opening::epochs() const {
    std::vector<redis::Arguments> commands = {{"GET", epoch_key(policy_.store_prefix, "")}};
    if (!beginning_.tenant.empty()) {
        commands.push_back({"GET", epoch_key(policy_.store_prefix, beginning_.tenant)});
    }
    return commands;
}

Opening::Result Opening::take_epochs(const std::vector<redis::Reply>& replies) {
    const std::size_t count = epochs().size();
    if (replies.size() < count) {
        return {Outcome::store, kNoAnswer};
    }
    std::int64_t issued = beginning_.issued;
    for (std::size_t i = 0; i < count; ++i) {
        const auto epoch = read_epoch(replies[i]);
        if (!epoch) {
            return {Outcome::store,
                    replies[i].is_error() ? kNoAnswer : "the epoch is no Unix time"};
        }
        issued = std::max(issued, *epoch < beginning_.latest ? *epoch + 1 : beginning_.latest + 1);
    }
    if (issued > beginning_.latest) {
        return {Outcome::refused, "the epoch lies ahead"};
    }
    beginning_.issued = issued;
    return {};
}

// What leads to the record comes first: without the record it leads nowhere.
std::vector<redis::Arguments> Opening::create() const {
    std::vector<redis::Arguments> commands;
    if (policy_.issues_opaque()) {
        commands = name_session(policy_, nonces_.token, beginning_.user, beginning_.id,
                                beginning_.expires - beginning_.now);
    }
    commands.push_back(create_record(policy_, beginning_));
    return commands;
}

Opening::Result Opening::take_begun(const std::vector<redis::Reply>& replies) {
    const bool named = policy_.issues_opaque() ? is_named(replies) : replies.size() == 1;
    const Begun begun = named ? read_begun(replies.back()) : Begun();
    switch (begun.outcome) {
        case Begun::Outcome::created:
            beginning_.issued = begun.issued;
            return make_tokens() ? Result() : Result{Outcome::invalid, kNoToken};
        case Begun::Outcome::stale:
            return {Outcome::refused, "the user is marked as gone, or the mark lies ahead"};
        case Begun::Outcome::full:
            return {Outcome::refused, "the user has as many sessions as \"session_limit\" allows"};
        case Begun::Outcome::unknown:
            break;
    }
    return {Outcome::store, kNoAnswer};
}

std::int64_t Opening::refresh_life() const {
    return std::min(policy_.lifetimes.refresh, end_ - beginning_.now);
}

}  // namespace session
