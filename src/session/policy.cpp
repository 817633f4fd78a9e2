#include "policy.hpp"

#include <algorithm>

namespace session {
namespace {

bool is_opaque(const TokenSource& source) {
    return source.format == TokenSource::Format::opaque;
}

}  // namespace

const TokenSource* Policy::own_source() const {
    const auto own =
        std::find_if(sources.begin(), sources.end(), [this](const TokenSource& source) {
            return cookie && source.kind == TokenSource::Kind::cookie &&
                   source.name == cookie->name;
        });
    return own == sources.end() ? nullptr : &*own;
}

bool Policy::issues_opaque() const {
    const TokenSource* own = own_source();
    return own != nullptr && is_opaque(*own);
}

bool Policy::has_opaque() const {
    return std::any_of(sources.begin(), sources.end(), is_opaque);
}

}  // namespace session
