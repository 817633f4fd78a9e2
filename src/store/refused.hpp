// Why a command changes nothing; what Redis calls an error reply.
#pragma once

#include <exception>

namespace store {

class Refused : public std::exception {
public:
    explicit Refused(const char* reply) : reply_(reply) {}
    const char* what() const noexcept override { return reply_; }

private:
    const char* reply_;  // a literal
};

inline constexpr const char* kWrongType =
    "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr const char* kFull = "OOM the zone is full, raise \"zone\"";
inline constexpr const char* kUnkept = "MISCONF the change cannot be kept";
inline constexpr const char* kClosed = "READONLY the zone was replaced by a reload";

// There is no room: what has expired may make some.
class Full : public Refused {
public:
    Full() : Refused(kFull) {}
};

}  // namespace store
