// Where a list goes on: opaque to clients, who send it back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace session {

// In the list of a user's sessions, newest first: behind that one.
struct UserCursor {
    std::int64_t created_us = 0;
    std::string id;
};

std::string write_cursor(const UserCursor& cursor);
std::optional<UserCursor> read_user_cursor(std::string_view text);

// In a walk over the whole store: what SCAN gave, a number in decimal digits.
std::string write_scan_cursor(std::string_view scan);
std::optional<std::string> read_scan_cursor(std::string_view text);
bool is_scan_cursor(std::string_view text);

}  // namespace session
