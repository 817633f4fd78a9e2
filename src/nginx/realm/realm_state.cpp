#include "realm_state.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "../../module.hpp"
#include "../../session/hash.hpp"
#include "../../store/journal.hpp"
#include "../../store/restore.hpp"
#include "../threads.hpp"
#include "realm_block.hpp"
#include "realm_slots.hpp"

namespace nginx {
namespace {

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return path.substr(0, slash == 0 ? 1 : slash);
}

std::string octal(mode_t mode) {
    std::string text;
    for (int shift = 6; shift >= 0; shift -= 3) {
        text += static_cast<char>('0' + (mode >> shift & 7));
    }
    return text;
}

std::string error_text(int code) {
    return std::strerror(code);
}

// What is wrong with it and how to mend that, or nothing.
std::string flaw_of(const store::Loaded& loaded, const std::string& path) {
    if (loaded.damage) {
        const std::string offset = std::to_string(loaded.damage->offset);
        return "\"" + path + "\" is damaged at offset " + offset + ": " + loaded.damage->what +
               ", put back a copy or move it away; a running nginx writes it anew";
    }
    if (loaded.failure) {
        return loaded.failure->what +
               (loaded.failure->code == 0 ? "" : ": " + error_text(loaded.failure->code));
    }
    return "";
}

// The same of the file as such.
std::string flaw_of_file(const std::string& path) {
    store::Disk disk;
    const auto status = disk.status(path);
    if (!status) {
        return errno == ENOENT ? "" : "cannot look at \"" + path + "\": " + error_text(errno);
    }
    if (!S_ISREG(status->mode)) {
        return "\"" + path + "\" is no regular file, name one, or one that does not exist yet";
    }
    if ((status->mode & (S_IRWXG | S_IRWXO)) != 0) {
        return "\"" + path + "\" has mode " + octal(status->mode) +
               ", others than its owner can use it: chmod 600 it";
    }
    return "";
}

// Who writes: workers, of another user than root where root starts nginx.
uid_t worker_user(const Realm& realm) {
    const auto* core =
        reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(realm.cycle->conf_ctx, ngx_core_module));
    return geteuid() == 0 && core->user != static_cast<ngx_uid_t>(NGX_CONF_UNSET_UINT) ? core->user
                                                                                       : geteuid();
}

std::string worker_name(const Realm& realm) {
    const auto* core =
        reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(realm.cycle->conf_ctx, ngx_core_module));
    return core->username == nullptr ? std::to_string(worker_user(realm)) : core->username;
}

// Workers write new files beside the file. Groups and access lists are theirs to know.
std::string flaw_of_access(const Realm& realm) {
    store::Disk disk;
    const uid_t user = worker_user(realm);
    const std::string folder = folder_of(realm.state);
    const std::string remedy =
        "use \"install -d -o " + worker_name(realm) + " -m 700 " + folder + "\"";
    const auto place = disk.status(folder);
    if (!place) {
        return "the folder \"" + folder + "\": " + error_text(errno) + ", " + remedy;
    }
    const mode_t writes = (place->owner == user ? S_IWUSR : 0U) | S_IWGRP | S_IWOTH;
    if (S_ISDIR(place->mode) && user != 0 && (place->mode & writes) == 0) {
        return "user \"" + worker_name(realm) + "\" cannot write to the folder \"" + folder +
               "\", " + remedy;
    }
    const auto file = disk.status(realm.state);
    if (file && user != 0 && file->owner != user) {
        return "\"" + realm.state + "\" is not of user \"" + worker_name(realm) + "\": chown it";
    }
    return "";
}

bool refuse(const ngx_shm_zone_t& zone, const Realm& realm, const std::string& flaw) {
    const ngx_str_t name = str(realm.policy.realm);
    const ngx_str_t text = str(flaw);
    ngx_log_error(NGX_LOG_EMERG, zone.shm.log, 0, "\"state\" in realm \"%V\": %V", &name, &text);
    return false;
}

}  // namespace

