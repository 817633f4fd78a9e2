#include "presented.hpp"

#include <algorithm>

#include "../../session/navigation.hpp"
#include "../bridge.hpp"
#include "chunked.hpp"
#include "headers.hpp"

namespace nginx {
namespace {

std::optional<std::string_view> first_header(const ngx_http_request_t* r, std::string_view name) {
    const std::vector<std::string_view> values = header_values(r, name);
    return values.empty() ? std::nullopt : std::optional(values.front());
}

// The token of "Authorization: Bearer TOKEN" (RFC 6750, section 2.1), the scheme in any letter
// case.
std::string_view bearer_token(const ngx_http_request_t* r) {
    constexpr std::string_view kScheme = "bearer ";
    if (r->headers_in.authorization == nullptr) {
        return {};
    }
    std::string_view value = view(r->headers_in.authorization->value);
    if (value.size() < kScheme.size() ||
        ngx_strncasecmp(str(value).data, str(kScheme).data, kScheme.size()) != 0) {
        return {};
    }
    value.remove_prefix(kScheme.size());
    const std::size_t start = std::min(value.find_first_not_of(' '), value.size());
    return value.substr(start);
}

std::vector<std::string_view> values_of(ngx_http_request_t* r, const session::TokenSource& source,
                                        ngx_int_t variable) {
    using Kind = session::TokenSource::Kind;
    std::vector<std::string_view> values;
    switch (source.kind) {
        case Kind::cookie:
            each_cookie_line(
                r, [&](std::string_view line) { session::read_cookie(line, source.name, values); });
            if (source.encrypted()) {
                values.push_back(joined_cookie(r, source.name));
            }
            break;
        case Kind::header:
            values = header_values(r, source.name);
            break;
        case Kind::bearer:
            values.push_back(bearer_token(r));
            break;
        case Kind::variable:
            values.push_back(variable_value(r, variable));
            break;
    }
    return values;
}

bool is_websocket_handshake(const ngx_http_request_t* r) {
    if (r->headers_in.upgrade == nullptr) {
        return false;
    }
    const std::vector<std::string_view> upgrades = header_values(r, "upgrade");
    return std::any_of(upgrades.begin(), upgrades.end(), [](std::string_view value) {
        constexpr std::string_view kWebSocket = "websocket";
        return ngx_strlcasestrn(str(value).data, str(value).data + value.size(),
                                str(kWebSocket).data, kWebSocket.size() - 1) != nullptr;
    });
}

bool is_tls(const ngx_http_request_t* r) {
    return r->connection->ssl != nullptr;
}

}  // namespace

std::optional<session::Presented> first_token(ngx_http_request_t* r, const Realm& realm) {
    using Kind = session::TokenSource::Kind;
    for (std::size_t i = 0; i < realm.policy.sources.size(); ++i) {
        const session::TokenSource& source = realm.policy.sources[i];
        std::string_view token;
        if (source.kind == Kind::cookie) {
            each_cookie_line(r, [&](std::string_view line) {
                token = token.empty() ? session::first_cookie(line, source.name) : token;
            });
            if (token.empty() && source.encrypted()) {
                token = joined_cookie(r, source.name);
            }
        } else if (source.kind == Kind::bearer) {
            token = bearer_token(r);
        } else {
            for (const std::string_view value : values_of(r, source, realm.source_variables[i])) {
                token = token.empty() ? value : token;
            }
        }
        if (!token.empty()) {
            return session::Presented{&source, token};
        }
    }
    return std::nullopt;
}

Tokens read_tokens(ngx_http_request_t* r, const Realm& realm) {
    Tokens tokens;
    for (std::size_t i = 0; i < realm.policy.sources.size(); ++i) {
        const session::TokenSource& source = realm.policy.sources[i];
        for (const std::string_view value : values_of(r, source, realm.source_variables[i])) {
            if (value.empty()) {
                continue;
            }
            if (tokens.presented.size() == session::kMaxCandidates) {
                tokens.complete = false;
                return tokens;
            }
            tokens.presented.push_back({&source, value});
        }
    }
    return tokens;
}

bool may_use_cookie(const ngx_http_request_t* r, const session::Policy& policy) {
    constexpr ngx_uint_t kSafe = NGX_HTTP_GET | NGX_HTTP_HEAD | NGX_HTTP_OPTIONS | NGX_HTTP_TRACE;
    session::Provenance request;
    request.safe_method = (r->method & kSafe) != 0;
    request.websocket = is_websocket_handshake(r);
    if (request.safe_method && !request.websocket) {
        return true;
    }
    request.tls = is_tls(r);
    if (r->headers_in.host != nullptr) {
        request.host = view(r->headers_in.host->value);
    }
    const std::vector<std::string_view> origins = header_values(r, "origin");
    if (origins.size() > 1) {
        return false;
    }
    if (!origins.empty()) {
        request.origin = origins.front();
    }
    request.fetch_site = first_header(r, "sec-fetch-site");
    return session::may_use_cookie(request, policy.origins);
}

session::Visit read_visit(const ngx_http_request_t* r) {
    session::Intent intent;
    intent.fetch_mode = first_header(r, "sec-fetch-mode");
    intent.fetch_metadata = intent.fetch_mode || first_header(r, "sec-fetch-site") ||
                            first_header(r, "sec-fetch-dest") || first_header(r, "sec-fetch-user");
    intent.accept = first_header(r, "accept");
    session::Visit visit;
    visit.request = view(r->unparsed_uri);
    visit.get_or_head = (r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) != 0;
    visit.navigation = session::is_navigation(intent);
    return visit;
}

bool is_preflight(const ngx_http_request_t* r) {
    return r->method == NGX_HTTP_OPTIONS &&
           session::is_preflight(view(r->method_name), first_header(r, "origin"),
                                 first_header(r, "access-control-request-method"));
}

}  // namespace nginx
