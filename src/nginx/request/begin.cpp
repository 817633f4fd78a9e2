#include "begin.hpp"

#include "../ngx.hpp"
#include "../random.hpp"

namespace nginx {

session::Beginning begin_now() {
    timeval time{};
    ngx_gettimeofday(&time);
    session::Beginning beginning;
    beginning.id = random_id();
    beginning.now = ngx_time();
    beginning.created_us = static_cast<std::int64_t>(time.tv_sec) * 1000000 + time.tv_usec;
    return beginning;
}

}  // namespace nginx
