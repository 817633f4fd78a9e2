// What the store is asked of a session, as commands.
#pragma once

#include <vector>

#include "../../src/session/standing.hpp"

namespace inquiries {

inline std::vector<redis::Arguments> commands_of(const session::Session& session,
                                                 const session::Policy& policy) {
    std::vector<redis::Arguments> commands;
    for (const session::Inquiry& inquiry : session::inquiries(session, policy)) {
        commands.push_back(inquiry.command);
    }
    return commands;
}

}  // namespace inquiries
