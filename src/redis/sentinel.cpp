#include "sentinel.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace redis {

namespace {

constexpr std::string_view kChannel = "+switch-master";
constexpr std::size_t kMaxHost = 255;

bool is_text(const Reply& reply, std::string_view text) {
    return (reply.type == Reply::Type::string || reply.type == Reply::Type::status) &&
           reply.text == text;
}

bool is_array(const Reply& reply, std::size_t size) {
    return reply.type == Reply::Type::array && reply.elements.size() == size;
}

bool begins_with(const Reply& reply, std::string_view word) {
    return is_array(reply, 3) && is_text(reply.elements[0], word);
}

bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= kMaxHost &&
           std::all_of(host.begin(), host.end(),
                       [](unsigned char byte) { return byte > 0x20 && byte < 0x7f; });
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && port != 0 ? std::optional(port) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        words.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return words;
}

}  // namespace

Sentinel::Sentinel(const Login& login, std::string master, Listener& listener)
    : login_(login), master_(std::move(master)), listener_(listener) {
    for (const Arguments& command : greeting(login_)) {
        say(command);
        ++greetings_;
    }
}

void Sentinel::say(const Arguments& arguments) {
    append_command(output_, arguments);
}

void Sentinel::ask() {
    if (state_ == State::listening) {
        begin_round();
    } else {
        again_ = true;
    }
}

// A subscribed connection takes no questions. All leaves in one piece, so that hardly a change
// falls between the answer and the subscription; one that does is found by the next round.
void Sentinel::begin_round() {
    if (subscribed_) {
        say({"UNSUBSCRIBE", std::string(kChannel)});
    }
    say({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_});
    say({"SUBSCRIBE", std::string(kChannel)});
    state_ = subscribed_ ? State::leaving : State::asking;
}

bool Sentinel::receive(std::string_view bytes) {
    reader_.feed(bytes);
    while (std::optional<Reply> reply = reader_.next()) {
        if (!take(*reply)) {
            return false;
        }
    }
    return !reader_.broken();
}

bool Sentinel::take(Reply& reply) {
    if (subscribed_ && begins_with(reply, "message")) {
        return told(reply);
    }
    if (!output_.empty()) {
        return false;  // an answer to what was not said yet
    }
    switch (state_) {
        case State::greeting:
            return greeted(reply);
        case State::leaving:
            if (!begins_with(reply, "unsubscribe")) {
                return false;
            }
            subscribed_ = false;
            state_ = State::asking;
            return true;
        case State::asking:
            return answered(reply);
        case State::joining:
            return joined(reply);
        case State::listening:
        case State::refused:
            break;
    }
    return false;
}

bool Sentinel::greeted(Reply& reply) {
    replies_.push_back(std::move(reply));
    if (replies_.size() < greetings_) {
        return true;
    }
    if (const auto reason = objection(login_, replies_)) {
        return refuse(*reason);
    }
    begin_round();
    return true;
}

bool Sentinel::answered(const Reply& reply) {
    if (reply.is_error()) {
        return refuse("SENTINEL was answered with " + printable(reply.text));
    }
    if (reply.type == Reply::Type::nil) {
        return refuse("no master \"" + master_ + "\" is known there");
    }
    if (!is_array(reply, 2) || reply.elements[0].type != Reply::Type::string ||
        reply.elements[1].type != Reply::Type::string) {
        return false;
    }
    state_ = State::joining;
    return name_master(reply.elements[0].text, reply.elements[1].text);
}

bool Sentinel::joined(const Reply& reply) {
    if (reply.is_error()) {
        return refuse("SUBSCRIBE was answered with " + printable(reply.text));
    }
    if (!begins_with(reply, "subscribe")) {
        return false;
    }
    subscribed_ = true;
    state_ = State::listening;
    if (std::exchange(again_, false)) {
        begin_round();
    }
    return true;
}

// "NAME OLD-HOST OLD-PORT NEW-HOST NEW-PORT", of whichever master has changed.
bool Sentinel::told(const Reply& message) {
    const Reply& text = message.elements[2];
    if (!is_text(message.elements[1], kChannel) || text.type != Reply::Type::string) {
        return false;
    }
    const std::vector<std::string_view> words = words_of(text.text);
    if (words.empty() || words[0] != master_) {
        return true;
    }
    return words.size() == 5 && name_master(words[3], words[4]);
}

bool Sentinel::name_master(std::string_view host, std::string_view port) {
    const auto number = port_of(port);
    if (!is_host(host) || !number) {
        return false;
    }
    listener_.master_is(host, *number);
    return true;
}

bool Sentinel::refuse(const std::string& reason) {
    state_ = State::refused;
    listener_.refused(reason);
    return false;
}

}  // namespace redis
