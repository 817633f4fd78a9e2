// What an operator asks for: a call with its parameters, checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "admin_cursor.hpp"
#include "admin_problem.hpp"
#include "admin_route.hpp"

namespace session {

inline constexpr std::size_t kMaxAdminBody = 16 * 1024;
inline constexpr std::size_t kMostListed = 1000;  // sessions a page
inline constexpr std::int64_t kMostAhead = 60;    // seconds that a mark may lie ahead

struct AdminRequest : AdminTarget {
    std::string tenant;  // may be empty, as all below
    std::string claims;  // JSON
    std::string token;
    std::optional<std::int64_t> before;  // of a mark, Unix time; nothing: the user is gone
    std::int64_t expires = 0;            // of a token, Unix time; 0: not known
    std::size_t limit = 100;
    std::optional<UserCursor> behind;
    std::string scan = "0";
    std::optional<std::uint64_t> connections;  // that the session has open, where it is known
};

// The parameters of the query. Each may stand once, and no others: a misspelt "user" would list
// everybody.
std::variant<AdminRequest, Problem> read_admin_query(const AdminTarget& target,
                                                     std::string_view query);

// The body of a call that takes one, into the request.
std::optional<Problem> read_admin_body(AdminRequest& request, std::string_view content_type,
                                       std::string_view body, std::int64_t now);

}  // namespace session
