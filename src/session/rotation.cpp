#include "rotation.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "../jwt/base64url.hpp"
#include "hash.hpp"
#include "keys.hpp"
#include "marks.hpp"
#include "scripts.hpp"

namespace session {
namespace {

constexpr std::size_t kCommands = 2;
constexpr std::size_t kFirstStep = 4;  // of the script's answer: outcome, created, tenant, claims

std::optional<std::int64_t> read_number(const redis::Reply& reply) {
    std::int64_t number = 0;
    const char* end = reply.text.data() + reply.text.size();
    const auto [stop, error] = std::from_chars(reply.text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

bool is_whole(const std::vector<redis::Reply>& elements) {
    return elements.size() >= kFirstStep + 2 && elements.size() % 2 == 0 &&
           std::all_of(elements.begin(), elements.end(), [](const redis::Reply& element) {
               return element.type == redis::Reply::Type::string;
           });
}

Reason refusal(std::string_view word) {
    for (const Reason reason : {Reason::record, Reason::revoked, Reason::stale, Reason::expired,
                                Reason::idle, Reason::replayed}) {
        if (word == name(reason)) {
            return reason;
        }
    }
    return Reason::store;
}

// From the presented token along the keys and times of its successors, `steps` of pairs.
std::optional<RefreshToken> follow(const Policy& policy, const RefreshToken& presented,
                                   const std::vector<redis::Reply>& elements) {
    RefreshToken token = presented;
    for (std::size_t i = kFirstStep; i + 1 < elements.size(); i += 2) {
        const auto key_id = jwt::base64url_decode(elements[i].text);
        const jwt::Key* key = key_id ? policy.keyring.find(*key_id) : nullptr;
        const auto expires = read_number(elements[i + 1]);
        auto next =
            key == nullptr || !expires ? std::nullopt : next_refresh_token(*key, token, *expires);
        if (!next) {
            return std::nullopt;  // made with a key that this node does not have yet
        }
        token = std::move(*next);
    }
    return token;
}

}  // namespace

std::optional<Rotation> begin_rotation(const Policy& policy, const jwt::Key& key,
                                       const RefreshToken& presented, std::int64_t now) {
    const std::int64_t expires = std::min(now + policy.lifetimes.refresh, presented.end);
    auto successor = next_refresh_token(key, presented, expires);
    if (!successor) {
        return std::nullopt;
    }
    return Rotation{presented, std::move(*successor), key.id(), now};
}

std::vector<redis::Arguments> rotation_commands(const Policy& policy, const Rotation& rotation) {
    const std::vector<std::string> arguments = {
        hash_of(rotation.presented.text),
        hash_of(rotation.successor.text),
        jwt::base64url_encode(rotation.key_id),
        std::to_string(rotation.successor.expires),
        std::to_string(kGrace),
        std::to_string(policy.lifetimes.idle.value_or(0)),
        std::to_string(std::min(rotation.now + policy.lifetimes.access, rotation.presented.end)),
    };
    return {
        {"GET", epoch_key(policy.store_prefix, "")},
        call_script(kRotateScript, policy, rotation.presented.user, rotation.presented.session,
                    rotation.now, arguments),
    };
}

Rotated read_rotated(const Policy& policy, const Rotation& rotation,
                     const std::vector<redis::Reply>& replies) {
    Rotated rotated;
    if (replies.size() != kCommands) {
        return rotated;
    }
    const redis::Reply& reply = replies[1];
    const std::string_view word = outcome(reply);
    if (word != "rotated") {
        rotated.reason = refusal(word);
        return rotated;
    }
    const auto created = is_whole(reply.elements) ? read_number(reply.elements[1]) : std::nullopt;
    if (!created) {
        return rotated;
    }
    rotated.created = *created;
    rotated.tenant = reply.elements[2].text;
    rotated.claims = reply.elements[3].text;
    const Answer epoch = is_marked(rotated.created, replies[0], false);
    auto token = follow(policy, rotation.presented, reply.elements);
    if (epoch == Answer::unclear || !token) {
        return rotated;
    }
    rotated.reason = epoch == Answer::yes ? Reason::epoch : Reason::valid;
    rotated.token = std::move(*token);
    return rotated;
}

}  // namespace session
