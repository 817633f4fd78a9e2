#include "keys.hpp"

namespace session {
namespace {

std::string of_user(std::string_view prefix, std::string_view kind, std::string_view user,
                    std::size_t more = 0) {
    std::string key;
    key.reserve(prefix.size() + kind.size() + user.size() + more + 3);
    return key.append(prefix).append(kind).append(":{").append(user).append("}");
}

}  // namespace

std::string epoch_key(std::string_view prefix, std::string_view tenant) {
    std::string key(prefix);
    key += "epoch";
    return tenant.empty() ? key : key.append(":").append(tenant);
}

std::string generation_key(std::string_view prefix, std::string_view tag) {
    std::string key = std::string(prefix).append("generation");
    return tag.empty() ? key : key.append(":{").append(tag).append("}");
}

std::string stale_key(std::string_view prefix, std::string_view user) {
    return of_user(prefix, "stale", user);
}

std::string user_key(std::string_view prefix, std::string_view user) {
    return of_user(prefix, "user", user);
}

std::string revoked_key(std::string_view prefix, std::string_view user, std::string_view id) {
    return of_user(prefix, "revoked", user, id.size() + 1).append(":").append(id);
}

std::string data_key(std::string_view prefix, std::string_view user, std::string_view id) {
    return of_user(prefix, "data", user, id.size() + 1).append(":").append(id);
}

std::string opaque_key(std::string_view prefix, std::string_view hash) {
    return std::string(prefix).append("opaque:").append(hash);
}

std::string express_key(std::string_view prefix, std::string_view id) {
    return std::string(prefix).append("sess:").append(id);
}

}  // namespace session
