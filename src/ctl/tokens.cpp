#include "tokens.hpp"

#include <algorithm>

#include "failure.hpp"
#include "files.hpp"

namespace ctl {

int for_each_token(const CommandLine& line, const std::function<int(std::string_view)>& take) {
    if (line.has("stdin") != line.operands().empty() || line.operands().size() > 1) {
        throw usage("one TOKEN, or --stdin for one a line");
    }
    if (!line.has("stdin")) {
        return take(line.operands().front());
    }
    int worst = kDone;
    for_each_line([&](std::string_view token) { worst = std::max(worst, take(token)); });
    return worst;
}

}  // namespace ctl
