// "token", "audience", "require_claims" and "claims": where tokens are and what they must say.
#include <algorithm>

#include "../../jwt/token.hpp"
#include "../../session/ascii.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

// Reads "cookie=N", "header=N", "variable=$v" or "bearer"; nothing where it is none of them.
std::optional<session::TokenSource> read_source(std::string_view text) {
    using Kind = session::TokenSource::Kind;
    session::TokenSource source;
    if (text == "bearer") {
        source.label = "bearer";
        return source;
    }
    static constexpr std::pair<std::string_view, Kind> kKinds[] = {
        {"cookie", Kind::cookie},
        {"header", Kind::header},
        {"variable", Kind::variable},
    };
    for (const auto& [word, kind] : kKinds) {
        if (auto name = parameter(text, word); name && !name->empty()) {
            if (kind == Kind::variable) {
                if (name->front() != '$' || name->size() == 1) {
                    return std::nullopt;
                }
                name->remove_prefix(1);
            } else if (!session::is_token(*name)) {
                return std::nullopt;  // no cookie and no header has such a name
            }
            source.kind = kind;
            source.name = *name;
            source.label = std::string(word) + ":" + std::string(*name);
            return source;
        }
    }
    return std::nullopt;
}

// "format=" and "signed=" behind the place.
char* read_form(ngx_conf_t* cf, session::TokenSource& source) {
    using Source = session::TokenSource;
    static constexpr std::pair<std::string_view, Source::Format> kFormats[] = {
        {"format=jwt", Source::Format::jwt},
        {"format=nextauth", Source::Format::nextauth},
        {"format=authjs", Source::Format::authjs},
        {"format=opaque", Source::Format::opaque},
    };
    static constexpr std::pair<std::string_view, Source::Signed> kSigned[] = {
        {"signed=remix", Source::Signed::remix},
        {"signed=express", Source::Signed::express},
    };
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        bool known = false;
        for (const auto& [text, format] : kFormats) {
            known = known || argument(cf, i) == text;
            source.format = argument(cf, i) == text ? format : source.format;
        }
        for (const auto& [text, signed_by] : kSigned) {
            known = known || argument(cf, i) == text;
            source.signed_by = argument(cf, i) == text ? signed_by : source.signed_by;
        }
        if (!known) {
            return fail_value(cf, argument(cf, i),
                              "use format=jwt, nextauth, authjs or opaque, and signed=remix or "
                              "express");
        }
    }
    if (source.signed_by != Source::Signed::no && source.format != Source::Format::opaque) {
        return fail(cf, "\"signed=\" is for ids, add \"format=opaque\"");
    }
    return check_parameters(cf, 2);
}

ngx_int_t variable_index(ngx_conf_t* cf, const session::TokenSource& source) {
    ngx_str_t name = copy(cf->pool, source.name);
    return ngx_http_get_variable_index(cf, &name);
}

// All arguments into the list, none of them empty.
char* read_list(ngx_conf_t* cf, std::vector<std::string>& values) {
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        if (argument(cf, i).empty()) {
            return fail_value(cf, "", "leave out what is empty");
        }
        values.emplace_back(argument(cf, i));
    }
    return ok();
}

}  // namespace

char* set_token(ngx_conf_t* cf, RealmSlots& slots) {
    auto source = read_source(argument(cf, 1));
    if (!source) {
        return fail_value(cf, argument(cf, 1),
                          "use cookie=NAME, header=NAME, variable=$NAME or bearer");
    }
    if (read_form(cf, *source) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    auto& sources = slots.policy().sources;
    for (const session::TokenSource& other : sources) {
        if (other.label == source->label && other.format == source->format &&
            other.signed_by == source->signed_by) {
            return fail(cf, "duplicate \"token " + std::string(argument(cf, 1)) +
                                "\", name each place once a format");
        }
    }
    ngx_int_t index = NGX_ERROR;
    if (source->kind == session::TokenSource::Kind::variable) {
        index = variable_index(cf, *source);
        if (index == NGX_ERROR) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    sources.push_back(*source);
    slots.realm().source_variables.push_back(index);
    return ok();
}

char* set_audience(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    return read_list(cf, slots.policy().rules.audience);
}

char* set_require_claims(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    return read_list(cf, slots.policy().rules.required.emplace());
}

char* set_claims(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    if (check_parameters(cf, 1) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    jwt::ClaimNames& names = slots.policy().rules.names;
    const std::pair<std::string_view, std::string*> parts[] = {
        {"subject", &names.subject}, {"id", &names.id},           {"session", &names.session},
        {"tenant", &names.tenant},   {"version", &names.version},
    };
    for (std::size_t i = 1; i < argument_count(cf); ++i) {
        bool known = false;
        for (const auto& [part, name] : parts) {
            const auto value = parameter(argument(cf, i), part);
            if (value && jwt::is_name(*value)) {
                *name = *value;
                known = true;
            }
        }
        if (!known) {
            return fail_value(
                cf, argument(cf, i),
                "use subject=, id=, session=, tenant= or version= with the name of a claim");
        }
    }
    return ok();
}

}  // namespace nginx
