// "key_set location=": where the realm's key set comes from.
#pragma once

#include <string>

#include "../../cache/digest.hpp"
#include "../ngx.hpp"

namespace nginx {

struct KeyLocation {
    std::string uri;  // of a location of the server that a request is for
    std::string arguments;
    ngx_msec_t refresh = 0;
    ngx_msec_t keep = 0;
    cache::Digest identity{};  // of the URI: another one's keys are not this one's
};

}  // namespace nginx
