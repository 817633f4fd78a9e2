#include "chunked.hpp"

#include <algorithm>
#include <list>

#include "../../jwt/encrypted.hpp"
#include "../../session/chunks.hpp"
#include "../bridge.hpp"
#include "headers.hpp"

namespace nginx {
namespace {

constexpr std::string_view kNoToken = ".";

// Of one request, each value once however often it is read.
using Joined = std::list<std::string>;

session::Chunks read_chunks(const ngx_http_request_t* r, std::string_view name) {
    session::Chunks chunks(name);
    each_cookie_line(r, [&](std::string_view line) { chunks.read(line); });
    return chunks;
}

}  // namespace

std::string_view joined_cookie(ngx_http_request_t* r, std::string_view name) {
    const session::Chunks chunks = read_chunks(r, name);
    if (chunks.empty()) {
        return {};
    }
    auto value = chunks.join(jwt::kMaxEncryptedBytes);
    if (!value) {
        return kNoToken;
    }
    auto* joined = find_in_pool<Joined>(r->main->pool);
    if (joined == nullptr) {
        joined = make_in_pool<Joined>(r->main->pool);
    }
    const auto known = std::find(joined->begin(), joined->end(), *value);
    return known != joined->end() ? *known : joined->emplace_front(std::move(*value));
}

std::vector<std::string> sent_chunks(const ngx_http_request_t* r, const session::Policy& policy,
                                     std::string_view name) {
    const bool joins = std::any_of(policy.sources.begin(), policy.sources.end(),
                                   [name](const session::TokenSource& source) {
                                       return source.kind == session::TokenSource::Kind::cookie &&
                                              source.encrypted() && source.name == name;
                                   });
    return joins ? read_chunks(r, name).names() : std::vector<std::string>();
}

}  // namespace nginx
