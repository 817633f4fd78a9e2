#include "redis_advice.hpp"

#include <string_view>

#include "../bridge.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kFirst = 200;   // ms: connections are made
constexpr ngx_msec_t kLook = 100;    // ms, whether it is still to be waited for
constexpr ngx_msec_t kAgain = 2000;  // ms, while nobody answers

// A line of INFO; empty where it is not there, or may not be read.
std::string_view field_of(const redis::Reply& reply, std::string_view name) {
    std::string_view text;
    if (reply.type == redis::Reply::Type::string) {
        text = reply.text;
    }
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(at + name.size());
    return text.substr(0, text.find_first_of("\r\n"));
}

// Whether CONFIG GET says that the setting is empty.
bool is_empty(const redis::Reply& reply) {
    return reply.type == redis::Reply::Type::array && reply.elements.size() == 2 &&
           reply.elements[1].type == redis::Reply::Type::string && reply.elements[1].text.empty();
}

}  // namespace

// In a cluster it is not known of which node such commands are.
RedisAdvice::RedisAdvice(const Realm& realm, RedisStore& store, const ngx_log_t& log)
    : realm_(realm), store_(store), log_(log), timer_(&log_, [this] { tick(); }) {
    if (ngx_worker == 0 && realm_.topology != Topology::cluster) {
        timer_.start(kFirst);
    }
}

// A worker that quits waits for no advice.
void RedisAdvice::tick() {
    if (ngx_exiting) {
        store_.forget(*this);
        return;
    }
    waiting_ =
        waiting_ ||
        store_.ask({{"INFO", "memory"}, {"INFO", "persistence"}, {"CONFIG", "GET", "save"}}, *this);
    timer_.start(waiting_ ? kLook : kAgain);
}

void RedisAdvice::replied(std::vector<redis::Reply> replies) {
    timer_.stop();
    const std::string_view policy = field_of(replies[0], "maxmemory_policy:");
    if (!policy.empty() && policy != "noeviction") {
        tell(NGX_LOG_WARN,
             "evicts keys, revocations among them, by \"maxmemory-policy %V\": set it to "
             "\"noeviction\"",
             policy);
    }
    if (field_of(replies[1], "aof_enabled:") == "0" && is_empty(replies[2])) {
        tell(NGX_LOG_NOTICE, "writes nothing to a disk: its restart loses sessions and revocations",
             "");
    }
}

void RedisAdvice::unanswered() {
    waiting_ = false;
    timer_.start(kAgain);
}

void RedisAdvice::tell(ngx_uint_t level, const char* text, std::string_view value) {
    u_char line[256];
    const ngx_str_t own = str(value);
    const u_char* end = ngx_snprintf(line, sizeof(line), text, &own);
    const ngx_str_t realm = str(realm_.policy.realm);
    const ngx_str_t name = str(realm_.redis->name);
    ngx_str_t words = {static_cast<size_t>(end - line), line};
    ngx_log_error(level, &log_, 0, "session: realm \"%V\" redis %V %V", &realm, &name, &words);
}

}  // namespace nginx
