#include "redis_stream.hpp"

#include <optional>
#include <string>

#include "../bridge.hpp"
#include "redis_tls.hpp"

namespace nginx {

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;

RedisStream* stream_of(const ngx_event_t* event) {
    return static_cast<RedisStream*>(static_cast<ngx_connection_t*>(event->data)->data);
}

}  // namespace

RedisStream::RedisStream(const RedisServer& server, redis::Conversation& conversation,
                         RedisLog& log, Owner& owner)
    : server_(server), conversation_(conversation), log_(log), owner_(owner) {}

void RedisStream::open(const RedisAddress& address) {
    ngx_str_t name = str(address.name);
    ngx_peer_connection_t peer;
    ngx_memzero(&peer, sizeof(peer));
    peer.sockaddr = const_cast<sockaddr*>(&address.socket.sockaddr);
    peer.socklen = address.length;
    peer.name = &name;
    peer.get = ngx_event_get_peer;
    peer.log = log_.get();
    peer.log_error = NGX_ERROR_ERR;
    peer.so_keepalive = 1;

    // nginx would log a missing Unix socket at "crit", and each attempt; the owner tells it once.
    log_.doing("connecting to redis");
    log_.hush();
    ngx_set_socket_errno(0);
    const ngx_int_t result = ngx_event_connect_peer(&peer);
    const ngx_err_t error = ngx_socket_errno;
    log_.speak();
    if (result != NGX_OK && result != NGX_AGAIN) {
        owner_.broken("connect() failed", error);
        return;
    }
    if (own(peer.connection, address.socket.sockaddr.sa_family) && result == NGX_OK) {
        send_soon();
    }
}

void RedisStream::send_soon() {
    ngx_post_event(connection_->write, &ngx_posted_events);
}

void RedisStream::close() {
    if (connection_ == nullptr) {
        return;
    }
    ngx_connection_t* connection = std::exchange(connection_, nullptr);
    if (connection->ssl != nullptr) {
        // A shutdown that had to wait for the socket would outlive the connection.
        connection->ssl->no_wait_shutdown = 1;
        connection->ssl->no_send_shutdown = 1;
        static_cast<void>(ngx_ssl_shutdown(connection));
    }
    ngx_pool_t* pool = connection->pool;
    ngx_close_connection(connection);
    if (pool != nullptr) {
        ngx_destroy_pool(pool);
    }
    log_.belongs_to(nullptr);
}

// What nginx calls: the body; where it throws, nobody knows how far the pipeline has come.
template <typename Body>
void RedisStream::run(Body&& body) noexcept {
    const bool done = guarded(log_.own(), false, [&body] {
        body();
        return true;
    });
    if (!done) {
        guarded(log_.own(), [this] { owner_.abandoned(); });
    }
}

void RedisStream::on_read(ngx_event_t* event) noexcept {
    RedisStream* stream = stream_of(event);
    stream->run([stream] { stream->read(); });
}

void RedisStream::on_write(ngx_event_t* event) noexcept {
    RedisStream* stream = stream_of(event);
    stream->run([stream] { stream->write(); });
}

void RedisStream::on_handshake(ngx_connection_t* connection) noexcept {
    auto* stream = static_cast<RedisStream*>(connection->data);
    stream->run([stream, connection] { stream->shaken_hands(connection->ssl->handshaked); });
}

// False where the owner has closed the stream, here and below.
bool RedisStream::own(ngx_connection_t* connection, int family) {
    connection_ = connection;
    state_ = State::connecting;
    connection->data = this;
    connection->read->handler = on_read;
    connection->write->handler = on_write;
    log_.belongs_to(connection);

    connection->pool = ngx_create_pool(NGX_MIN_POOL_SIZE, log_.get());
    if (connection->pool == nullptr) {
        owner_.broken("out of memory", 0);
        return false;
    }
    if (family != AF_UNIX && ngx_tcp_nodelay(connection) != NGX_OK) {
        owner_.broken("setsockopt(TCP_NODELAY) failed", ngx_socket_errno);
        return false;
    }
    return true;
}

bool RedisStream::test_connection() {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(connection_->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1) {
        error = ngx_socket_errno;
    }
    if (error != 0) {
        owner_.broken("connect() failed", error);
        return false;
    }
    return true;
}

void RedisStream::connected() {
    if (server_.ssl == nullptr) {
        opened();
        return;
    }

    state_ = State::shaking_hands;
    log_.doing("shaking hands with redis");
    const ngx_int_t result = start_tls(connection_, server_, on_handshake);
    if (result != NGX_AGAIN) {
        shaken_hands(result == NGX_OK);
    }
}

void RedisStream::shaken_hands(bool done) {
    if (!done) {
        owner_.broken("TLS handshake failed", 0);
        return;
    }
    if (const std::optional<std::string> fault = distrust(connection_, server_)) {
        owner_.broken(*fault, 0);
        return;
    }
    connection_->read->handler = on_read;
    connection_->write->handler = on_write;
    opened();
}

void RedisStream::opened() {
    state_ = State::open;
    owner_.opened();
    // What came already, with an event that was spent on something else, would never be read: a
    // server that has too many clients speaks first. After the owner's words, to be their answer.
    if (connection_->read->ready) {
        ngx_post_event(connection_->read, &ngx_posted_events);
    }
}

// After a failed recv() or send(); what has failed in TLS, errno does not say.
ngx_err_t RedisStream::socket_error() const {
    return connection_->ssl == nullptr ? ngx_socket_errno : 0;
}

void RedisStream::read() {
    if (connection_->close) {
        owner_.abandoned();
        return;
    }
    if (state_ != State::open) {
        test_connection();
        return;
    }

    log_.doing("reading from redis");
    do {
        u_char buffer[kReadBytes];
        const ssize_t size = connection_->recv(connection_, buffer, sizeof(buffer));
        if (size == NGX_AGAIN) {
            break;
        }
        if (size == 0) {
            owner_.broken("connection closed by the server", 0);
            return;
        }
        if (size < 0) {
            owner_.broken("recv() failed", socket_error());
            return;
        }
        const auto* bytes = reinterpret_cast<const char*>(buffer);
        if (!conversation_.receive({bytes, static_cast<std::size_t>(size)})) {
            owner_.broken("unexpected reply", 0);
            return;
        }
        if (!owner_.received()) {
            return;
        }
    } while (connection_->read->ready);

    if (ngx_handle_read_event(connection_->read, 0) != NGX_OK) {
        owner_.broken("no read event", 0);
    }
}

void RedisStream::write() {
    if (state_ == State::connecting) {
        if (test_connection()) {
            connected();
        }
        return;
    }

    log_.doing("sending to redis");
    while (!conversation_.unsent().empty() && connection_->write->ready) {
        const std::string_view bytes = conversation_.unsent();
        auto* data = reinterpret_cast<u_char*>(const_cast<char*>(bytes.data()));
        const ssize_t size = connection_->send(connection_, data, bytes.size());
        if (size == NGX_AGAIN) {
            break;
        }
        if (size < 0) {
            owner_.broken("send() failed", socket_error());
            return;
        }
        conversation_.sent(static_cast<std::size_t>(size));
    }
    if (ngx_handle_write_event(connection_->write, 0) != NGX_OK) {
        owner_.broken("no write event", 0);
    }
}

}  // namespace nginx
