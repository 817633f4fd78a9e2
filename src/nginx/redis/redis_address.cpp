#include "redis_address.hpp"

#include <algorithm>
#include <cstring>

namespace nginx {

RedisAddress address_of(const sockaddr& socket, socklen_t length, in_port_t port) {
    RedisAddress address{};
    address.length = length;
    std::memcpy(&address.socket, &socket, length);
    ngx_inet_set_port(&address.socket.sockaddr, port);
    u_char text[NGX_SOCKADDR_STRLEN];
    const std::size_t size = ngx_sock_ntop(&address.socket.sockaddr, length, text, sizeof(text), 1);
    address.name.assign(reinterpret_cast<const char*>(text), size);
    return address;
}

std::optional<RedisAddress> literal_address(const std::string& host, in_port_t port) {
    sockaddr_in four{};
    if (inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        return address_of(reinterpret_cast<const sockaddr&>(four), sizeof(four), port);
    }
    sockaddr_in6 six{};
    if (inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        return address_of(reinterpret_cast<const sockaddr&>(six), sizeof(six), port);
    }
    return std::nullopt;
}

std::string names_of(const std::vector<RedisAddress>& addresses) {
    std::vector<std::string> names;
    names.reserve(addresses.size());
    for (const RedisAddress& address : addresses) {
        names.push_back(address.name);
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

}  // namespace nginx
