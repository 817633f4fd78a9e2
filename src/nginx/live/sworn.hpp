// What judged a request that was let in.
#pragma once

#include <optional>

#include "../../session/evidence.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"

namespace nginx {

struct Sworn {
    // Of a request that has a verdict; it must outlive this.
    explicit Sworn(ngx_http_request_t* r);
    Sworn(const Sworn&) = delete;
    Sworn& operator=(const Sworn&) = delete;

    session::Presented presented;
    const jwt::Key* signer = nullptr;
    const session::Candidate* candidate = nullptr;  // never null once made

private:
    std::optional<session::Candidate> own_;  // of a token that was only recalled
};

}  // namespace nginx
