// Request and response headers, over the two forms nginx has had: arrays up to 1.22, linked lists
// since 1.23.
#pragma once

#include <string_view>
#include <vector>

#include "bridge.hpp"
#include "ngx.hpp"

namespace nginx {
namespace detail {

template <typename Headers>
auto cookie_lines(const Headers& headers, int)
    -> decltype(headers.cookie, std::vector<std::string_view>()) {
    std::vector<std::string_view> lines;
    for (auto* line = headers.cookie; line != nullptr; line = line->next) {
        lines.push_back(view(line->value));
    }
    return lines;
}

template <typename Headers>
auto cookie_lines(const Headers& headers, long)
    -> decltype(headers.cookies, std::vector<std::string_view>()) {
    std::vector<std::string_view> lines;
    auto** line = static_cast<ngx_table_elt_t**>(headers.cookies.elts);
    for (ngx_uint_t i = 0; i < headers.cookies.nelts; ++i) {
        lines.push_back(view(line[i]->value));
    }
    return lines;
}

template <typename Header>
auto end_list(Header& header, int) -> decltype(header.next, void()) {
    header.next = nullptr;
}

template <typename Header>
void end_list(Header&, long) {}

}  // namespace detail

// The values of all Cookie header lines, views into the request.
inline std::vector<std::string_view> cookie_lines(const ngx_http_request_t* r) {
    return detail::cookie_lines(r->headers_in, 0);
}

// The values of all request headers of that name, in any letter case; views into the request.
std::vector<std::string_view> header_values(const ngx_http_request_t* r, std::string_view name);

// Adds a response header, the value copied into the request's pool; throws std::bad_alloc.
ngx_table_elt_t* add_header(ngx_http_request_t* r, std::string_view name, std::string_view value);

}  // namespace nginx
