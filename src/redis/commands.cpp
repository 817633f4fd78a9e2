#include "commands.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "script.hpp"

namespace redis {

Commands::Body::Body(std::vector<Arguments> commands)
    : list(std::move(commands)), have_script(std::any_of(list.begin(), list.end(), is_script)) {
    shapes.reserve(list.size());
    std::transform(list.begin(), list.end(), std::back_inserter(shapes), shape_of);
}

Commands::Commands(std::vector<Arguments> list)
    : body_(std::make_shared<const Body>(std::move(list))) {}

Commands Commands::prepared(std::vector<Arguments> list) {
    auto body = std::make_shared<Body>(std::move(list));
    for (const Arguments& command : body->list) {
        append_command(body->bytes, command);
    }
    Commands commands;
    commands.body_ = std::move(body);
    return commands;
}

const std::vector<Arguments>& Commands::list() const {
    static const std::vector<Arguments> none;
    return body_ == nullptr ? none : body_->list;
}

void Commands::append_to(std::string& bytes) const {
    if (body_ != nullptr && !body_->bytes.empty()) {
        bytes += body_->bytes;
        return;
    }
    for (const Arguments& command : *this) {
        append_command(bytes, command);
    }
}

}  // namespace redis
