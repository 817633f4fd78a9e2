// Whom the change of a key of the store concerns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace session {

struct Concern {
    enum class Kind : std::uint8_t { user, tenant, everybody };

    Kind kind = Kind::everybody;
    std::string name;  // of the user or tenant
};

// Empty: nobody. A name that could be read in several ways is read in all of them.
std::vector<Concern> concerns_of(std::string_view prefix, std::string_view key);

// A number for a name, the same in all processes; never one of the few least.
std::uint64_t number_of(const Concern& concern);
bool is_of_tenant(std::uint64_t number);

}  // namespace session
