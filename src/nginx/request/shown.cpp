#include "shown.hpp"

#include <utility>

namespace nginx {

Shown::Shown(ngx_http_request_t* r) : r_(r), recalled_(recalled_state(r)) {
    if (recalled_ == nullptr) {
        see(current_verdict(r));
    }
}

void Shown::see(const Verdict& verdict) {
    verdict_ = verdict;
    candidate_ = verdict.judged == nullptr ? nullptr : verdict.judged->evidence.deciding();
}

const Realm* Shown::realm() const {
    if (recalled_ != nullptr) {
        return recalled_->recalled->realm;
    }
    return verdict_.judged == nullptr ? nullptr : verdict_.judged->realm;
}

session::Reason Shown::reason() const {
    return recalled_ != nullptr ? session::Reason::valid : verdict_.reason;
}

const session::TokenSource* Shown::source() const {
    if (recalled_ != nullptr) {
        return recalled_->recalled->presented.source;
    }
    return candidate_ == nullptr ? nullptr : candidate_->presented.source;
}

const jwt::Key* Shown::key() const {
    if (recalled_ != nullptr) {
        return recalled_->recalled->signer;
    }
    return candidate_ == nullptr ? nullptr : candidate_->verification.key;
}

bool Shown::is_hit() const {
    return recalled_ != nullptr || verdict_.judged->hit;
}

bool Shown::was_asked() const {
    return recalled_ == nullptr && verdict_.judged->asked;
}

std::optional<ngx_msec_t> Shown::store_time() const {
    if (recalled_ != nullptr) {
        return recalled_->told.sent ? std::optional(recalled_->told.store_time) : std::nullopt;
    }
    return verdict_.judged != nullptr && verdict_.judged->sent
               ? std::optional(verdict_.judged->store_time)
               : std::nullopt;
}

const session::Session* Shown::session() {
    if (std::exchange(recalled_, nullptr) != nullptr) {
        see(current_verdict(r_));
    }
    const bool may_be_shown =
        candidate_ != nullptr && candidate_->session && (verdict_.valid() || verdict_.dry_run);
    return may_be_shown ? &*candidate_->session : nullptr;
}

const jwt::Claims* Shown::claims() {
    return session() == nullptr ? nullptr : &*candidate_->verification.claims;
}

const jwt::Claims* Shown::header() {
    return session() == nullptr ? nullptr : &*candidate_->verification.header;
}

}  // namespace nginx
