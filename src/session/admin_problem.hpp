// What is wrong with a request of an operator (RFC 9457).
#pragma once

#include <optional>
#include <string>

#include "reason.hpp"

namespace session {

struct Problem {
    int status = 0;
    std::string detail;            // in words for the client, may be empty
    std::string field;             // the parameter or member that is wrong, may be empty
    std::string allow;             // of a 405: the methods
    std::optional<Reason> reason;  // where the vocabulary has one
};

Problem bad_field(std::string field, std::string detail);
Problem store_away();

std::string problem_json(const Problem& problem);

}  // namespace session
