// Helpers of the directives: arguments, errors in nginx's voice, files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "bridge.hpp"
#include "ngx.hpp"

namespace nginx {

// Logs the line at [emerg] with the place in the configuration; the value for a setter to return.
char* fail(ngx_conf_t* cf, const std::string& message);

// `invalid value "x" in "deny", REMEDY`.
char* fail_value(ngx_conf_t* cf, std::string_view value, const std::string& remedy);

void warn(ngx_conf_t* cf, const std::string& message);

inline char* ok() {
    return NGX_CONF_OK;
}

// What nginx's own setters say.
inline char* duplicate() {
    return const_cast<char*>("is duplicate");
}

inline std::size_t argument_count(const ngx_conf_t* cf) {
    return cf->args->nelts;
}

// The directive's name is argument 0.
inline std::string_view argument(const ngx_conf_t* cf, std::size_t index) {
    return view(static_cast<ngx_str_t*>(cf->args->elts)[index]);
}

// What follows "name=" in the argument, or nothing where it is no such parameter.
std::optional<std::string_view> parameter(std::string_view argument, std::string_view name);

// Fails where a "name=" stands twice among the arguments from `first` on: only one of them can be
// meant.
char* check_parameters(ngx_conf_t* cf, std::size_t first);

// A time such as "90s" or "15m" in seconds.
std::optional<std::int64_t> parse_time(std::string_view text);

// The same in milliseconds, "100ms" too.
std::optional<std::int64_t> parse_milliseconds(std::string_view text);

// The path against nginx's configuration folder, as certificates have it.
std::optional<std::string> full_path(ngx_conf_t* cf, std::string_view path);

// The bytes of a small file, or why they cannot be had.
struct FileError {
    std::string text;
};
std::variant<std::string, FileError> read_file(const std::string& path);

// Compiles a value that may hold variables into the pool of the configuration; null after an error
// was logged.
ngx_http_complex_value_t* compile_value(ngx_conf_t* cf, std::string_view text);

// nginx's own setters, with messages that name the value and the remedy.
char* set_seconds(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_milliseconds(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_size(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_number(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* set_word(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;  // one of an enum

}  // namespace nginx
