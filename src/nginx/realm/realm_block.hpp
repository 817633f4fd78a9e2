// The session_realm block, and the realms of a configuration.
#pragma once

#include <string_view>
#include <vector>

#include "../ngx.hpp"
#include "realm.hpp"

namespace nginx {

// Directives that stand in a session_realm block only. nginx has no such context, so this is a bit
// that none of its own uses.
inline constexpr ngx_uint_t kRealmConf = 0x00800000;

struct MainSettings {
    std::vector<Realm*> realms;  // owned by the pool of the configuration

    Realm* find(std::string_view name) const;
};

void* create_main_settings(ngx_conf_t* cf) noexcept;

// "session_realm NAME { … }"
char* set_session_realm(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

extern ngx_conf_enum_t kDenyWords[];
extern ngx_conf_enum_t kRecordWords[];
enum LiveWord : ngx_uint_t { end_live, keep_live };
extern ngx_conf_enum_t kLiveWords[];
extern ngx_conf_enum_t kRecordFormatWords[];
extern ngx_conf_enum_t kLogLevelWords[];

}  // namespace nginx
