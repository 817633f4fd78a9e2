#include "json_text.hpp"

#include <jansson.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "json.hpp"

namespace jwt {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Every byte that is not ASCII replaced: which of them belong together is not known.
std::string as_ascii(std::string_view text) {
    std::string ascii;
    for (const char c : text) {
        ascii.append(static_cast<unsigned char>(c) < 0x80 ? std::string_view(&c, 1) : kReplacement);
    }
    return ascii;
}

}  // namespace

std::string json_text(std::string_view text) {
    Json value(json_stringn(text.data(), text.size()));
    if (value == nullptr) {
        const std::string ascii = as_ascii(text);
        value.reset(json_stringn(ascii.data(), ascii.size()));
    }
    struct Free {
        void operator()(char* dumped) const { std::free(dumped); }
    };
    const std::unique_ptr<char, Free> dumped(
        value == nullptr ? nullptr : json_dumps(value.get(), JSON_COMPACT | JSON_ENCODE_ANY));
    if (dumped == nullptr) {
        throw std::bad_alloc();
    }
    return dumped.get();
}

}  // namespace jwt
