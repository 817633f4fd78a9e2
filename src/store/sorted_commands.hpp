// Commands about sorted sets.
#pragma once

#include "../redis/resp.hpp"
#include "keyspace.hpp"

namespace store {

redis::Reply zscore(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zcard(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zcount(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zrange(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zrevrange(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zadd(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zrem(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply zremrangebyscore(Keyspace& keyspace, const redis::Arguments& command);

}  // namespace store
