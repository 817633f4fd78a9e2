// What variables show of a request: the verdict, and of the session as much as may be shown.
#pragma once

#include <optional>

#include "../ngx.hpp"
#include "request_state.hpp"

namespace nginx {

// A token that was recalled is judged only for who asks for what it says itself.
class Shown {
public:
    explicit Shown(ngx_http_request_t* r);

    ngx_http_request_t* request() const { return r_; }

    const Realm* realm() const;  // null: none was in force
    session::Reason reason() const;
    const session::TokenSource* source() const;  // null: no token came
    const jwt::Key* key() const;                 // null: none has verified the token

    // Whether the zone had all answers, or the store was asked; of a token that came.
    bool is_hit() const;
    bool was_asked() const;
    std::optional<ngx_msec_t> store_time() const;  // nothing where the store was not asked

    // Null: there is none that may be shown.
    const session::Session* session();
    const jwt::Claims* claims();
    const jwt::Claims* header();

private:
    void see(const Verdict& verdict);

    ngx_http_request_t* r_;
    const RequestState* recalled_;  // null: it is judged
    Verdict verdict_;
    const session::Candidate* candidate_ = nullptr;  // that decides
};

}  // namespace nginx
