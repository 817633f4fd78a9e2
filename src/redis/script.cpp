#include "script.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace redis {

namespace {

std::string sha1_of(const std::string& source) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(source.data(), source.size(), digest, &size, EVP_sha1(), nullptr) != 1) {
        ERR_clear_error();
        throw std::runtime_error("SHA-1 failed");
    }
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += {kDigits[digest[i] >> 4], kDigits[digest[i] & 15]};
    }
    return text;
}

}  // namespace

bool is_script(const Arguments& command) {
    return command.front() == "EVAL";
}

std::vector<Arguments> by_digest(std::vector<Arguments> commands) {
    for (Arguments& command : commands) {
        if (is_script(command)) {
            command[0] = "EVALSHA";
            command[1] = sha1_of(command[1]);
        }
    }
    return commands;
}

bool wants_source(const std::vector<Reply>& replies) {
    return std::any_of(replies.begin(), replies.end(), [](const Reply& reply) {
        return reply.is_error() && reply.text.compare(0, 8, "NOSCRIPT") == 0;
    });
}

}  // namespace redis
