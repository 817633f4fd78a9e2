#include "admin_cursor.hpp"

#include <algorithm>
#include <charconv>

#include "../jwt/base64url.hpp"
#include "../jwt/token.hpp"
#include "ascii.hpp"

namespace session {
namespace {

constexpr std::string_view kUser = "user ";
constexpr std::string_view kScan = "scan ";
constexpr std::size_t kMostDigits = 20;  // of a 64-bit number

// What stands behind the kind; nothing where the text is no cursor of it.
std::optional<std::string> decode(std::string_view text, std::string_view kind) {
    auto plain = jwt::base64url_decode(text);
    if (!plain || plain->compare(0, kind.size(), kind) != 0) {
        return std::nullopt;
    }
    return plain->substr(kind.size());
}

}  // namespace

std::string write_cursor(const UserCursor& cursor) {
    std::string plain(kUser);
    plain += std::to_string(cursor.created_us);
    return jwt::base64url_encode(plain.append(" ").append(cursor.id));
}

std::optional<UserCursor> read_user_cursor(std::string_view text) {
    const auto plain = decode(text, kUser);
    if (!plain) {
        return std::nullopt;
    }
    UserCursor cursor;
    const char* end = plain->data() + plain->size();
    const auto [stop, error] = std::from_chars(plain->data(), end, cursor.created_us);
    if (error != std::errc() || stop == end || *stop != ' ') {
        return std::nullopt;
    }
    cursor.id.assign(stop + 1, end);
    return jwt::is_name(cursor.id) ? std::optional(cursor) : std::nullopt;
}

std::string write_scan_cursor(std::string_view scan) {
    return jwt::base64url_encode(std::string(kScan).append(scan));
}

std::optional<std::string> read_scan_cursor(std::string_view text) {
    auto plain = decode(text, kScan);
    return plain && is_scan_cursor(*plain) ? plain : std::nullopt;
}

bool is_scan_cursor(std::string_view text) {
    return !text.empty() && text.size() <= kMostDigits &&
           std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace session
