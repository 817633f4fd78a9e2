#include "grants.hpp"

#include <optional>

#include "bridge.hpp"

namespace nginx {
namespace {

constexpr std::size_t kShortest = sizeof("x-session-end") - 1;
constexpr std::size_t kLongest = sizeof("x-session-claims") - 1;

std::optional<session::GrantHeader> grant_header(const ngx_table_elt_t& header) {
    if (header.key.len < kShortest || header.key.len > kLongest ||
        (header.key.data[0] | 0x20) != 'x') {
        return std::nullopt;
    }
    return session::find_grant_header(view(header.key));
}

template <typename T>
T* allocate(ngx_pool_t* pool, std::size_t count) {
    auto* memory = static_cast<T*>(ngx_palloc(pool, count * sizeof(T)));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

// Parts the list around the element, for other structures point to the elements behind it.
void remove(ngx_http_request_t* r, ngx_list_part_t& part, ngx_uint_t index) {
    ngx_list_t& list = r->headers_in.headers;
    auto* rest = allocate<ngx_list_part_t>(r->pool, 1);
    rest->elts = static_cast<ngx_table_elt_t*>(part.elts) + index + 1;
    rest->nelts = part.nelts - index - 1;
    rest->next = part.next;
    if (list.last == &part) {
        // Lists grow in their last part, which has to have room for `nalloc`.
        auto* last = allocate<ngx_list_part_t>(r->pool, 1);
        last->elts = allocate<ngx_table_elt_t>(r->pool, list.nalloc);
        last->nelts = 0;
        last->next = nullptr;
        rest->next = last;
        list.last = last;
    }
    part.nelts = index;
    part.next = rest;
}

}  // namespace

std::vector<session::GrantLine> take_grants(ngx_http_request_t* r) {
    std::vector<session::GrantLine> lines;
    for (ngx_list_part_t* part = &r->headers_out.headers.part; part != nullptr; part = part->next) {
        auto* header = static_cast<ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            const auto grant = header[i].hash != 0 ? grant_header(header[i]) : std::nullopt;
            if (grant) {
                header[i].hash = 0;
                lines.emplace_back(*grant, view(header[i].value));
            }
        }
    }
    return lines;
}

void drop_grants(ngx_http_request_t* r) {
    for (ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr; part = part->next) {
        const auto* header = static_cast<ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            if (grant_header(header[i])) {
                remove(r, *part, i);
                break;  // what is behind it is the next part
            }
        }
    }
}

}  // namespace nginx
