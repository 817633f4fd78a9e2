// Points in time as RFC 3339 writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace session {

// Unix seconds of a date-time (RFC 3339, section 5.6), or nothing where it is no such text or no
// such day. A fraction is dropped, towards the past. A leap second, only where a UTC day ends, is
// the first of the next day.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace session
