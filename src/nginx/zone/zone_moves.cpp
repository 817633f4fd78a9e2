#include "zone_moves.hpp"

#include <cstring>
#include <string>

#include "../../module.hpp"
#include "../../session/hash.hpp"
#include "../../store/keyspace.hpp"
#include "../../store/refused.hpp"
#include "../bridge.hpp"
#include "../random.hpp"
#include "../realm/realm_block.hpp"
#include "../realm/realm_state.hpp"

namespace nginx {
namespace {

constexpr std::uint64_t kEpochGap = std::uint64_t{1} << 32;
constexpr std::size_t kBuckets = 1024;

void take_over(const Statistics& from, Statistics& to) {
    std::memcpy(static_cast<void*>(&to), &from, offsetof(Statistics, blocks));
    for (std::size_t i = 0; i < from.blocks; ++i) {
        add(from.block[i], to.block[i % to.blocks]);
    }
}

void log(const ngx_shm_zone_t& zone, ngx_uint_t level, const Realm& realm, const char* text) {
    const ngx_str_t name = str(realm.policy.realm);
    ngx_log_error(level, zone.shm.log, 0, "session: realm \"%V\" %s", &name, text);
}

template <typename Visit>
void each_effect(const store::Keyspace& keyspace, Visit&& visit) {
    std::uint64_t cursor = 0;
    do {
        cursor = keyspace.dump(cursor, kBuckets, visit);
    } while (cursor != 0);
}

// What workers of the old configuration would still write to the old zone would be lost: they are
// refused, as if the store was away.
bool carry_sessions(const ngx_shm_zone_t& from, const Zone& old, const Zone& own, ZoneMove& move) {
    const ZoneLock lock(from);
    store::Keyspace source(old.store);
    store::Keyspace target(own.store);
    source.recover();
    source.set_time(ngx_time());
    try {
        each_effect(source, [&target](std::string_view effect) {
            store::Change change(target, ngx_time());
            target.apply(effect);
            change.commit();
        });
    } catch (const store::Full&) {
        return false;
    }
    ring_of(own).continue_from(ring_of(old));
    source.close(true);
    move.closed = &from;
    return true;
}

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

// Redis does not know them: the zone goes on doing so.
void carry_revocations(const ngx_shm_zone_t& from, const Zone& old, Zone& own, const Realm& realm) {
    constexpr std::string_view kPrefix = "session:";
    const ZoneLock lock(from);
    store::Keyspace source(old.store);
    source.recover();
    source.set_time(ngx_time());
    own.rejects.store(true, std::memory_order_release);
    cache::AnswerTable answers = answers_of(own);
    each_effect(source, [&](std::string_view bytes) {
        const auto effect = store::read_effect(bytes);
        const std::string_view key = effect->texts.front().substr(kPrefix.size());
        const bool revoked = begins(key, "revoked:");
        if (effect->kind != store::Effect::Kind::put ||
            !(revoked || begins(key, "stale:") || begins(key, "epoch"))) {
            return;
        }
        const std::string_view whole = effect->texts.front();
        cache::Answer answer;
        answer.kind = revoked ? cache::Answer::Kind::revoked : cache::Answer::Kind::mark;
        answer.value = source.look(source.digest(whole), ngx_time()).mark;
        answer.until = effect->expires;
        const cache::Digest digest =
            session::digest_of(realm.server_identity, realm.policy.store_prefix + std::string(key));
        answers.put(digest, answer, answers.changes(digest),
                    static_cast<std::uint32_t>(ngx_time()));
    });
}

// Until somebody has looked again nothing is taken back.
void carry_generations(const cache::Generations& from, cache::Generations& to) {
    for (std::size_t i = 0; i < from.nodes.size(); ++i) {
        to.nodes[i].node.store(from.nodes[i].node.load());
        to.nodes[i].value.store(from.nodes[i].value.load());
        to.nodes[i].run.store(from.nodes[i].run.load());
    }
    to.server.store(from.server.load());
    to.era.store(from.era.load());
    to.doubts.store(1);
}

// Its epochs are others than those that the old one still gets: what is copied waits for a new
// proof.
void carry_answers(const Zone& from, Zone& to) {
    to.coherence.epoch.store(from.coherence.epoch.load(std::memory_order_acquire) + kEpochGap,
                             std::memory_order_release);
    carry_generations(from.generations, to.generations);
    cache::AnswerTable table = answers_of(to);
    answers_of(from).copy_to(table, static_cast<std::uint32_t>(ngx_time()));
    to.rejects.store(from.rejects.load(std::memory_order_acquire), std::memory_order_release);
}

}  // namespace

ZoneMove::~ZoneMove() {
    if (closed != nullptr) {
        const ZoneLock lock(*closed);
        store::Keyspace keyspace(static_cast<const Zone*>(closed->data)->store);
        keyspace.recover();
        keyspace.close(false);
    }
}

bool make_store(const ngx_shm_zone_t& zone, const Zone& own, const Zone* previous) {
    const store::Seed seed = previous != nullptr && previous->store != nullptr
                                 ? store::Keyspace(previous->store).seed()
                                 : random_words();
    if (own.store != nullptr && store::Keyspace::format(own.store, own.store_bytes, seed)) {
        return true;
    }
    ngx_log_error(NGX_LOG_EMERG, zone.shm.log, 0,
                  "session: zone \"%V\" is too small for sessions, raise \"zone\"", &zone.shm.name);
    return false;
}

bool take_over(const ngx_shm_zone_t& from, const ngx_shm_zone_t& zone, Zone& own, ZoneMove& move) {
    const auto& old = *static_cast<const Zone*>(from.data);
    take_over(old.statistics, own.statistics);
    carry_keys(old, own);
    if (own.store != nullptr && old.store == nullptr) {
        log(zone, NGX_LOG_WARN, move.realm,
            "begins with an empty store: what Redis has of sessions and revocations is not taken "
            "over");
    } else if (own.store == nullptr && old.store == nullptr) {
        carry_answers(old, own);
    } else if (own.store == nullptr) {
        log(zone, NGX_LOG_WARN, move.realm,
            "has Redis as its store now: its revocations are kept, its sessions are not taken "
            "over");
        carry_revocations(from, old, own, move.realm);
    } else if (!carry_sessions(from, old, own, move)) {
        log(zone, NGX_LOG_EMERG, move.realm,
            "has more sessions and revocations than fit into a \"zone\" of this size, use a larger "
            "one");
        return false;
    }
    return true;
}

ngx_int_t settle_zones(ngx_cycle_t* cycle) noexcept {
    if (ngx_get_conf(cycle->conf_ctx, ngx_http_module) == nullptr) {
        return NGX_OK;  // no http block
    }
    const auto* settings = static_cast<MainSettings*>(
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_auth_session_module));
    if (settings == nullptr) {
        return NGX_OK;
    }
    for (const Realm* realm : settings->realms) {
        realm->move->closed = nullptr;
        bind_state(*realm);
    }
    return NGX_OK;
}

}  // namespace nginx
