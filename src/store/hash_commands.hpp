// Commands about hashes.
#pragma once

#include "../redis/resp.hpp"
#include "keyspace.hpp"

namespace store {

redis::Reply hget(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply hmget(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply hgetall(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply hset(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply hdel(Keyspace& keyspace, const redis::Arguments& command);

}  // namespace store
