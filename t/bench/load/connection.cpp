#include "connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>

#include "clock.hpp"

namespace bench {
namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// The value of Content-Length; haproxy writes it in lower case.
std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "\ncontent-length:";
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;
         at = head.find('\n', at + 1)) {
        if (head.size() - at > kName.size() &&
            strncasecmp(head.data() + at, kName.data(), kName.size()) == 0) {
            return std::strtoul(head.data() + at + kName.size(), nullptr, 10);
        }
    }
    throw std::runtime_error("a response without a Content-Length");
}

// The length of the response at the beginning, or 0 when its head is not complete.
std::size_t response_length(std::string_view input) {
    const std::size_t end = input.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return 0;
    }
    return end + 4 + content_length(input.substr(0, end + 2));
}

}  // namespace

Connection::Connection(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (socket_ < 0 || connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ||
        setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on))) {
        fail("connect");
    }
}

Connection::Connection(Connection&& other) noexcept
    : socket_(other.socket_), filled_(other.filled_), sent_(other.sent_), buffer_(other.buffer_) {
    other.socket_ = -1;
}

Connection::~Connection() {
    if (socket_ >= 0) {
        close(socket_);
    }
}

void Connection::send(std::string_view request) {
    sent_ = nanoseconds_now();
    const ssize_t count =
        ::send(socket_, request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count != static_cast<ssize_t>(request.size())) {
        fail("send");
    }
}

Connection::Progress Connection::receive() {
    const ssize_t count =
        recv(socket_, buffer_.data() + filled_, buffer_.size() - filled_, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) {
        return Progress::waiting;
    }
    if (count <= 0) {
        throw std::runtime_error("the server closed a connection");
    }
    filled_ += static_cast<std::size_t>(count);
    const std::string_view input(buffer_.data(), filled_);
    const std::size_t length = response_length(input);
    if (length == 0 || filled_ < length) {
        return Progress::waiting;
    }
    filled_ = 0;
    return input.substr(0, 13) == "HTTP/1.1 200 " ? Progress::accepted : Progress::refused;
}

}  // namespace bench
