// The body of a request, for endpoints that read small ones.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "../ngx.hpp"

namespace nginx {

// Reads the body, then calls the handler, which has to finalize the request. For a content handler
// to return.
ngx_int_t read_body(ngx_http_request_t* r, ngx_http_client_body_handler_pt then);

// Whether the request announces more than that.
bool announces_more(const ngx_http_request_t* r, std::size_t bytes);

// The body that was read; nothing where it has more bytes than that. Throws std::runtime_error
// where nginx put it into a file that cannot be read.
std::optional<std::string> body_of(const ngx_http_request_t* r, std::size_t most);

}  // namespace nginx
