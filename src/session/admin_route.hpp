// Which call of the operators' interface a method and a path are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "admin_problem.hpp"

namespace session {

enum class AdminCall : std::uint8_t {
    list,
    show,
    create,
    end,
    end_all,
    mark,
    unmark,
    revoke,
    epoch,
    stats,
    cleanup,
};

struct AdminTarget {
    AdminCall call = AdminCall::list;
    std::string user;  // of the path, may be empty as the next one
    std::string id;
};

// The segments of a path behind the prefix of its location, which may end in a slash or not, each
// decoded; nothing where the path does not begin so. `decoded`: the path is decoded already, and
// names have no slash in them.
std::optional<std::vector<std::string>> admin_segments(std::string_view path,
                                                       std::string_view prefix, bool decoded);

// `write`: more than looking is allowed.
std::variant<AdminTarget, Problem> find_admin_call(std::string_view method,
                                                   const std::vector<std::string>& segments,
                                                   bool write);

bool takes_body(AdminCall call);

// Whether the text can name a user, a tenant, a session or a token: 1 to 255 bytes of UTF-8 without
// control bytes.
bool is_admin_name(std::string_view text);

inline constexpr const char* kNameRule =
    "is no name of 1 to 255 bytes in UTF-8 without control bytes";

}  // namespace session
