#include "redis_stream.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "failure.hpp"

namespace ctl {
namespace {

constexpr std::size_t kPiece = 16384;  // bytes

Failure failed(const std::string& what) {
    return away(
        "redis: " + what + ": " +
        (errno == EAGAIN || errno == EINPROGRESS ? "no answer in time" : std::strerror(errno)));
}

}  // namespace

RedisAddress read_redis_address(const std::string& text) {
    constexpr std::string_view kUnix = "unix:";
    RedisAddress address;
    if (text.compare(0, kUnix.size(), kUnix) == 0) {
        address.path = text.substr(kUnix.size());
        return address;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
        throw usage("--redis is HOST:PORT, rediss://HOST:PORT or unix:PATH, not \"" + text + "\"");
    }
    address.host = text.substr(0, colon);
    address.port = text.substr(colon + 1);
    if (address.host.front() == '[' && address.host.back() == ']') {
        address.host = address.host.substr(1, address.host.size() - 2);
    }
    return address;
}

RedisStream::RedisStream(const RedisAddress& address, std::int64_t patience) : patience_(patience) {
    if (address.host.empty()) {
        connect_to_path(address.path);
    } else {
        connect_to_host(address.host, address.port);
    }
}

RedisStream::~RedisStream() {
    if (socket_ != -1) {
        close(socket_);
    }
}

bool RedisStream::try_connect(int family, const void* address, unsigned size) {
    socket_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ == -1) {
        return false;
    }
    timeval limit = {};
    limit.tv_sec = patience_;
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(socket_, static_cast<const sockaddr*>(address), size) == 0) {
        return true;
    }
    const int error = errno;
    close(socket_);
    socket_ = -1;
    errno = error;
    return false;
}

void RedisStream::connect_to_path(const std::string& path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) {
        throw usage("--redis: the path of a socket has 1 to " +
                    std::to_string(sizeof(address.sun_path) - 1) + " bytes");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (!try_connect(AF_UNIX, &address, sizeof(address))) {
        throw failed("cannot connect to \"" + path + "\"");
    }
}

void RedisStream::connect_to_host(const std::string& host, const std::string& port) {
    addrinfo wanted = {};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), port.c_str(), &wanted, &list);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> found(list, freeaddrinfo);
    if (error != 0) {
        throw away("redis: " + host + ": " + gai_strerror(error));
    }
    for (const addrinfo* at = found.get(); at != nullptr; at = at->ai_next) {
        if (try_connect(at->ai_family, at->ai_addr, at->ai_addrlen)) {
            return;
        }
    }
    throw failed("cannot connect to " + host + ':' + port);
}

void RedisStream::begin_tls(const TlsContext& context, const std::string& name) {
    tls_ = std::make_unique<Tls>(context, name);
    for (bool done = false; !done;) {
        done = tls_->shake_hands();
        send_bytes(tls_->to_send());
        if (!done) {
            tls_->received(receive_bytes());
        }
    }
}

void RedisStream::send(std::string_view bytes) {
    if (tls_ == nullptr) {
        send_bytes(bytes);
        return;
    }
    tls_->write(bytes);
    send_bytes(tls_->to_send());
}

std::string RedisStream::receive() {
    if (tls_ == nullptr) {
        return receive_bytes();
    }
    std::string plain = tls_->read();
    while (plain.empty()) {
        tls_->received(receive_bytes());
        plain = tls_->read();
    }
    return plain;
}

void RedisStream::send_bytes(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            throw failed("sending");
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string RedisStream::receive_bytes() const {
    std::string bytes(kPiece, '\0');
    ssize_t got = -1;
    do {
        got = recv(socket_, bytes.data(), bytes.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        throw failed("reading");
    }
    if (got == 0) {
        throw away("redis: the connection was closed");
    }
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

}  // namespace ctl
