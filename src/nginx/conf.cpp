#include "conf.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace nginx {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

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

std::optional<std::int64_t> parse_time(std::string_view text) {
    ngx_str_t value = str(text);
    const ngx_int_t seconds = ngx_parse_time(&value, 1);
    if (seconds == NGX_ERROR) {
        return std::nullopt;
    }
    return seconds;
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

}  // namespace nginx
