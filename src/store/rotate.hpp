// The procedure by which a refresh token is used.
#pragma once

#include "../redis/resp.hpp"
#include "procedures.hpp"

namespace store {

redis::Reply rotate_session(Keyspace& keyspace, const Invocation& call);

}  // namespace store
