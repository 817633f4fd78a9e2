#include "token.hpp"

#include <algorithm>
#include <utility>

#include "base64url.hpp"
#include "text.hpp"

namespace jwt {

namespace {

std::optional<Claims> decode_object(std::string_view part, std::size_t max_bytes) {
    auto json = base64url_decode(part);
    if (!json || json->size() > max_bytes) {
        return std::nullopt;
    }
    return Claims::parse(std::move(*json));
}

// "crit" and "b64" change what is signed, "zip" what it means: a verifier that ignored them would
// accept what its issuer never said.
bool is_plain(const Claims& header) {
    return !header.has("crit") && !header.has("b64") && !header.has("zip");
}

// Tokens of one key have the same header: that of the last one is kept.
std::optional<Claims> read_header(std::string_view part) {
    static std::string last_part;
    static std::optional<Claims> last;
    if (!last || part != last_part) {
        last.reset();
        last_part = part;
        last = decode_object(part, kMaxHeaderBytes);
    }
    return last;
}

}  // namespace

Result<Token> parse_token(std::string_view text) {
    const std::size_t first = text.find('.');
    if (text.size() > kMaxTokenBytes || first == std::string_view::npos) {
        return Refusal::malformed;
    }
    const std::size_t second = text.find('.', first + 1);
    if (second == std::string_view::npos) {
        return Refusal::malformed;
    }
    // A third dot is refused here, for it is in no alphabet.
    auto signature = base64url_decode(text.substr(second + 1));
    auto header = read_header(text.substr(0, first));
    if (!signature || !header || !is_plain(*header)) {
        return Refusal::malformed;
    }
    const auto algorithm = header->string("alg");
    const auto key_id = header->string("kid");
    if (!algorithm || header->has("kid") != (key_id && is_name(*key_id))) {
        return Refusal::malformed;
    }
    auto claims = decode_object(text.substr(first + 1, second - first - 1), kMaxTokenBytes);
    if (!claims) {
        return Refusal::malformed;
    }
    return Token{text.substr(0, second),
                 std::move(*signature),
                 std::move(*header),
                 std::move(*claims),
                 *algorithm,
                 key_id};
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxNameBytes && !has_control_bytes(text);
}

}  // namespace jwt
