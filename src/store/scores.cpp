#include "scores.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

namespace store {

std::string_view score_bytes(const double& score) {
    return {reinterpret_cast<const char*>(&score), sizeof(score)};
}

double read_score(std::string_view bytes) {
    double score = 0;
    std::memcpy(&score, bytes.data(), sizeof(score));
    return score;
}

std::string score_text(double score) {
    constexpr double kExact = 9007199254740992;  // 2^53
    if (std::isinf(score)) {
        return score > 0 ? "inf" : "-inf";
    }
    char text[64];
    const bool whole = std::abs(score) < kExact && std::trunc(score) == score;
    const int size = std::snprintf(text, sizeof(text), whole ? "%.0f" : "%.17g", score);
    return {text, static_cast<std::size_t>(size)};
}

std::optional<double> parse_score(std::string_view text) {
    if (text == "inf" || text == "+inf") {
        return std::numeric_limits<double>::infinity();
    }
    if (text == "-inf") {
        return -std::numeric_limits<double>::infinity();
    }
    double score = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, score);
    if (error != std::errc() || stop != end || std::isnan(score)) {
        return std::nullopt;
    }
    return score;
}

}  // namespace store
