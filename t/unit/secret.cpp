#include "../../src/jwt/secret.hpp"

#include <doctest/doctest.h>

using jwt::decode_secret;
using jwt::Encoding;

TEST_CASE("secret: one line end is dropped, no more") {
    CHECK(decode_secret("secret", Encoding::raw) == "secret");
    CHECK(decode_secret("secret\n", Encoding::raw) == "secret");
    CHECK(decode_secret("secret\r\n", Encoding::raw) == "secret");
    CHECK(decode_secret("secret\n\n", Encoding::raw) == "secret\n");
    CHECK(decode_secret("secret\r", Encoding::raw) == "secret\r");
    CHECK(decode_secret(" secret ", Encoding::raw) == " secret ");
    CHECK(decode_secret("\n", Encoding::raw) == "");
    CHECK(decode_secret("", Encoding::raw) == "");
    const std::string binary("\0\xff\n\r\0\n", 6);
    CHECK(decode_secret(binary, Encoding::raw) == binary.substr(0, 5));
}

TEST_CASE("secret: hex") {
    CHECK(decode_secret("00fFa9\n", Encoding::hex) == std::string("\0\xff\xa9", 3));
    for (const char* text : {"0", "0g", "0x00", "00 ff", " 00", "00:ff", "00\n\n"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_secret(text, Encoding::hex));
    }
}

TEST_CASE("secret: base64, padded or not, broken into lines or not") {
    for (const char* text :
         {"+/8Aqw==", "+/8Aqw==\n", "+/8Aqw", "+/8A\nqw==\n", "+/8A\r\nqw==\r\n"}) {
        CAPTURE(text);
        CHECK(decode_secret(text, Encoding::base64) == std::string("\xfb\xff\0\xab", 4));
    }
    for (const char* text :
         {"-_8Aqw==", "+/8Aqw=", "+/8A=qw=", "+/8A qw==", "+/8Aqx==", "====", "!"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_secret(text, Encoding::base64));
    }
}

TEST_CASE("secret: base64url, padded or not") {
    for (const char* text : {"-_8Aqw==", "-_8Aqw\r\n"}) {
        CAPTURE(text);
        CHECK(decode_secret(text, Encoding::base64url) == std::string("\xfb\xff\0\xab", 4));
    }
    for (const char* text : {"+/8Aqw==", "-_8A\nqw==", "-_8Aqw="}) {
        CAPTURE(text);
        CHECK_FALSE(decode_secret(text, Encoding::base64url));
    }
}

TEST_CASE("secret: one that can be guessed is weak") {
    CHECK(jwt::secret_weakness("").has_value());
    CHECK(jwt::secret_weakness(std::string(31, 'x')).has_value());
    CHECK_FALSE(jwt::secret_weakness(std::string(32, 'x')).has_value());
    const auto weakness = jwt::secret_weakness("hunter2");
    REQUIRE(weakness.has_value());
    CHECK(weakness->find("hunter2") == std::string::npos);
}
