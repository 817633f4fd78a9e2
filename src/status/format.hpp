// In which form the counters are wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace status {

enum class Format : std::uint8_t { json, prometheus, html };

// "json", "prometheus" or "html".
std::optional<Format> find_format(std::string_view word);

// What the Accept headers like best (RFC 9110, section 12.5.1): text/html, or Prometheus's
// text/plain with its version; JSON where they say nothing of them.
Format preferred(const std::vector<std::string_view>& accept);

}  // namespace status
