// The counters as a page for people: one document without outside resources, which refreshes
// itself.
#pragma once

#include <string>
#include <string_view>

#include "snapshot.hpp"

namespace status {

// `nonce`: what its style and script are known by in the policy.
std::string page(const Snapshot& snapshot, std::string_view nonce);

// The value of Content-Security-Policy that lets the page do what it does, and nothing else.
std::string content_security_policy(std::string_view nonce);

}  // namespace status
