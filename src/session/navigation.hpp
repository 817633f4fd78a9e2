// What a browser is after: a page for its user, or a script's request, or leave for one (Fetch
// standard).
#pragma once

#include <optional>
#include <string_view>

namespace session {

// What a request says of that. Absent headers are nothing, not empty.
struct Intent {
    bool fetch_metadata = false;                 // any Sec-Fetch-* header is there
    std::optional<std::string_view> fetch_mode;  // Sec-Fetch-Mode
    std::optional<std::string_view> accept;
};

// Whether a browser goes to a page, by any method: "Sec-Fetch-Mode: navigate", or, from a browser
// without Sec-Fetch headers, text/html among what it accepts.
bool is_navigation(const Intent& intent);

// A CORS preflight: OPTIONS with Origin and Access-Control-Request-Method. Browsers send it without
// cookies, so there is no session to be judged.
bool is_preflight(std::string_view method, std::optional<std::string_view> origin,
                  std::optional<std::string_view> requested_method);

}  // namespace session