char* set_state(ngx_conf_t* cf, RealmSlots& slots) {
    if (is_duplicate(cf, slots)) {
        return duplicate();
    }
    if (argument(cf, 1).empty()) {
        return fail_value(cf, "", "name a file");
    }
    const auto path = full_path(cf, argument(cf, 1));
    if (!path) {
        return static_cast<char*>(NGX_CONF_ERROR);
    }
    slots.realm().state = *path;
    return ok();
}

char* finish_state(ngx_conf_t* cf, RealmSlots& slots) {
    Realm& realm = slots.realm();
    if (realm.state.empty()) {
        return ok();
    }
    if (realm.redis) {
        return fail(cf, "\"state\" in realm \"" + realm.policy.realm +
                            "\" is of the embedded store, leave it out or \"redis\"");
    }
    const auto& settings = *static_cast<MainSettings*>(
        ngx_http_conf_get_module_main_conf(cf, ngx_http_auth_session_module));
    for (const Realm* other : settings.realms) {
        if (other->state == realm.state) {
            return fail(cf, "\"state " + realm.state + "\" is of realm \"" + other->policy.realm +
                                "\" too, each needs a file of its own");
        }
    }
    if (!has_threads()) {
        return fail(cf, "\"state\" needs threads, use an nginx that is built \"--with-threads\"");
    }
    store::Disk disk;
    std::string flaw = flaw_of_file(realm.state);
    if (flaw.empty()) {
        flaw = flaw_of(store::load_journal(disk, realm.state, realm.policy.realm,
                                           [](const store::Effects&) { return true; }),
                       realm.state);
    }
    if (!flaw.empty()) {
        return fail(cf, "\"state\" in realm \"" + realm.policy.realm + "\": " + flaw);
    }
    realm.cycle = cf->cycle;
    realm.state_number = session::digest_of("state", realm.state)[0] | 1;
    realm.threads = add_threads(cf);
    return realm.threads == nullptr ? static_cast<char*>(NGX_CONF_ERROR) : ok();
}

bool check_state(const ngx_shm_zone_t& zone, const Realm& realm, const Zone* retained) {
    if (realm.state.empty()) {
        return true;
    }
    const std::string flaw = flaw_of_access(realm);
    if (!flaw.empty()) {
        return refuse(zone, realm, flaw);
    }
    store::Disk disk;
    const auto file = disk.status(realm.state);
    if (retained != nullptr && file && file->bytes > 0 &&
        ring_of(*retained).bound() != realm.state_number) {
        return refuse(zone, realm,
                      "\"" + realm.state +
                          "\" is there, and so is what nginx has in memory: move the file away, or "
                          "restart nginx to load it");
    }
    return true;
}

bool restore_state(const ngx_shm_zone_t& zone, const Realm& realm, const Zone& own) {
    if (realm.state.empty()) {
        return true;
    }
    store::EffectRing ring = ring_of(own);
    if (!ring) {
        return refuse(zone, realm, "the zone is too small, raise \"zone\"");
    }
    store::Disk disk;
    store::Keyspace keyspace(own.store);
    const store::Loaded loaded =
        store::restore(disk, realm.state, realm.policy.realm, keyspace, ngx_time());
    const std::string flaw = flaw_of(loaded, realm.state);
    if (!flaw.empty()) {
        return refuse(zone, realm, flaw);
    }
    if (loaded.torn > 0) {
        const ngx_str_t name = str(realm.policy.realm);
        const ngx_str_t path = str(realm.state);
        const ngx_str_t offset = copy(realm.cycle->pool, std::to_string(loaded.place.end.offset));
        ngx_log_error(NGX_LOG_NOTICE, zone.shm.log, 0,
                      "session: realm \"%V\" state \"%V\" ends in a line that was never finished, "
                      "at offset %V, which is left out",
                      &name, &path, &offset);
    }
    ring.bind(realm.state_number);
    if (!loaded.missing) {
        ring.publish(loaded.place);
        ring.repair(ring.lapses());
    }
    return true;
}

void bind_state(const Realm& realm) {
    if (realm.redis) {
        return;
    }
    const ZoneLock lock(realm);
    ring_of(zone_of(realm)).bind(realm.state.empty() ? 0 : realm.state_number);
}

}  // namespace nginx
