#include "logout_token.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "document.hpp"

namespace jwt {

namespace {

constexpr const char* kEvents = "events";
constexpr const char* kEvent = "http://schemas.openid.net/event/backchannel-logout";

}  // namespace

bool is_logout_token(const Claims& header, const Claims& claims) {
    if (claims.has(kEvents) && claims.text({kEvents, kEvent})) {
        return true;
    }
    std::string type(header.string("typ").value_or(std::string_view()));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return type == "logout+jwt" || type == "application/logout+jwt";
}

bool has_logout_event(const Claims& claims) {
    if (!claims.has(kEvents)) {
        return false;
    }
    const auto all = Document::parse(claims.json());
    const auto events = all ? all->object(kEvents) : std::nullopt;
    const auto read = events ? Document::parse(*events) : std::nullopt;
    return read && read->object(kEvent);
}

}  // namespace jwt
