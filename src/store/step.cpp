#include "step.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "refused.hpp"
#include "scores.hpp"

namespace store {
namespace {

constexpr double kLongest = 3153600000;  // seconds

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char byte) { return byte >= '0' && byte <= '9'; });
}

}  // namespace

std::optional<double> to_number(std::string_view text) {
    return parse_score(text);
}

double to_number_or_zero(const std::optional<std::string>& text) {
    return text ? to_number(*text).value_or(0) : 0;
}

std::string to_text(double number) {
    char text[400];  // the longest number there is
    const int size = std::snprintf(text, sizeof(text), "%.0f", number);
    return {text, static_cast<std::size_t>(size)};
}

redis::Reply text_reply(std::string_view text) {
    redis::Reply reply;
    reply.type = redis::Reply::Type::string;
    reply.text = text;
    return reply;
}

redis::Reply array_reply(std::initializer_list<std::string_view> texts) {
    redis::Reply reply;
    reply.type = redis::Reply::Type::array;
    for (const std::string_view text : texts) {
        reply.elements.push_back(text_reply(text));
    }
    return reply;
}

Step::Step(Keyspace& keyspace, const Invocation& call)
    : keyspace_(keyspace),
      call_(call),
      index_(call.key(1)),
      stale_(call.key(2)),
      data_(call.argument(3)),
      revoked_(call.argument(4)),
      id_(call.argument(5)),
      now_(number(1)),
      margin_(number(2)) {}

double Step::number(std::size_t index) const {
    const auto number = to_number(call_.argument(index));
    if (!number) {
        throw Refused("ERR an argument is no number");
    }
    return *number;
}

double Step::field(std::string_view id, std::string_view name) const {
    return to_number_or_zero(keyspace_.field(data(id), name));
}

// By the clock of the store, which is not the caller's.
std::int64_t Step::expiry(double time) const {
    const double seconds = std::max(1.0, std::min(time - now_, kLongest));
    return keyspace_.time() + std::llround(seconds);
}

// A revocation that is there already is never shortened.
void Step::revoke(std::string_view id, double last_token) {
    const std::string key = revoked(id);
    const std::int64_t expires = expiry(last_token + margin_);
    const auto known = keyspace_.expiry(key);
    if (!known || (*known != 0 && *known < expires)) {
        keyspace_.set(key, "1", expires);
    }
}

void Step::finish(std::string_view id, double last_token) {
    revoke(id, std::max(field(id, "tokens_until"), last_token));
    keyspace_.erase(data(id));
    keyspace_.erase_member(index_, id);
}

void Step::keep(std::string_view id, double expires) {
    keyspace_.expire(data(id), expiry(expires));
    keyspace_.add_member(index_, id, expires);
    keyspace_.expire(index_, expiry(keyspace_.last_member(index_)->score));
}

void Step::set(std::string_view name, const std::string& value) {
    keyspace_.set_fields(data(id_), {{name, value}});
}

double Step::grow(std::string_view name, double time) {
    const double most = std::max(field(id_, name), time);
    set(name, to_text(most));
    return most;
}

double Step::mark() const {
    const auto time = keyspace_.get(stale_);
    if (!time) {
        return -1;
    }
    if (*time == "*") {
        return std::numeric_limits<double>::infinity();
    }
    if (!is_digits(*time)) {
        throw Refused("ERR the mark of the user is no time");
    }
    return to_number_or_zero(time);
}

void Step::mark_stale(double time, double last_token) {
    if (mark() < time) {
        keyspace_.set(stale_, to_text(time), expiry(last_token + margin_));
    }
}

}  // namespace store
