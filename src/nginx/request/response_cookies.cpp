#include "response_cookies.hpp"

#include "../../session/ascii.hpp"
#include "../../session/cache_control.hpp"
#include "headers.hpp"

namespace nginx {
namespace {

std::vector<ngx_table_elt_t*> response_headers(ngx_http_request_t* r, std::string_view name) {
    std::vector<ngx_table_elt_t*> found;
    for (ngx_list_part_t* part = &r->headers_out.headers.part; part != nullptr; part = part->next) {
        auto* header = static_cast<ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            if (header[i].hash != 0 && session::equals_ignoring_case(view(header[i].key), name)) {
                found.push_back(&header[i]);
            }
        }
    }
    return found;
}

void make_private(ngx_http_request_t* r) {
    const std::vector<ngx_table_elt_t*> headers = response_headers(r, "Cache-Control");
    std::vector<std::string_view> values;
    values.reserve(headers.size());
    for (const ngx_table_elt_t* header : headers) {
        values.push_back(view(header->value));
    }
    if (session::is_not_shared(values)) {
        return;
    }
    const std::string text = session::make_private(values);
    if (headers.empty()) {
        add_header(r, "Cache-Control", text);
        return;
    }
    for (ngx_table_elt_t* header : headers) {
        header->hash = header == headers.front() ? header->hash : 0;
    }
    headers.front()->value = copy(r->pool, text);
}

// Whether the line is to be written, beside what an upstream sets of that name.
bool prevails(ngx_http_request_t* r, const Cookie& cookie) {
    for (ngx_table_elt_t* header : response_headers(r, "Set-Cookie")) {
        if (!session::sets_cookie(view(header->value), cookie.name)) {
            continue;
        }
        if (cookie.kind == Cookie::Kind::upkeep) {
            return false;
        }
        header->hash = 0;
    }
    return true;
}

}  // namespace

void put_cookies(ngx_http_request_t* r, const RequestState& state) {
    bool any = false;
    for (const Cookie& cookie : state.cookies) {
        if (prevails(r, cookie)) {
            add_header(r, "Set-Cookie", cookie.line);
            any = true;
        }
    }
    if (any) {
        make_private(r);
    }
}

}  // namespace nginx
