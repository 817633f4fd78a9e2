// A request that was let in, as its worker watches it until it ends.
#pragma once

#include <cstdint>

#include "../../session/reason.hpp"
#include "../ngx.hpp"

namespace nginx {

class Inquest;
class LiveRequests;

struct LiveRequest {
    LiveRequest() = default;
    ~LiveRequest();
    LiveRequest(const LiveRequest&) = delete;
    LiveRequest& operator=(const LiveRequest&) = delete;

    ngx_queue_t link{};             // among those in the same state
    ngx_queue_t peers{};            // among those whose users share a place
    LiveRequests* owner = nullptr;  // null: nobody watches it
    ngx_http_request_t* request = nullptr;
    Inquest* inquest = nullptr;  // under way
    std::uint64_t since = 0;     // what the verdict knows of: a position of the realm's feed
    std::uint64_t user = 0;      // numbers of their names; 0: none
    std::uint64_t tenant = 0;
    std::uint64_t session = 0;  // of the session, for who asks how many it has
    std::uint64_t bytes = 0;    // sent both ways when last looked at
    std::uint32_t pass = 0;     // the last one that looked at it
    std::uint32_t look_at = 0;  // Unix time when it has to be judged again; 0: never
    std::uint32_t active = 0;   // Unix time of the last activity that was noted
    bool only_told = false;     // "verify" and dry runs: its end is counted and logged
    bool is_young = false;      // not looked at yet: most requests never are
    bool is_met = false;        // it was there when time was looked at
    bool is_listed = false;     // and is among those of its session
    session::Reason reason = session::Reason::valid;  // why it is to end
};

static_assert(sizeof(LiveRequest) <= 128, "this is what a request costs that lives on");

}  // namespace nginx
