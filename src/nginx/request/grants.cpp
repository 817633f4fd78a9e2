#include "grants.hpp"

#include <algorithm>
#include <optional>

#include "../bridge.hpp"

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

bool has_grants(const ngx_list_t& list) {
    for (const ngx_list_part_t* part = &list.part; part != nullptr; part = part->next) {
        const auto* header = static_cast<const ngx_table_elt_t*>(part->elts);
        if (std::any_of(header, header + part->nelts,
                        [](const ngx_table_elt_t& one) { return grant_header(one).has_value(); })) {
            return true;
        }
    }
    return false;
}

// Elements side by side that stay.
struct Run {
    ngx_table_elt_t* elements;
    ngx_uint_t count;
};

std::vector<Run> kept(const ngx_list_t& list) {
    std::vector<Run> runs;
    for (const ngx_list_part_t* part = &list.part; part != nullptr; part = part->next) {
        auto* header = static_cast<ngx_table_elt_t*>(part->elts);
        bool open = false;
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            if (grant_header(header[i])) {
                open = false;
            } else if (open) {
                ++runs.back().count;
            } else {
                runs.push_back({&header[i], 1});
                open = true;
            }
        }
    }
    return runs;
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

// Other structures point to elements, which therefore stay where they are: the list gets parts anew
// around those that go. No part but the first may be empty, for nginx's readers do not look.
void drop_grants(ngx_http_request_t* r) {
    ngx_list_t& list = r->headers_in.headers;
    if (!has_grants(list)) {
        return;
    }
    const std::vector<Run> runs = kept(list);
    ngx_list_part_t* part = &list.part;
    part->nelts = 0;
    for (const Run& run : runs) {
        if (part->nelts != 0) {
            part->next = static_cast<ngx_list_part_t*>(ngx_palloc(r->pool, sizeof(*part)));
            if (part->next == nullptr) {
                throw std::bad_alloc();
            }
            part = part->next;
        }
        part->elts = run.elements;
        part->nelts = run.count;
    }
    part->next = nullptr;
    list.last = part;
    list.nalloc = std::max<ngx_uint_t>(part->nelts, 1);  // full: what is pushed goes elsewhere
}

}  // namespace nginx
