#include "scripts.hpp"

#include <algorithm>

#include "keys.hpp"

namespace session {
namespace {

constexpr std::int64_t kMargin = 60;  // seconds that a revocation outlives the last token

// What all scripts know. Expiry is given in seconds from now: the clock of the store is not ours.
// A revocation that is there already is never shortened.
constexpr const char* kPrelude = R"lua(
local index, stale = KEYS[1], KEYS[2]
local now, margin, data, revoked = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local id = ARGV[5]
local longest = 3153600000

local function text(number) return string.format('%.0f', number) end

local function seconds_to(time) return text(math.max(1, math.min(time - now, longest))) end

local function revoke(which, last_token)
  local key, seconds = revoked .. which, seconds_to(last_token + margin)
  local left = redis.call('TTL', key)
  if left == -2 or (left >= 0 and left < tonumber(seconds)) then
    redis.call('SET', key, '1', 'EX', seconds)
  end
end

local function finish(which, last_token)
  local own = tonumber(redis.call('HGET', data .. which, 'tokens_until') or '') or 0
  revoke(which, math.max(own, last_token))
  redis.call('DEL', data .. which)
  redis.call('ZREM', index, which)
end

local function keep(which, expires)
  redis.call('EXPIRE', data .. which, seconds_to(expires))
  redis.call('ZADD', index, text(expires), which)
  local last = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]
  redis.call('EXPIRE', index, seconds_to(tonumber(last)))
end

local function grow(field, time)
  local known = tonumber(redis.call('HGET', data .. id, field) or '') or 0
  redis.call('HSET', data .. id, field, text(math.max(known, time)))
  return math.max(known, time)
end

local function mark()
  local time = redis.call('GET', stale)
  if not time then return -1 end
  if time == '*' then return math.huge end
  if not string.match(time, '^%d+$') then error('the mark of the user is no time') end
  return tonumber(time)
end
)lua";

}  // namespace

// Everything is read, and may fail, before the first write. A login in the very second of a mark is
// behind it; one that could not be valid yet is none.
const char* const kCreateScript = R"lua(
local issued, latest, expires = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local limit, reject, last_token = tonumber(ARGV[9]), ARGV[10], tonumber(ARGV[11])
local previous, last_previous = ARGV[12], tonumber(ARGV[13])

redis.call('ZCARD', index)
redis.call('HGET', data .. previous, 'tokens_until')
issued = math.max(issued, mark() + 1)
if issued > latest then return {'stale'} end

local open = {}
if limit > 0 then
  for _, other in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local record = redis.call('HMGET', data .. other, 'created_us', 'created_at', 'expires_at')
    local created = tonumber(record[1] or '') or (tonumber(record[2] or '') or 0) * 1000000
    local ends = tonumber(record[3] or '') or 0
    if other ~= id and other ~= previous and ends > now then
      open[#open + 1] = {created, other}
    end
  end
  if #open >= limit and reject == '1' then return {'full'} end
  table.sort(open, function(a, b) return a[1] < b[1] end)
end

redis.call('HSET', data .. id, 'created_at', text(issued), unpack(ARGV, 14))
redis.call('ZREMRANGEBYSCORE', index, '-inf', text(now))
keep(id, expires)
if limit > 0 then
  for i = 1, #open - limit + 1 do finish(open[i][2], last_token) end
end
if previous ~= '' then finish(previous, last_previous) end
return {'created', text(issued)}
)lua";

const char* const kEndScript = R"lua(
local last_token = tonumber(ARGV[6])
finish(id, last_token)
for i = 7, #ARGV do revoke(ARGV[i], last_token) end
return {'ended'}
)lua";

const char* const kEndAllScript = R"lua(
local last_token = tonumber(ARGV[6])
for _, other in ipairs(redis.call('ZRANGE', index, 0, -1)) do finish(other, last_token) end
if mark() < now then redis.call('SET', stale, text(now), 'EX', seconds_to(last_token + margin)) end
return {'ended'}
)lua";

// A session that began in the second of another mark has a token of the next second.
const char* const kMarkStaleScript = R"lua(
local last_token, time = tonumber(ARGV[6]), now
for _, other in ipairs(redis.call('ZRANGE', index, 0, -1)) do
  if redis.call('HGET', data .. other, 'created_at') == text(now + 1) then time = now + 1 end
end
if mark() < time then redis.call('SET', stale, text(time), 'EX', seconds_to(last_token + margin)) end
return {'marked'}
)lua";

