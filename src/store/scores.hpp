// The numbers of sorted sets: as bytes in the memory, as texts of commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace store {

std::string_view score_bytes(const double& score);  // a view of it
double read_score(std::string_view bytes);

// As Redis writes it, and as it reads one, infinities included.
std::string score_text(double score);
std::optional<double> parse_score(std::string_view text);

}  // namespace store
