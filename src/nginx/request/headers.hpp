// Request and response headers, over the two forms nginx has had: arrays up to 1.22, linked lists
// since 1.23.
#pragma once

#include <string_view>
#include <vector>

#include "../bridge.hpp"
#include "../ngx.hpp"

namespace nginx {
namespace detail {

template <typename Headers, typename Visit>
auto each_cookie_line(const Headers& headers, Visit& visit, int)
    -> decltype(headers.cookie, void()) {
    for (auto* line = headers.cookie; line != nullptr; line = line->next) {
        visit(view(line->value));
    }
}

template <typename Headers, typename Visit>
auto each_cookie_line(const Headers& headers, Visit& visit, long)
    -> decltype(headers.cookies, void()) {
    auto** line = static_cast<ngx_table_elt_t**>(headers.cookies.elts);
    for (ngx_uint_t i = 0; i < headers.cookies.nelts; ++i) {
        visit(view(line[i]->value));
    }
}

template <typename Header>
auto end_list(Header& header, int) -> decltype(header.next, void()) {
    header.next = nullptr;
}

template <typename Header>
void end_list(Header&, long) {}

}  // namespace detail

// Calls `visit` with the value of each Cookie header line, a view into the request.
template <typename Visit>
void each_cookie_line(const ngx_http_request_t* r, Visit&& visit) {
    detail::each_cookie_line(r->headers_in, visit, 0);
}

// The values of all request headers of that name, in any letter case; views into the request.
std::vector<std::string_view> header_values(const ngx_http_request_t* r, std::string_view name);

// Adds a response header, the value copied into the request's pool; throws std::bad_alloc.
ngx_table_elt_t* add_header(ngx_http_request_t* r, std::string_view name, std::string_view value);

}  // namespace nginx
