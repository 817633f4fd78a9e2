#include "inquest.hpp"

#include "../request/settle.hpp"
#include "../worker.hpp"
#include "live.hpp"

namespace nginx {
namespace {

using Replies = std::vector<redis::Reply>;

// The request does not wait: nothing of it goes on.
void go_on(ngx_http_request_t*, bool) noexcept {}

}  // namespace

Inquest::Inquest(LiveRequests& owner, LiveRequest& live, const session::Presented& presented,
                 const jwt::Key* signer)
    : owner_(owner),
      realm_(owner.realm()),
      live_(live),
      evidence_(realm_.policy, {presented}, true, true, ngx_time(),
                session::judge_token(realm_.policy, presented, true, signer, ngx_time())) {}

bool Inquest::proceed() {
    while (true) {
        reads_ = reads_of(evidence_.questions(realm_.policy));
        if (reads_.empty()) {
            return true;
        }
        if (!realm_.redis) {
            answer(embedded_store_of(realm_).run(commands_of(reads_)));
        } else if (ask()) {
            waiting_ = true;
            return false;
        }
    }
}

bool Inquest::ask() {
    return realm_.policy.revocation == session::Revocation::cached ? ask_mirror() : ask_store();
}

// False: it was not to be asked, or could not be, and there is all that is known.
bool Inquest::ask_store() {
    era_ = mirror_of(realm_).generation().era();
    exchange_ = std::make_unique<Exchange>(live_.request, store_of(realm_));
    if (exchange_->start(
            commands_of(reads_), [this](const Replies& replies) { return take(replies); }, go_on)) {
        return true;
    }
    answer({});
    return false;
}

bool Inquest::ask_mirror() {
    lookup_ = std::make_unique<Lookup>(live_.request, mirror_of(realm_));
    if (lookup_->start(
            reads_, [this](const Replies& replies) { return take(replies); }, go_on)) {
        return true;
    }
    answer(lookup_->hit() ? lookup_->replies() : Replies());
    return false;
}

bool Inquest::take(const Replies& replies) {
    waiting_ = false;
    Replies held = replies;
    for (std::size_t i = 0; exchange_ != nullptr && i < replies.size(); ++i) {
        held[i] = mirror_of(realm_).note(reads_[i], replies[i], era_, false);
    }
    answer(held);
    owner_.wake();
    return false;
}

void Inquest::answer(const Replies& replies) {
    const Replies floors =
        replies.empty() && realm_.redis ? floors_of(mirror_of(realm_), reads_) : Replies();
    evidence_.answer(realm_.policy, replies, floors, ngx_time());
}

}  // namespace nginx
