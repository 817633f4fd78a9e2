#include "../../src/jwt/base64url.hpp"

#include <doctest/doctest.h>

#include <cstddef>

using jwt::base64url_decode;
using jwt::base64url_encode;

TEST_CASE("base64url: the examples of RFC 4648, section 10, without padding") {
    const struct {
        const char* bytes;
        const char* text;
    } examples[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
    };
    for (const auto& example : examples) {
        CHECK(base64url_encode(example.bytes) == example.text);
        CHECK(base64url_decode(example.text) == example.bytes);
    }
}

TEST_CASE("base64url: the octets of RFC 7515, appendix C") {
    const std::string bytes = "\x03\xec\xff\xe0\xc1";
    CHECK(base64url_encode(bytes) == "A-z_4ME");
    CHECK(base64url_decode("A-z_4ME") == bytes);
}

TEST_CASE("base64url: all bytes come back, at every length") {
    std::string bytes;
    for (int i = 0; i < 600; ++i) {
        CHECK(base64url_decode(base64url_encode(bytes)) == bytes);
        bytes.push_back(static_cast<char>(i * 7));
    }
}

TEST_CASE("base64url: only the alphabet is taken") {
    for (int c = 0; c < 256; ++c) {
        const std::string text = {'A', static_cast<char>(c), 'A', 'A'};
        const bool in_alphabet = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                                 (c >= 'a' && c <= 'z') || c == '-' || c == '_';
        CAPTURE(c);
        CHECK(base64url_decode(text).has_value() == in_alphabet);
    }
}

TEST_CASE("base64url: padding, white space and impossible lengths are refused") {
    for (const char* text : {"Zg==", "Zm8=", "=", "Zm9v=", " Zm9v", "Zm9v ", "Zm9v\n", "Zm\r\n9v",
                             "Z", "Zm9vY", "Zm+v", "Zm/v", "Zm9v.", "%5A"}) {
        CAPTURE(text);
        CHECK_FALSE(base64url_decode(text));
    }
    CHECK_FALSE(base64url_decode(std::string_view("Zm9\0", 4)));
}

TEST_CASE("base64url: bytes have one spelling only") {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        CAPTURE(i);
        CHECK(base64url_decode(std::string("A") + alphabet[i]).has_value() == (i % 16 == 0));
        CHECK(base64url_decode(std::string("AA") + alphabet[i]).has_value() == (i % 4 == 0));
    }
}
