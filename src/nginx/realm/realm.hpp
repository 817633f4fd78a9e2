// A realm as requests meet it: its policy, and what of it is nginx's own. Built while the
// configuration is read, constant afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../../cache/digest.hpp"
#include "../../session/policy.hpp"
#include "../key_location/key_location.hpp"
#include "../ngx.hpp"
#include "../redis/redis_server.hpp"

struct ngx_thread_pool_s;

namespace nginx {

class ZoneMove;

struct Realm {
    session::Policy policy;
    bool used = false;                              // by a location: else nothing is connected
    ngx_uint_t log_level = NGX_LOG_NOTICE;          // of rejections
    ngx_http_complex_value_t* challenge = nullptr;  // null: the default
    ngx_http_complex_value_t* same_site = nullptr;  // of the cookie; null: not a variable
    ngx_http_complex_value_t* refresh_same_site = nullptr;
    std::vector<ngx_int_t> source_variables;    // by source: the variable's index, or NGX_ERROR
    std::vector<std::uint16_t> source_numbers;  // by source: what it is counted under
    Topology topology = Topology::standalone;
    std::string master;                  // its name, where sentinels know it
    std::shared_ptr<RedisServer> redis;  // null: the store is the zone. What all nodes have in
                                         // common, at the first place
    RedisServerPtr sentinel;             // what all sentinels have in common; null: there are none
    std::vector<RedisPlace> redis_places;  // all that the configuration names
    ngx_uint_t redis_connections = 1;      // a worker
    ngx_uint_t wait_replicas = 0;          // that must have a revocation; 0: nobody waits
    ngx_msec_t wait_ms = 0;                // and how long they may take
    ngx_msec_t last_known_ms = 0;          // beyond "max_stale", where the store is away
    std::optional<KeyLocation> key_location;
    std::string fingerprint;          // of all that judges a token; empty: nothing is remembered
    std::string server_identity;      // which server, database and prefix the realm's keys are of
    std::uint64_t server_number = 0;  // the same as a number
    cache::Digest epoch_digest{};     // of the realm's epoch
    ngx_shm_zone_t* zone = nullptr;
    ZoneMove* move = nullptr;
    std::string state;                     // the file of the store in the zone; empty: none
    std::uint64_t state_number = 0;        // the same as a number
    ngx_thread_pool_s* threads = nullptr;  // that write it
    ngx_cycle_t* cycle = nullptr;
};

}  // namespace nginx
