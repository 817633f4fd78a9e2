#include "live_end.hpp"

#include "../bridge.hpp"

namespace nginx {
namespace {

// Whether the client takes the end of the connection for that of the response.
bool ends_with_connection(const ngx_http_request_t* r) {
    return r->header_sent != 0 && r->chunked == 0 && r->headers_out.content_length_n == -1 &&
           (r->upstream == nullptr || r->upstream->upgrade == 0);
}

void reset_when_closed(const ngx_connection_t* c) {
    linger reset = {1, 0};
    if (setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == -1) {
        ngx_log_error(NGX_LOG_ALERT, c->log, ngx_socket_errno, "setsockopt(SO_LINGER) failed");
    }
}

// nginx leaves it to the next frame of another stream to send what tells of the reset. There are
// builds without HTTP/2, and they lack its types.
void flush_streams(const ngx_http_request_t* r) {
#if (NGX_HTTP_V2)
    if (r->stream != nullptr) {
        ngx_post_event(r->stream->connection->connection->write, &ngx_posted_events);
    }
#endif
}

}  // namespace

// As nginx itself ends what outlives "worker_shutdown_timeout". With the error TLS says no farewell
// either.
void cut(ngx_http_request_t* r) {
    ngx_connection_t* c = r->connection;
    if (r->stream == nullptr && ends_with_connection(r)) {
        reset_when_closed(c);
    }
    if (r->header_sent == 0) {
        r->headers_out.status = NGX_HTTP_UNAUTHORIZED;  // for the log
    }
    flush_streams(r);
    c->close = 1;
    c->error = 1;
    c->read->handler(c->read);
}

}  // namespace nginx
