#include "conf.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace nginx {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

using Setter = char* (*)(ngx_conf_t* cf, ngx_command_t* command, void* conf);

// What the setter says of a bad value is known to be that it is bad, and no more.
char* set_or_explain(Setter setter, ngx_conf_t* cf, ngx_command_t* command, void* conf,
                     const char* remedy) noexcept {
    char* const result = setter(cf, command, conf);
    if (result == NGX_CONF_OK || result == NGX_CONF_ERROR ||
        std::strncmp(result, "invalid", std::strlen("invalid")) != 0) {
        return result;
    }
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR),
                   [&] { return fail_value(cf, argument(cf, 1), remedy); });
}

// "a, b or c"
std::string list(const ngx_conf_enum_t* words) {
    std::string text;
    for (const ngx_conf_enum_t* word = words; word->name.len != 0; ++word) {
        const bool last = word[1].name.len == 0;
        text += word == words ? "" : last ? " or " : ", ";
        text += view(word->name);
    }
    return text;
}

// As ngx_conf_set_enum_slot() compares: in any letter case.
bool is_word(const ngx_conf_enum_t* words, std::string_view text) {
    const ngx_conf_enum_t* word = words;
    while (word->name.len != 0 &&
           (word->name.len != text.size() ||
            ngx_strncasecmp(word->name.data, str(text).data, text.size()) != 0)) {
        ++word;
    }
    return word->name.len != 0;
}

}  // namespace

char* fail(ngx_conf_t* cf, const std::string& message) {
    const ngx_str_t text = str(message);
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%V", &text);
    return static_cast<char*>(NGX_CONF_ERROR);
}

char* fail_value(ngx_conf_t* cf, std::string_view value, const std::string& remedy) {
    return fail(cf, "invalid value \"" + std::string(value) + "\" in \"" +
                        std::string(argument(cf, 0)) + "\", " + remedy);
}

void warn(ngx_conf_t* cf, const std::string& message) {
    const ngx_str_t text = str(message);
    ngx_conf_log_error(NGX_LOG_WARN, cf, 0, "%V", &text);
}

std::optional<std::string_view> parameter(std::string_view argument, std::string_view name) {
    if (argument.size() <= name.size() || argument.substr(0, name.size()) != name ||
        argument[name.size()] != '=') {
        return std::nullopt;
    }
    return argument.substr(name.size() + 1);
}

char* check_parameters(ngx_conf_t* cf, std::size_t first) {
    for (std::size_t i = first; i < argument_count(cf); ++i) {
        const std::string_view name = argument(cf, i).substr(0, argument(cf, i).find('='));
        for (std::size_t k = first; k < i; ++k) {
            if (argument(cf, k).substr(0, argument(cf, k).find('=')) == name) {
                return fail_value(cf, argument(cf, i),
                                  "\"" + std::string(name) + "\" stands there twice");
            }
        }
    }
    return ok();
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    ngx_str_t value = str(text);
    const ngx_int_t seconds = ngx_parse_time(&value, 1);
    return seconds == NGX_ERROR ? std::nullopt : std::optional<std::int64_t>(seconds);
}

std::optional<std::int64_t> parse_milliseconds(std::string_view text) {
    ngx_str_t value = str(text);
    const ngx_int_t milliseconds = ngx_parse_time(&value, 0);
    return milliseconds == NGX_ERROR ? std::nullopt : std::optional<std::int64_t>(milliseconds);
}

std::optional<std::string> full_path(ngx_conf_t* cf, std::string_view path) {
    ngx_str_t name = copy(cf->pool, path);
    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) {
        return std::nullopt;
    }
    return std::string(view(name));
}

std::variant<std::string, FileError> read_file(const std::string& path) {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
    if (!file) {
        return FileError{std::strerror(errno)};
    }
    std::string bytes(kMaxFileBytes + 1, '\0');
    const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), file.get());
    if (std::ferror(file.get()) != 0) {
        return FileError{std::strerror(errno)};
    }
    if (size > kMaxFileBytes) {
        return FileError{"larger than 1 MB"};
    }
    bytes.resize(size);
    return bytes;
}

ngx_http_complex_value_t* compile_value(ngx_conf_t* cf, std::string_view text) {
    auto* value = static_cast<ngx_http_complex_value_t*>(
        ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t)));
    if (value == nullptr) {
        return nullptr;
    }
    ngx_str_t source = copy(cf->pool, text);
    ngx_http_compile_complex_value_t compile = {};
    compile.cf = cf;
    compile.value = &source;
    compile.complex_value = value;
    return ngx_http_compile_complex_value(&compile) == NGX_OK ? value : nullptr;
}

char* set_seconds(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    return set_or_explain(ngx_conf_set_sec_slot, cf, command, conf, "use a time such as 30s or 8h");
}

char* set_milliseconds(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    return set_or_explain(ngx_conf_set_msec_slot, cf, command, conf, "use a time such as 100ms");
}

char* set_size(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    return set_or_explain(ngx_conf_set_size_slot, cf, command, conf, "use a size such as 16m");
}

char* set_number(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    return set_or_explain(ngx_conf_set_num_slot, cf, command, conf, "use a number");
}

char* set_word(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    return guarded(cf->log, static_cast<char*>(NGX_CONF_ERROR), [&] {
        const auto* words = static_cast<const ngx_conf_enum_t*>(command->post);
        return is_word(words, argument(cf, 1))
                   ? ngx_conf_set_enum_slot(cf, command, conf)
                   : fail_value(cf, argument(cf, 1), "use " + list(words));
    });
}

}  // namespace nginx
