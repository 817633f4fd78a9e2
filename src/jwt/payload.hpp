// Claims in the making: a JSON object that is to be signed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims.hpp"
#include "json.hpp"

namespace jwt {

class Payload {
public:
    Payload();                               // empty; throws std::bad_alloc
    explicit Payload(const Claims& claims);  // a copy; throws std::bad_alloc

    // Nothing where the text is not one JSON object within the limits of parse_json_object.
    static std::optional<Payload> parse(std::string_view json);

    bool has(std::string_view name) const;

    // Puts the member in place of one of that name. False, and nothing changed, where a text is not
    // UTF-8. Throws std::bad_alloc.
    bool set(std::string_view name, std::string_view text);
    bool set(std::string_view name, std::int64_t number);
    // A string where it is one, else an array.
    bool set(std::string_view name, const std::vector<std::string>& texts);

    // Compact.
    std::string json() const;

private:
    explicit Payload(Json object);

    bool put(std::string_view name, Json value);

    Json object_;
};

}  // namespace jwt
