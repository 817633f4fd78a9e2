#include "body.hpp"

#include <stdexcept>

namespace nginx {
namespace {

// What does not fit into "client_body_buffer_size" is in a file, written a moment ago.
void append_file(std::string& body, ngx_buf_t& buf, std::size_t size) {
    const std::size_t before = body.size();
    body.resize(before + size);
    auto* into = reinterpret_cast<u_char*>(&body[before]);
    if (ngx_read_file(buf.file, into, size, buf.file_pos) != static_cast<ssize_t>(size)) {
        throw std::runtime_error("the body cannot be read from its file");
    }
}

}  // namespace

ngx_int_t read_body(ngx_http_request_t* r, ngx_http_client_body_handler_pt then) {
    const ngx_int_t rc = ngx_http_read_client_request_body(r, then);
    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}

bool announces_more(const ngx_http_request_t* r, std::size_t bytes) {
    return r->headers_in.content_length_n > static_cast<off_t>(bytes);
}

std::optional<std::string> body_of(const ngx_http_request_t* r, std::size_t most) {
    std::string body;
    if (r->request_body == nullptr) {
        return body;
    }
    for (const ngx_chain_t* link = r->request_body->bufs; link != nullptr; link = link->next) {
        ngx_buf_t& buf = *link->buf;
        const off_t size = ngx_buf_size((&buf));
        if (size > static_cast<off_t>(most - body.size())) {
            return std::nullopt;
        }
        if (ngx_buf_in_memory((&buf))) {
            body.append(reinterpret_cast<const char*>(buf.pos), static_cast<std::size_t>(size));
        } else if (buf.in_file) {
            append_file(body, buf, static_cast<std::size_t>(size));
        }
    }
    return body;
}

}  // namespace nginx
