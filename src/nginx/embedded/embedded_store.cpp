#include "embedded_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "../../session/keys.hpp"
#include "../../session/scripts.hpp"
#include "../../store/commands.hpp"
#include "../live/live_feed.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

store::Procedures procedures() {
    store::Procedures all;
    for (const session::Script& script : session::scripts()) {
        const store::Procedure procedure = store::find_procedure(script.name);
        if (procedure == nullptr) {
            throw std::logic_error("the embedded store lacks a script");
        }
        all.emplace_back(script.source, procedure);
    }
    return all;
}

// A record that is written speaks against nobody, one that is gone may.
void tell_ended(const Realm& realm, const store::Effects& group) {
    if (!realm.policy.ends_live) {
        return;
    }
    const std::string data = realm.policy.store_prefix + "data:";
    for (const std::string& bytes : group) {
        const auto effect = store::read_effect(bytes);
        if (effect && (effect->kind == store::Effect::Kind::remove ||
                       effect->texts.front().substr(0, data.size()) != data)) {
            tell_change_locked(realm, effect->texts.front());
        }
    }
}

}  // namespace

EmbeddedStore::EmbeddedStore(const Realm& realm, const ngx_log_t& log)
    : realm_(realm),
      meter_(realm),
      engine_(zone_of(realm).store, procedures()),
      epoch_(digest(session::epoch_key(realm.policy.store_prefix, ""))),
      sweeper_(realm, log) {
    if (!realm.state.empty()) {
        writer_ = std::make_unique<StateWriter>(realm, log, [this](const auto& commands) {
            waited_for_ = true;
            return run(commands);
        });
    }
    engine_.keyspace().set_sink([this](const store::Effects& group) { return keep(group); });
}

// Where nobody waits for it, it may reach the file later, with all there is.
bool EmbeddedStore::keep(const store::Effects& group) {
    tell_ended(realm_, group);
    store::EffectRing ring = ring_of(zone_of(realm_));
    if (ring.append(group)) {
        return true;
    }
    if (!waited_for_) {
        ring.note_lapse();
    }
    return !waited_for_;
}

std::vector<redis::Reply> EmbeddedStore::run(const redis::Commands& commands) {
    const ZoneLock lock(realm_);
    return engine_.run(commands.list(), ngx_time());
}

bool EmbeddedStore::ask(redis::Commands commands, redis::Asker& asker) {
    const bool writes = std::any_of(commands.begin(), commands.end(), store::is_write);
    if (writer_ == nullptr || !writes) {
        asker.replied(run(commands));
        return true;
    }
    return writer_->submit(std::move(commands), asker);
}

void EmbeddedStore::tell(redis::Commands commands) {
    waited_for_ = false;
    run(commands);
    if (writer_ != nullptr) {
        writer_->relieve();
    }
}

void EmbeddedStore::forget(const redis::Asker& asker) {
    if (writer_ != nullptr) {
        writer_->forget(asker);
    }
}

cache::Digest EmbeddedStore::digest(std::string_view key) const {
    return engine_.keyspace().digest(key);
}

// Without the lock, unless somebody writes, or was killed while he did.
store::Glance EmbeddedStore::look(const cache::Digest& key) const {
    constexpr int kTries = 3;
    for (int i = 0; i < kTries; ++i) {
        if (const auto seen = engine_.keyspace().glance(key, ngx_time())) {
            return *seen;
        }
    }
    const ZoneLock lock(realm_);
    store::Keyspace keyspace(zone_of(realm_).store);
    keyspace.recover();
    return keyspace.look(key, ngx_time());
}

bool EmbeddedStore::is_good(const cache::VerifiedToken& token) const {
    const auto is_behind = [this, &token](const cache::Digest& mark) {
        const store::Glance seen = look(mark);
        return !seen.exists || seen.mark < token.issued;
    };
    bool good = is_behind(epoch_) && (!token.has_tenant || is_behind(token.epoch)) &&
                (!token.has_user || is_behind(token.stale));
    for (std::size_t i = 0; i < token.ids; ++i) {
        good = good && !look(token.revoked.at(i)).exists;
    }
    return good;
}

}  // namespace nginx
