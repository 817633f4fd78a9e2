// What the store is asked of a session, as commands.
#pragma once

#include <vector>

#include "../../src/session/standing.hpp"

namespace inquiries {

inline std::vector<redis::Arguments> commands_of(const session::Session& session,
                                                 const session::Policy& policy) {
    std::vector<session::Inquiry> inquiries;
    session::append_inquiries(session, policy, inquiries);
    std::vector<redis::Arguments> commands;
    for (const session::Inquiry& inquiry : inquiries) {
        commands.push_back(inquiry.command);
    }
    return commands;
}

}  // namespace inquiries
