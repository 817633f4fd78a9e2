// Between nginx's C and the rest: strings, objects that a pool owns, the guard around every
// callback.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "ngx.hpp"

namespace nginx {

inline std::string_view view(const ngx_str_t& text) {
    return {reinterpret_cast<const char*>(text.data), text.len};
}

// Points into `text`, which must outlive it.
inline ngx_str_t str(std::string_view text) {
    return {text.size(), reinterpret_cast<u_char*>(const_cast<char*>(text.data()))};
}

// A copy in the pool; throws std::bad_alloc.
ngx_str_t copy(ngx_pool_t* pool, std::string_view text);

template <typename T>
void destroy_in_pool(void* object) {
    static_cast<T*>(object)->~T();
}

// An object that the pool destroys; throws std::bad_alloc.
template <typename T, typename... Arguments>
T* make_in_pool(ngx_pool_t* pool, Arguments&&... arguments) {
    ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(pool, sizeof(T));
    if (cleanup == nullptr) {
        throw std::bad_alloc();
    }
    T* object = new (cleanup->data) T(std::forward<Arguments>(arguments)...);
    cleanup->handler = destroy_in_pool<T>;
    return object;
}

// The object of that type that make_in_pool put there, or null.
template <typename T>
T* find_in_pool(ngx_pool_t* pool) {
    for (ngx_pool_cleanup_t* cleanup = pool->cleanup; cleanup != nullptr; cleanup = cleanup->next) {
        if (cleanup->handler == destroy_in_pool<T>) {
            return static_cast<T*>(cleanup->data);
        }
    }
    return nullptr;
}

// The value of the variable with that index as it is now, empty where it has none; lives as long as
// the request.
std::string_view variable_value(ngx_http_request_t* r, ngx_int_t index);

void log_unexpected(ngx_log_t* log, const char* what) noexcept;

// No exception enters nginx's C: the body's result, or `refused` where it threw.
template <typename Result, typename Body>
Result guarded(ngx_log_t* log, Result refused, Body&& body) noexcept {
    try {
        return body();
    } catch (const std::exception& error) {
        log_unexpected(log, error.what());
    } catch (...) {
        log_unexpected(log, "unknown exception");
    }
    return refused;
}

template <typename Body>
void guarded(ngx_log_t* log, Body&& body) noexcept {
    guarded(log, false, [&body] {
        body();
        return true;
    });
}

}  // namespace nginx
