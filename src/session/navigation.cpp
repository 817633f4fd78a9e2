#include "navigation.hpp"

#include "ascii.hpp"

namespace session {
namespace {

// "q=0" says "anything but this" (RFC 9110, section 12.4.2).
bool is_unwanted(std::string_view parameters) {
    while (!parameters.empty()) {
        std::string_view weight = trim(cut(parameters, ';'));
        const std::string_view name = cut(weight, '=');
        if (equals_ignoring_case(name, "q")) {
            return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
        }
    }
    return false;
}

bool accepts_html(std::string_view accept) {
    while (!accept.empty()) {
        std::string_view parameters = cut(accept, ',');
        const std::string_view type = trim(cut(parameters, ';'));
        if (equals_ignoring_case(type, "text/html") && !is_unwanted(parameters)) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_navigation(const Intent& intent) {
    if (intent.fetch_metadata || intent.fetch_mode) {
        return intent.fetch_mode == "navigate";
    }
    return intent.accept && accepts_html(*intent.accept);
}

bool is_preflight(std::string_view method, std::optional<std::string_view> origin,
                  std::optional<std::string_view> requested_method) {
    return method == "OPTIONS" && origin && !origin->empty() && requested_method &&
           is_token(*requested_method);
}

}  // namespace session
