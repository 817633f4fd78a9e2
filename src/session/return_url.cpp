#include "return_url.hpp"

#include <algorithm>
#include <cstddef>

#include "../jwt/text.hpp"
#include "ascii.hpp"

namespace session {
namespace {

bool is_unreserved(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::optional<unsigned> hexadecimal(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    const char letter = lower(c);
    if (letter >= 'a' && letter <= 'f') {
        return letter - 'a' + 10;
    }
    return std::nullopt;
}

// "." and "..", and as "%2e", which browsers take for a dot too.
bool is_dot_segment(std::string_view segment) {
    std::size_t dots = 0;
    while (!segment.empty()) {
        if (segment.front() == '.') {
            segment.remove_prefix(1);
        } else if (equals_ignoring_case(segment.substr(0, 3), "%2e")) {
            segment.remove_prefix(3);
        } else {
            return false;
        }
        ++dots;
    }
    return dots == 1 || dots == 2;
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        if (is_dot_segment(cut(path, '/'))) {
            return true;
        }
    }
    return false;
}

void append_parameter(std::string& url, std::string_view name, std::string_view value) {
    if (url.find('?') == std::string::npos) {
        url += '?';
    } else if (url.back() != '?' && url.back() != '&') {
        url += '&';
    }
    url += percent_encode(name) + '=' + percent_encode(value);
}

bool is_absolute_url(std::string_view url) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (url.size() > scheme.size() && url.substr(0, scheme.size()) == scheme) {
            return true;
        }
    }
    return false;
}

bool has_unsafe_byte(std::string_view text) {
    for (const unsigned char byte : text) {
        if (byte <= 0x20 || byte >= 0x7f) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_local_path(std::string_view path) {
    if (path.empty() || path.front() != '/' || path.substr(1, 1) == "/" ||
        jwt::has_control_bytes(path)) {
        return false;
    }
    const std::string_view own = path.substr(0, path.find_first_of("?#"));
    return own.find('\\') == std::string_view::npos && !has_dot_segment(own);
}

bool is_page_url(std::string_view url) {
    return !has_unsafe_byte(url) && url.find('#') == std::string_view::npos &&
           (is_local_path(url) || is_absolute_url(url));
}

std::string percent_encode(std::string_view text) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return encoded;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        if (text.front() != '%') {
            decoded += text.front();
            text.remove_prefix(1);
            continue;
        }
        const auto high = text.size() < 3 ? std::nullopt : hexadecimal(text[1]);
        const auto low = text.size() < 3 ? std::nullopt : hexadecimal(text[2]);
        if (!high || !low) {
            return std::nullopt;
        }
        decoded += static_cast<char>(*high << 4 | *low);
        text.remove_prefix(3);
    }
    return decoded;
}

std::string login_location(const Login& login, std::optional<std::string_view> request,
                           std::string_view reason) {
    const std::size_t fragment = std::min(login.url.find('#'), login.url.size());
    std::string location = login.url.substr(0, fragment);
    if (request && !login.return_param.empty()) {
        append_parameter(location, login.return_param, is_local_path(*request) ? *request : "/");
    }
    if (!login.reason_param.empty()) {
        append_parameter(location, login.reason_param, reason);
    }
    return location + login.url.substr(fragment);
}

std::optional<std::string> return_path(std::string_view query, std::string_view param) {
    while (!query.empty()) {
        std::string_view value = cut(query, '&');
        const std::optional<std::string> name = percent_decode(cut(value, '='));
        if (!name || *name != param) {
            continue;
        }
        std::optional<std::string> path = percent_decode(value);
        if (path && is_local_path(*path)) {
            return path;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace session
