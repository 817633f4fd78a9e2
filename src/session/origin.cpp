#include "origin.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "ascii.hpp"
#include "host.hpp"

namespace session {
namespace {

constexpr int kMaxPort = 65535;

struct Scheme {
    std::string_view name;
    std::string_view port;
};

constexpr Scheme kHttp = {"http", "80"};
constexpr Scheme kHttps = {"https", "443"};

const Scheme* find_scheme(std::string_view name) {
    for (const Scheme* scheme : {&kHttp, &kHttps}) {
        if (equals_ignoring_case(scheme->name, name)) {
            return scheme;
        }
    }
    return nullptr;
}

// One spelling of the many that an IPv6 address has; `text` is what stands in the brackets.
std::optional<std::string> canonical_address(std::string_view text) {
    char canonical[INET6_ADDRSTRLEN];
    in6_addr address;
    const bool plain = text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    if (!plain || text.size() >= INET6_ADDRSTRLEN ||
        inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1 ||
        inet_ntop(AF_INET6, &address, canonical, sizeof(canonical)) == nullptr) {
        return std::nullopt;
    }
    return '[' + std::string(canonical) + ']';
}

bool is_port(std::string_view text) {
    int port = 0;
    const bool plain =
        !text.empty() && text.front() != '0' && std::all_of(text.begin(), text.end(), is_digit);
    return plain &&
           std::from_chars(text.data(), text.data() + text.size(), port).ec == std::errc() &&
           port <= kMaxPort;
}

// The host at the start of `text`, which keeps what is behind it.
std::optional<std::string> take_host(std::string_view& text) {
    const bool brackets = text.substr(0, 1) == "[";
    const std::size_t end = brackets ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view host = text.substr(0, end);
    text.remove_prefix(brackets ? end + 1 : end);
    if (brackets) {
        return canonical_address(host.substr(1));
    }
    // A last dot stays: to browsers "example.com." is another origin than "example.com".
    return is_host_name(host, true) ? std::optional(lower(host)) : std::nullopt;
}

std::optional<Origin> parse_authority(const Scheme& scheme, std::string_view text) {
    const std::optional<std::string> host = take_host(text);
    if (!host) {
        return std::nullopt;
    }
    std::string_view port = scheme.port;
    if (!text.empty()) {
        port = text.substr(1);
        if (text.front() != ':' || !is_port(port)) {
            return std::nullopt;
        }
    }
    return Origin{std::string(scheme.name), *host, std::string(port), false};
}

bool is_below(std::string_view host, std::string_view parent) {
    return host.size() > parent.size() + 1 && host.substr(host.size() - parent.size()) == parent &&
           host[host.size() - parent.size() - 1] == '.';
}

bool covers(const Origin& allowed, const Origin& origin) {
    return allowed.scheme == origin.scheme && allowed.port == origin.port &&
           (allowed.wildcard ? is_below(origin.host, allowed.host) : allowed.host == origin.host);
}

bool is_welcome(const Origin& origin, const Provenance& request,
                const std::vector<Origin>& allowed) {
    const std::optional<Origin> own = parse_authority(request.tls ? kHttps : kHttp, request.host);
    return (own && covers(*own, origin)) ||
           std::any_of(allowed.begin(), allowed.end(),
                       [&origin](const Origin& one) { return covers(one, origin); });
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view text, bool allow_wildcard) {
    constexpr std::string_view kSeparator = "://";
    constexpr std::string_view kWildcard = "*.";
    const std::size_t end = text.find(kSeparator);
    const Scheme* scheme =
        end == std::string_view::npos ? nullptr : find_scheme(text.substr(0, end));
    if (scheme == nullptr) {
        return std::nullopt;
    }
    text.remove_prefix(end + kSeparator.size());
    const bool wildcard = allow_wildcard && text.substr(0, kWildcard.size()) == kWildcard;
    if (wildcard) {
        text.remove_prefix(kWildcard.size());
    }
    std::optional<Origin> origin = parse_authority(*scheme, text);
    if (origin && wildcard && origin->host.front() == '[') {
        return std::nullopt;  // nothing is below an address
    }
    if (origin) {
        origin->wildcard = wildcard;
    }
    return origin;
}

bool may_use_cookie(const Provenance& request, const std::vector<Origin>& allowed) {
    if (request.safe_method && !request.websocket) {
        return true;
    }
    if (request.origin) {
        const std::optional<Origin> origin = parse_origin(*request.origin, false);
        return origin && is_welcome(*origin, request, allowed);
    }
    if (request.fetch_site) {
        return *request.fetch_site == "same-origin" || *request.fetch_site == "none";
    }
    return true;  // browsers send one of them: no other site's page made this request
}

}  // namespace session
