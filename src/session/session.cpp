#include "session.hpp"

#include <algorithm>
#include <optional>

#include "../jwt/token.hpp"
#include "hash.hpp"

namespace session {
namespace {

// A claim of another form is as good as absent: its token was refused, yet logs and dry runs read
// it.
std::string read_name(const jwt::Claims& claims, const std::string& name) {
    const std::optional<std::string_view> text = claims.string(name);
    return text && jwt::is_name(*text) ? std::string(*text) : std::string();
}

// Tenants and versions are often numbers: the decimal text of an integer is a name as well.
std::string read_name_or_integer(const jwt::Claims& claims, const std::string& name) {
    if (const std::optional<std::int64_t> number = claims.integer(name)) {
        return std::to_string(*number);
    }
    return read_name(claims, name);
}

}  // namespace

Session read_session(std::string_view token, const jwt::Verification& verification,
                     const jwt::ClaimNames& names) {
    const jwt::Claims& claims = verification.claims.value();
    const std::string token_id = read_name(claims, names.id);
    const std::string session_id = read_name(claims, names.session);

    Session session;
    session.user = read_name(claims, names.subject);
    session.tenant = read_name_or_integer(claims, names.tenant);
    session.version = read_name_or_integer(claims, names.version);
    session.issued = verification.issued;
    session.authenticated = std::clamp<std::int64_t>(
        claims.integer(kAuthTime).value_or(verification.issued), 0, verification.issued);
    session.expires = verification.expires;
    if (!token_id.empty()) {
        session.revocable.push_back(token_id);
    }
    if (!session_id.empty() && session_id != token_id) {
        session.revocable.push_back(session_id);
    }
    if (session.revocable.empty()) {
        session.revocable.push_back(hash_of(token));
    }
    session.id = session.revocable.back();
    return session;
}

}  // namespace session
