// "key" and "key_set": key files into the realm's keyring.
#include <cstdlib>

#include "../../jwt/key_set.hpp"
#include "../../jwt/token.hpp"
#include "../../session/rfc3339.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

constexpr const char* kFileRemedy = ", name a file that the user who starts nginx can read";

struct KeyArguments {
    jwt::KeyOptions options;
    std::string_view file;
    std::string_view environment;
};

std::optional<jwt::Encoding> find_encoding(std::string_view name) {
    static constexpr std::pair<std::string_view, jwt::Encoding> kEncodings[] = {
        {"raw", jwt::Encoding::raw},
        {"hex", jwt::Encoding::hex},
        {"base64", jwt::Encoding::base64},
        {"base64url", jwt::Encoding::base64url},
    };
    for (const auto& [word, encoding] : kEncodings) {
        if (word == name) {
            return encoding;
        }
    }
    return std::nullopt;
}

char* read_until(ngx_conf_t* cf, std::string_view value, KeyArguments& key) {
    key.options.until = session::parse_rfc3339(value);
    if (!key.options.until) {
        return fail_value(cf, value, "\"until\" is a time such as 2027-01-31T00:00:00Z");
    }
    if (*key.options.until < ngx_time()) {
        warn(cf, "key \"" + key.options.id + "\" has ended at " + std::string(value) +
                     " and verifies nothing, remove it");
    }
    return ok();
}

char* read_key_argument(ngx_conf_t* cf, std::string_view text, KeyArguments& key) {
    if (const auto file = parameter(text, "file")) {
        key.file = *file;
    } else if (const auto environment = parameter(text, "env")) {
        key.environment = *environment;
    } else if (const auto algorithm = parameter(text, "alg")) {
        if (jwt::find_algorithm(*algorithm) == nullptr) {
            return fail_value(cf, *algorithm,
                              "use HS256, RS256, PS256, ES256 and their 384 and 512, or EdDSA");
        }
        key.options.algorithm = *algorithm;
    } else if (const auto encoding = parameter(text, "encoding")) {
        const auto found = find_encoding(*encoding);
        if (!found) {
            return fail_value(cf, *encoding, "use raw, hex, base64 or base64url");
        }
        key.options.encoding = *found;
    } else if (const auto until = parameter(text, "until")) {
        return read_until(cf, *until, key);
    } else {
        return fail_value(cf, text, "use file=, env=, alg=, encoding= or until=");
    }
    return ok();
}

char* read_key_arguments(ngx_conf_t* cf, RealmSlots& slots, KeyArguments& key) {
    key.options.id = argument(cf, 1);
    if (!jwt::is_name(key.options.id)) {
        return fail_value(cf, key.options.id, "the ID of a key is 1 to 255 printable bytes");
    }
    for (const jwt::Key& other : slots.policy().keyring.keys()) {
        if (other.id() == key.options.id) {
            return fail(cf,
                        "duplicate key \"" + key.options.id + "\", each needs an ID of its own");
        }
    }
    if (check_parameters(cf, 2) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    for (std::size_t i = 2; i < argument_count(cf); ++i) {
        if (read_key_argument(cf, argument(cf, i), key) != ok()) {
            return static_cast<char*>(NGX_CONF_ERROR);
        }
    }
    if (key.file.empty() == key.environment.empty()) {
        return fail(cf, "key \"" + key.options.id + "\" needs one of file=PATH and env=NAME");
    }
    return ok();
}

struct KeySource {
    std::string label;  // for messages, which name the place and never the bytes
    std::string bytes;
};

std::optional<KeySource> read_environment(ngx_conf_t* cf, const KeyArguments& key) {
    const std::string name(key.environment);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
        fail(cf, "key \"" + key.options.id + "\": environment variable \"" + name +
                     "\" is not set where nginx was started, set it there or use file=PATH");
        return std::nullopt;
    }
    return KeySource{"key \"" + key.options.id + "\": environment variable \"" + name + "\": ",
                     value};
}

// What the key is read from, or nothing after an error was logged.
std::optional<KeySource> read_source(ngx_conf_t* cf, const KeyArguments& key) {
    if (!key.environment.empty()) {
        return read_environment(cf, key);
    }
    const auto path = full_path(cf, key.file);
    if (!path) {
        return std::nullopt;
    }
    auto bytes = read_file(*path);
    if (const auto* error = std::get_if<FileError>(&bytes)) {
        fail(cf, "key \"" + key.options.id + "\": cannot read \"" + *path + "\": " + error->text +
                     kFileRemedy);
        return std::nullopt;
    }
    return KeySource{"key \"" + key.options.id + "\": \"" + *path + "\": ",
                     std::get<std::string>(std::move(bytes))};
}

}  // namespace

char* set_key(ngx_conf_t* cf, RealmSlots& slots) {
    KeyArguments key;
    if (read_key_arguments(cf, slots, key) != ok()) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    const auto source = read_source(cf, key);
    if (!source) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    std::vector<std::string> warnings;
    auto read = jwt::Key::read(key.options, source->bytes, warnings);
    for (const std::string& warning : warnings) {
        warn(cf, source->label + warning);
    }
    if (const auto* error = std::get_if<std::string>(&read)) {
        return fail(cf, source->label + *error);
    }
    slots.policy().keyring.add(std::get<jwt::Key>(std::move(read)));
    return ok();
}

char* set_key_set(ngx_conf_t* cf, RealmSlots& slots) {
    const auto file = parameter(argument(cf, 1), "file");
    if (!file && argument(cf, 1).find('=') != std::string_view::npos) {
        return set_key_location(cf, slots);
    }
    if (!file || file->empty()) {
        return fail_value(cf, argument(cf, 1), "use file=PATH or location=URI");
    }
    if (argument_count(cf) > 2) {
        return fail_value(cf, argument(cf, 2), "\"key_set file=\" takes no other parameter");
    }
    const auto path = full_path(cf, *file);
    if (!path) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    auto bytes = read_file(*path);
    if (const auto* error = std::get_if<FileError>(&bytes)) {
        return fail(cf, "key_set: cannot read \"" + *path + "\": " + error->text + kFileRemedy);
    }
    auto read = jwt::parse_key_set(std::get<std::string>(bytes));
    if (const auto* error = std::get_if<std::string>(&read)) {
        return fail(cf, "key_set \"" + *path + "\": " + *error +
                            ", use a JSON Web Key Set (RFC 7517) with a key for signatures");
    }
    auto& set = std::get<jwt::KeySet>(read);
    for (const std::string& warning : set.warnings) {
        warn(cf, "key_set \"" + *path + "\": " + warning);
    }
    for (jwt::Key& key : set.keys) {
        slots.policy().keyring.add(std::move(key));
    }
    return ok();
}

}  // namespace nginx
