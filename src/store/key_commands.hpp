// Commands about keys of any type, and those that hold a text.
#pragma once

#include "../redis/resp.hpp"
#include "keyspace.hpp"

namespace store {

redis::Reply get(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply set(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply exists(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply type(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply ttl(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply del(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply expire(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply expire_at(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply persist(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply scan(Keyspace& keyspace, const redis::Arguments& command);
redis::Reply dbsize(Keyspace& keyspace, const redis::Arguments& command);

}  // namespace store
