#include "tracking.hpp"

#include <algorithm>
#include <utility>

namespace redis {

namespace {

constexpr std::string_view kChannel = "__redis__:invalidate";

bool is_text(const Reply& reply, std::string_view text) {
    return (reply.type == Reply::Type::string || reply.type == Reply::Type::status) &&
           reply.text == text;
}

}  // namespace

Tracking::Tracking(const Login& login, std::vector<std::string> prefixes, Listener& listener)
    : login_(login), prefixes_(std::move(prefixes)), listener_(listener) {
    for (const Arguments& command : greeting(login_)) {
        say(command);
        ++greetings_;
    }
}

void Tracking::say(const Arguments& arguments) {
    append_command(output_, arguments);
}

void Tracking::ping(std::uint64_t stamp) {
    if (state_ == State::tracking) {
        say({"PING"});
        pings_.push_back({stamp, sent_ + output_.size()});
    }
}

std::string_view Tracking::unsent() const {
    return output_;
}

void Tracking::sent(std::size_t bytes) {
    output_.erase(0, bytes);
    sent_ += bytes;
}

bool Tracking::receive(std::string_view bytes) {
    reader_.feed(bytes);
    while (std::optional<Reply> reply = reader_.next()) {
        if (!take(*reply)) {
            return false;
        }
    }
    return !reader_.broken();
}

bool Tracking::take(Reply& reply) {
    if (state_ != State::tracking && !output_.empty()) {
        return false;  // an answer to what was not said yet
    }
    switch (state_) {
        case State::greeting:
            return greeted(reply);
        case State::identifying:
            return identified(reply);
        case State::enabling:
            return enabled(reply);
        case State::subscribing:
            if (reply.type != Reply::Type::array || reply.elements.empty() ||
                !is_text(reply.elements[0], "subscribe")) {
                return refuse(reply.is_error() ? printable(reply.text) : "unexpected reply");
            }
            state_ = State::tracking;
            listener_.tracking();
            return true;
        case State::tracking:
            return told(reply);
        case State::refused:
            break;
    }
    return false;
}

bool Tracking::greeted(Reply& reply) {
    replies_.push_back(std::move(reply));
    if (replies_.size() < greetings_) {
        return true;
    }
    if (objection(login_, replies_)) {
        state_ = State::refused;
        return false;  // for now: it may be loading, or about to get another password
    }
    state_ = State::identifying;
    say({"CLIENT", "ID"});
    return true;
}

// The connection is the target of its own redirection: RESP2 tells by a message on a channel.
bool Tracking::identified(const Reply& reply) {
    if (reply.type != Reply::Type::integer) {
        return refuse("CLIENT ID was answered with " + printable(reply.text));
    }
    Arguments command = {"CLIENT", "TRACKING", "ON", "REDIRECT", std::to_string(reply.integer),
                         "BCAST"};
    for (const std::string& prefix : prefixes_) {
        command.insert(command.end(), {"PREFIX", prefix});
    }
    state_ = State::enabling;
    say(command);
    return true;
}

bool Tracking::enabled(const Reply& reply) {
    if (reply.type != Reply::Type::status) {
        return refuse("CLIENT TRACKING was answered with " + printable(reply.text));
    }
    state_ = State::subscribing;
    say({"SUBSCRIBE", std::string(kChannel)});
    return true;
}

// A message, or the answer to a ping, which is an array too once the connection is subscribed.
bool Tracking::told(const Reply& reply) {
    constexpr std::string_view kForbidden = "NOPERM";
    if (reply.is_error() && reply.text.compare(0, kForbidden.size(), kForbidden) == 0) {
        return refuse("PING was answered with " + printable(reply.text));
    }
    if (reply.type != Reply::Type::array || reply.elements.empty()) {
        return false;
    }
    const std::vector<Reply>& element = reply.elements;
    if (is_text(element[0], "pong")) {
        return ponged();
    }
    if (element.size() != 3 || !is_text(element[0], "message") || !is_text(element[1], kChannel)) {
        return false;
    }
    if (element[2].type == Reply::Type::nil) {
        listener_.flushed();
        return true;
    }
    const std::vector<Reply>& keys = element[2].elements;
    const bool whole = std::all_of(
        keys.begin(), keys.end(), [](const Reply& key) { return key.type == Reply::Type::string; });
    if (element[2].type != Reply::Type::array || !whole) {
        return false;
    }
    for (const Reply& key : keys) {
        listener_.changed(key.text);
    }
    return true;
}

// A proof only where the ping has been sent.
bool Tracking::ponged() {
    if (pings_.empty() || pings_.front().end > sent_) {
        return false;
    }
    const std::uint64_t stamp = pings_.front().stamp;
    pings_.pop_front();
    listener_.proven(stamp);
    return true;
}

bool Tracking::refuse(std::string_view reason) {
    state_ = State::refused;
    listener_.not_tracking(reason);
    return false;
}

}  // namespace redis
