// One call of the operators' interface, and who is asked: an nginx, or the Redis behind it, as that
// nginx would ask.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command_line.hpp"

namespace ctl {

struct Call {
    std::string method;
    std::vector<std::string> path;  // segments, not encoded
    std::string query;              // encoded, without its "?"
    std::string content_type;       // of the body; empty: none
    std::string body;
};

struct Answer {
    int status = 0;    // of HTTP
    std::string json;  // an object, or what came in its place
};

class Place {
public:
    Place() = default;
    virtual ~Place() = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Throws Failure where nobody answers.
    virtual Answer perform(const Call& call) = 0;
};

extern const std::vector<Option> kPlaceOptions;

// Throws Failure where the line does not say whom to ask.
std::unique_ptr<Place> find_place(const CommandLine& line);

std::unique_ptr<Place> make_http_place(const CommandLine& line);
std::unique_ptr<Place> make_redis_place(const CommandLine& line);

}  // namespace ctl
