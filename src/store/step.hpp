// What the procedures have in common: the arguments that all of them get, and the parts that
// several are made of. It is the prelude of the Lua sources, line by line.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "../redis/resp.hpp"
#include "keyspace.hpp"
#include "procedures.hpp"

namespace store {

class Step {
public:
    Step(Keyspace& keyspace, const Invocation& call);

    const std::string& index() const { return index_; }
    const std::string& stale() const { return stale_; }
    const std::string& id() const { return id_; }
    double now() const { return now_; }

    std::string data(std::string_view id) const { return data_ + std::string(id); }
    std::string revoked(std::string_view id) const { return revoked_ + std::string(id); }

    // An argument that is a number; throws Refused where it is none.
    double number(std::size_t index) const;

    // A number in a record, 0 where there is none.
    double field(std::string_view id, std::string_view name) const;

    void revoke(std::string_view id, double last_token);
    void finish(std::string_view id, double last_token);
    void keep(std::string_view id, double expires);
    double grow(std::string_view name, double time);
    double mark() const;  // -1: none; throws Refused where it is no time
    void mark_stale(double time, double last_token);
    void set(std::string_view name, const std::string& value);

private:
    std::int64_t expiry(double time) const;

    Keyspace& keyspace_;
    const Invocation& call_;
    const std::string& index_;
    const std::string& stale_;
    const std::string& data_;
    const std::string& revoked_;
    const std::string& id_;
    double now_;
    double margin_;
};

// tonumber() of Lua, and string.format('%.0f', …).
std::optional<double> to_number(std::string_view text);
double to_number_or_zero(const std::optional<std::string>& text);
std::string to_text(double number);

redis::Reply text_reply(std::string_view text);
redis::Reply array_reply(std::initializer_list<std::string_view> texts);

}  // namespace store
