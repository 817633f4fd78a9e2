#include "headers.hpp"

namespace nginx {

std::vector<std::string_view> header_values(const ngx_http_request_t* r, std::string_view name) {
    std::vector<std::string_view> values;
    for (const ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr;
         part = part->next) {
        const auto* header = static_cast<const ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            if (header[i].hash != 0 && header[i].key.len == name.size() &&
                ngx_strncasecmp(header[i].key.data, str(name).data, name.size()) == 0) {
                values.push_back(view(header[i].value));
            }
        }
    }
    return values;
}

ngx_table_elt_t* add_header(ngx_http_request_t* r, std::string_view name, std::string_view value) {
    const ngx_str_t copied = copy(r->pool, value);
    auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
    if (header == nullptr) {
        throw std::bad_alloc();
    }
    header->hash = 1;
    header->key = str(name);
    header->value = copied;
    header->lowcase_key = nullptr;
    detail::end_list(*header, 0);
    return header;
}

}  // namespace nginx
