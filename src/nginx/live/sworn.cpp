#include "sworn.hpp"

#include <stdexcept>

#include "../request/request_state.hpp"

namespace nginx {

Sworn::Sworn(ngx_http_request_t* r) {
    const RequestState* state = RequestState::find(r);
    if (state == nullptr || !state->verdict) {
        throw std::logic_error("a request is watched that nobody judged");
    }
    if (const Judged* judged = state->verdict->judged) {
        candidate = judged->evidence.deciding();
    } else if (state->recalled) {
        const Recalled& recalled = *state->recalled;
        own_ = session::judge_token(recalled.realm->policy, recalled.presented, true,
                                    recalled.signer, ngx_time());
        candidate = &*own_;
    }
    if (candidate == nullptr) {
        throw std::logic_error("a request is watched that has no token");
    }
    presented = candidate->presented;
    signer = candidate->verification.key;
}

}  // namespace nginx
