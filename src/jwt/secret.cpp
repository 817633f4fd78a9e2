#include "secret.hpp"

#include <utility>

#include "base64url.hpp"

namespace jwt {

namespace {

std::string_view without_line_end(std::string_view text) {
    if (!text.empty() && text.back() == '\n') {
        text.remove_suffix(1);
        if (!text.empty() && text.back() == '\r') {
            text.remove_suffix(1);
        }
    }
    return text;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

std::optional<std::string> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

std::optional<std::string> padded_decode(std::string text) {
    if (text.size() % 4 == 0) {
        for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) {
            text.pop_back();
        }
    }
    return base64url_decode(text);
}

std::optional<std::string> base64_decode(std::string_view lines) {
    std::string text;
    text.reserve(lines.size());
    for (const char c : lines) {
        if (c == '-' || c == '_') {
            return std::nullopt;
        }
        if (c != '\r' && c != '\n') {
            text.push_back(c == '+' ? '-' : c == '/' ? '_' : c);
        }
    }
    return padded_decode(std::move(text));
}

}  // namespace

std::string_view name(Encoding encoding) {
    switch (encoding) {
        case Encoding::hex:
            return "hex";
        case Encoding::base64:
            return "base64";
        case Encoding::base64url:
            return "base64url";
        case Encoding::raw:
            break;
    }
    return "raw";
}

std::optional<std::string> decode_secret(std::string_view text, Encoding encoding) {
    text = without_line_end(text);
    switch (encoding) {
        case Encoding::hex:
            return hex_decode(text);
        case Encoding::base64:
            return base64_decode(text);
        case Encoding::base64url:
            return padded_decode(std::string(text));
        case Encoding::raw:
            break;
    }
    return std::string(text);
}

std::optional<std::string> secret_weakness(std::string_view secret) {
    if (secret.size() >= kMinSecretBytes) {
        return std::nullopt;
    }
    return "the secret has " + std::to_string(secret.size()) + " bytes, of less than " +
           std::to_string(kMinSecretBytes) +
           " it can be guessed: make one with \"openssl rand -hex 32\"";
}

}  // namespace jwt
