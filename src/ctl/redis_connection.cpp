#include "redis_connection.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "failure.hpp"

namespace ctl {
namespace {

Failure failed(const std::string& what) {
    return away(
        "redis: " + what + ": " +
        (errno == EAGAIN || errno == EINPROGRESS ? "no answer in time" : std::strerror(errno)));
}

}  // namespace

RedisConnection::RedisConnection(const std::string& address, std::int64_t patience)
    : patience_(patience) {
    constexpr std::string_view kUnix = "unix:";
    if (address.compare(0, kUnix.size(), kUnix) == 0) {
        connect_to_path(address.substr(kUnix.size()));
        return;
    }
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
        throw usage("--redis is HOST:PORT or unix:PATH, not \"" + address + "\"");
    }
    std::string host = address.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    connect_to_host(host, address.substr(colon + 1));
}

RedisConnection::~RedisConnection() {
    if (socket_ != -1) {
        close(socket_);
    }
}

bool RedisConnection::try_connect(int family, const void* address, unsigned size) {
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

void RedisConnection::connect_to_path(const std::string& path) {
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

void RedisConnection::connect_to_host(const std::string& host, const std::string& port) {
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

void RedisConnection::send(std::string_view bytes) const {
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

void RedisConnection::receive() {
    std::array<char, 16384> bytes = {};
    const ssize_t got = recv(socket_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno != EINTR) {
        throw failed("reading");
    }
    if (got == 0) {
        throw away("redis: the connection was closed");
    }
    if (got > 0) {
        reader_.feed({bytes.data(), static_cast<std::size_t>(got)});
    }
}

std::vector<redis::Reply> RedisConnection::ask(const std::vector<redis::Arguments>& commands) {
    std::string bytes;
    for (const redis::Arguments& command : commands) {
        redis::append_command(bytes, command);
    }
    send(bytes);
    std::vector<redis::Reply> replies;
    while (replies.size() < commands.size()) {
        if (auto reply = reader_.next()) {
            replies.push_back(std::move(*reply));
        } else if (reader_.broken()) {
            throw away("redis: what came is no answer of Redis");
        } else {
            receive();
        }
    }
    return replies;
}

}  // namespace ctl