// A record that has ended must not come back as an empty one.
const char* const kTouchScript = R"lua(
local last = redis.call('HGET', data .. id, 'last_activity_at')
local due = now - (tonumber(last or '') or 0) >= tonumber(ARGV[6])
if due and redis.call('EXISTS', data .. id) == 1 then
  redis.call('HSET', data .. id, 'last_activity_at', text(now))
end
return {'touched'}
)lua";

const char* const kExtendScript = R"lua(
local issued, expires = tonumber(ARGV[6]), tonumber(ARGV[7])
for i = 8, #ARGV do
  if redis.call('EXISTS', revoked .. ARGV[i]) == 1 then return {'revoked'} end
end
if mark() >= issued then return {'stale'} end
if redis.call('EXISTS', data .. id) == 0 then return {'absent'} end
redis.call('HSET', data .. id, 'last_activity_at', text(now))
grow('tokens_until', expires)
keep(id, grow('expires_at', expires))
return {'extended'}
)lua";

// `recent` has the tokens that were rotated within the grace, oldest first: whoever comes with one
// of them is led along the same successors to the one that is good now.
const char* const kRotateScript = R"lua(
local presented, successor, successor_key, successor_expires = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local grace, idle, last_token, most = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12]), 16

local record = redis.call('HMGET', data .. id, 'sub', 'created_at', 'expires_at', 'last_activity_at',
  'refresh', 'refresh_recent', 'tenant', 'claims')
if redis.call('EXISTS', revoked .. id) == 1 then return {'revoked'} end
if not record[1] or not record[5] then return {'record'} end
local created, expires = tonumber(record[2] or '') or 0, tonumber(record[3] or '') or 0
local active = tonumber(record[4] or '') or created
if mark() >= created then return {'stale'} end
if now >= expires then return {'expired'} end
if idle > 0 and now - active > idle then return {'idle'} end

local recent = {}
for hash, time, key, ends in string.gmatch(record[6] or '', '([^ ,]+) (%d+) ([^ ,]+) (%d+)') do
  if now - tonumber(time) <= grace then recent[#recent + 1] = {hash, time, key, ends} end
end
local from
if presented == record[5] then
  recent[#recent + 1] = {presented, text(now), successor_key, successor_expires}
  if #recent > most then table.remove(recent, 1) end
  from = #recent
  local lines = {}
  for i, entry in ipairs(recent) do lines[i] = table.concat(entry, ' ') end
  expires = math.max(tonumber(successor_expires), last_token)
  redis.call('HSET', data .. id, 'refresh', successor, 'refresh_recent', table.concat(lines, ','),
    'expires_at', text(expires))
  keep(id, expires)
else
  for i, entry in ipairs(recent) do
    if entry[1] == presented then from = i end
  end
end
if not from then
  finish(id, last_token)
  return {'replayed'}
end
redis.call('HSET', data .. id, 'last_activity_at', text(now))
grow('tokens_until', last_token)
local answer = {'rotated', text(created), record[7] or '', record[8] or ''}
for i = from, #recent do
  answer[#answer + 1] = recent[i][3]
  answer[#answer + 1] = recent[i][4]
end
return answer
)lua";

std::vector<Script> scripts() {
    std::vector<Script> all = {
        {"create", kCreateScript},        {"end", kEndScript},     {"end_all", kEndAllScript},
        {"mark_stale", kMarkStaleScript}, {"touch", kTouchScript}, {"extend", kExtendScript},
        {"rotate", kRotateScript},
    };
    for (Script& script : all) {
        script.source.insert(0, kPrelude);
    }
    return all;
}

redis::Arguments call_script(const char* script, const Policy& policy, std::string_view user,
                             std::string_view id, std::int64_t now,
                             const std::vector<std::string>& arguments) {
    const std::string& prefix = policy.store_prefix;
    redis::Arguments call = {
        "EVAL",
        std::string(kPrelude) + script,
        "2",
        user_key(prefix, user),
        stale_key(prefix, user),
        std::to_string(now),
        std::to_string(policy.rules.leeway + kMargin),
        data_key(prefix, user, ""),
        revoked_key(prefix, user, ""),
        std::string(id),
    };
    call.insert(call.end(), arguments.begin(), arguments.end());
    return call;
}

std::string_view outcome(const redis::Reply& reply) {
    if (reply.type != redis::Reply::Type::array || reply.elements.empty() ||
        reply.elements.front().type != redis::Reply::Type::string) {
        return {};
    }
    return reply.elements.front().text;
}

}  // namespace session
