// "login" and "origins": where refused browsers go, and which sites may use a cookie session.
#include "realm_slots.hpp"

namespace nginx {
namespace {

// The name of a query parameter that needs no escaping.
bool is_parameter_name(std::string_view name) {
    return !name.empty() && session::percent_encode(name) == name;
}

}  // namespace

char* set_login(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    session::Login& login = slots.policy().login;
    login.url = argument(cf, 1);
    if (!session::is_page_url(login.url)) {
        return fail_value(cf, login.url,
                          "use a path such as /login or an http or https URL, without a fragment");
    }
    if (check_parameters(cf, 2) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        const std::string_view text = argument(cf, i);
        if (const auto name = parameter(text, "return"); name && is_parameter_name(*name)) {
            login.return_param = *name;
        } else if (const auto reason = parameter(text, "reason");
                   reason && is_parameter_name(*reason)) {
            login.reason_param = *reason;
        } else {
            return fail_value(cf, text, "use return=NAME or reason=NAME, letters and digits");
        }
    }
    return ok();
}

char* set_origins(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        auto origin = session::parse_origin(argument(cf, i), true);
        if (!origin) {
            return fail_value(
                cf, argument(cf, i),
                "an origin is a scheme, a host and a port if it is not the scheme's, such "
                "as https://app.example.com or https://*.example.com");
        }
        slots.policy().origins.push_back(std::move(*origin));
    }
    return ok();
}

}  // namespace nginx
