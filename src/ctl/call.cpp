#include "call.hpp"

#include "failure.hpp"

namespace ctl {

const std::vector<Option> kPlaceOptions = {{"url"}, {"header-file"}, {"ca-file"}, {"timeout"}};

std::unique_ptr<Place> find_place(const CommandLine& line) {
    if (line.has("url") == line.has("redis")) {
        throw usage("one of --url http(s)://HOST/LOCATION and --redis HOST:PORT|unix:PATH");
    }
    return line.has("url") ? make_http_place(line) : make_redis_place(line);
}

}  // namespace ctl
