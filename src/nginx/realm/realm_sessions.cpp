// Sessions that the realm makes: how long they live, when they are renewed, how many there may be.
#include <charconv>

#include "../../session/opaque_id.hpp"
#include "realm_block.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr time_t kMinute = 60;
constexpr time_t kHour = 60 * kMinute;
constexpr time_t kDay = 24 * kHour;

constexpr time_t kAccessBesideRefresh = 15 * kMinute;
constexpr time_t kAccessAlone = 8 * kHour;
constexpr time_t kRefresh = 7 * kDay;
constexpr time_t kAbsolute = 30 * kDay;

constexpr unsigned kMostPercent = 99;
constexpr unsigned kMostSessions = 10000;  // the store looks at all of a user's in one step

std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
    unsigned number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < 1 || number > most) {
        return std::nullopt;
    }
    return number;
}

struct Span {
    const char* directive;
    time_t written;
    time_t otherwise;
    std::int64_t* target;
};

char* read_lifetimes(ngx_conf_t* cf, RealmSlots& slots) {
    session::Lifetimes& lifetimes = slots.policy().lifetimes;
    const bool refreshes = slots.policy().refresh_cookie.has_value();
    std::int64_t idle = 0;
    for (const Span& span : {
             Span{"access_lifetime", slots.access_lifetime,
                  refreshes ? kAccessBesideRefresh : kAccessAlone, &lifetimes.access},
             Span{"refresh_lifetime", slots.refresh_lifetime, kRefresh, &lifetimes.refresh},
             Span{"idle_timeout", slots.idle_timeout, 1, &idle},
             Span{"absolute_timeout", slots.absolute_timeout, kAbsolute, &lifetimes.absolute},
         }) {
        if (span.written == 0) {
            return fail(cf, "invalid value \"0\" in \"" + std::string(span.directive) +
                                "\", use a time such as 15m");
        }
        *span.target = span.written == NGX_CONF_UNSET ? span.otherwise : span.written;
    }
    if (slots.idle_timeout != NGX_CONF_UNSET) {
        lifetimes.idle = idle;
    }
    return ok();
}

// What is said of things that the realm does not have is a mistake, not a wish.
char* check_needs(ngx_conf_t* cf, const RealmSlots& slots) {
    const session::Policy& policy = slots.draft->realm->policy;
    const bool refreshes = policy.refresh_cookie.has_value();
    struct Need {
        const char* directive;
        bool written;
        const char* missing;  // null: it is there
    };
    for (const Need& need : {
             Need{"refresh_lifetime", slots.refresh_lifetime != NGX_CONF_UNSET,
                  refreshes ? nullptr : "refresh_cookie"},
             Need{"refresh_inline", slots.refresh_inline == 1,
                  refreshes ? nullptr : "refresh_cookie"},
             Need{"refresh_cookie", refreshes, policy.cookie ? nullptr : "cookie"},
             Need{"renew", policy.renew_below != 0, policy.cookie ? nullptr : "cookie"},
             Need{"resign", slots.resign == 1, policy.cookie ? nullptr : "cookie"},
         }) {
        if (need.written && need.missing != nullptr) {
            return fail(cf, "\"" + std::string(need.directive) + "\" in realm \"" + policy.realm +
                                "\" has no effect without \"" + need.missing + "\", add it");
        }
    }
    return ok();
}

char* check_key(ngx_conf_t* cf, const RealmSlots& slots, bool can_sign) {
    const session::Policy& policy = slots.draft->realm->policy;
    for (const auto& [directive, written] :
         {std::pair("renew", policy.renew_below != 0), std::pair("resign", slots.resign == 1)}) {
        if (written && !can_sign) {
            return fail(cf, "\"" + std::string(directive) + "\" in realm \"" + policy.realm +
                                "\" has no key that signs, put an HMAC secret or a private key "
                                "first");
        }
    }
    return ok();
}

}  // namespace

char* set_renew(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    std::string_view text = argument(cf, 1);
    if (text == "off") {
        return ok();
    }
    if (!text.empty() && text.back() == '%') {
        text.remove_suffix(1);
    }
    const auto percent = parse_number(text, kMostPercent);
    if (!percent) {
        return fail_value(cf, argument(cf, 1), "use off or a percentage from 1 to 99, such as 50");
    }
    slots.policy().renew_below = *percent;
    return ok();
}

char* set_session_limit(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    const auto limit = parse_number(argument(cf, 1), kMostSessions);
    if (!limit) {
        return fail_value(cf, argument(cf, 1),
                          "use a number of sessions from 1 to " + std::to_string(kMostSessions));
    }
    slots.policy().session_limit = *limit;
    if (argument_count(cf) > 2) {
        const std::string_view beyond = argument(cf, 2);
        if (beyond != "oldest" && beyond != "reject") {
            return fail_value(cf, beyond, "use oldest or reject");
        }
        slots.policy().beyond_limit =
            beyond == "reject" ? session::Beyond::reject : session::Beyond::end_oldest;
    }
    return ok();
}

char* finish_sessions(ngx_conf_t* cf, RealmSlots& slots) {
    session::Policy& policy = slots.policy();
    if (policy.cookie && policy.refresh_cookie &&
        policy.cookie->name == policy.refresh_cookie->name) {
        return fail(cf, "\"cookie\" and \"refresh_cookie\" of realm \"" + policy.realm +
                            "\" have one name, give them two");
    }
    policy.record_required = slots.record == 1;
    policy.refresh_inline = slots.refresh_inline == 1;
    policy.ends_live = slots.live_connections != keep_live;
    const bool can_sign = session::can_issue(policy);
    policy.resign = policy.cookie && can_sign && slots.resign != 0;
    return read_lifetimes(cf, slots) == ok() && check_needs(cf, slots) == ok()
               ? check_key(cf, slots, can_sign)
               : static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace nginx
