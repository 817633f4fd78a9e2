// What is counted of requests and their tokens, and under which names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "../../session/evidence.hpp"
#include "../../session/reason.hpp"
#include "../realm/realm.hpp"

namespace nginx {

// The names of a table in shared memory: of a key and the version of its token, of a source and the
// format of its tokens.
std::string use_name(std::string_view key, std::string_view version);
std::string source_name(const session::TokenSource& source);
std::string_view key_name(std::string_view key);
std::pair<std::string_view, std::string_view> parts_of(std::string_view name);

// What tokens of that key and version are counted under.
std::uint16_t use_number(const Realm& realm, const session::Candidate& candidate);

// A request, by its reason.
void count_request(const Realm& realm, session::Reason reason);

// Its token: by what verified it, and where it came from.
void count_token(const Realm& realm, const session::Candidate& candidate);

// A request whose token was recalled, and is counted under that number.
void count_recalled(const Realm& realm, const session::TokenSource& source, std::uint16_t use);

// A session that has begun.
void count_issued(const Realm& realm);

}  // namespace nginx
