#include "json.hpp"

#include "../jwt/json_writer.hpp"

namespace status {
namespace {

using jwt::JsonWriter;

void write_time(JsonWriter& out, std::string_view name, std::int64_t time) {
    out.raw(name, time == 0 ? "null" : std::to_string(time));
}

void write_numbers(JsonWriter& out, const std::vector<Named>& numbers) {
    for (const auto& [name, number] : numbers) {
        out.number(name, number);
    }
}

void write_keys(JsonWriter& out, const std::vector<Key>& keys) {
    out.array("keys", [&] {
        for (const Key& key : keys) {
            out.element([&] {
                out.text("key", key.id);
                out.text("role", name(key.role));
                write_time(out, "last_used", key.last);
            });
        }
    });
}

void write_uses(JsonWriter& out, std::string_view name, const std::vector<Use>& uses,
                std::string_view first, std::string_view second) {
    out.array(name, [&] {
        for (const Use& use : uses) {
            out.element([&] {
                out.text(first, use.first);
                out.text(second, use.second);
                out.number("total", use.total());
                out.number("valid", use.valid);
                out.number("refused", use.refused);
                write_time(out, "last_used", use.last);
            });
        }
    });
}

void write_cache(JsonWriter& out, const Realm& realm) {
    out.object("cache", [&] {
        out.number("hits", realm.hits);
        out.number("misses", realm.misses);
        out.number("bypasses", realm.bypasses);
        for (const Table& table : realm.tables) {
            out.object(table.name, [&] {
                out.number("used", table.used);
                out.number("capacity", table.capacity);
            });
        }
    });
    out.object("zone", [&] {
        out.number("used", realm.zone_used);
        out.number("free", realm.zone_free);
    });
}

// As Prometheus has it, each class counts those below as well.
void write_durations(JsonWriter& out, const Store& store) {
    out.object("durations", [&] {
        Number count = 0;
        out.array("buckets", [&] {
            for (const Duration& duration : store.durations) {
                count += duration.count;
                out.element([&] {
                    out.raw("le", duration.bound == 0 ? "null" : seconds(duration.bound, 6));
                    out.number("count", count);
                });
            }
        });
        out.number("count", count);
        out.raw("sum", seconds(store.duration, 6));
    });
}

void write_nodes(JsonWriter& out, const Store& store) {
    out.text("breaker", store.breaker());
    out.number("breaker_opened", store.breaker_opened);
    out.array("nodes", [&] {
        for (const Node& node : store.nodes) {
            out.element([&] {
                out.text("node", node.name);
                out.text("breaker", node.breaker());
                out.object("workers", [&] {
                    out.number("closed", node.closed);
                    out.number("half_open", node.half_open);
                    out.number("open", node.open);
                });
            });
        }
    });
}

void write_store(JsonWriter& out, const Realm& realm) {
    if (!realm.store) {
        out.raw("store", "null");
        return;
    }
    const Store& store = *realm.store;
    out.object("store", [&] {
        out.object("requests", [&] {
            out.number("answered", store.answered);
            out.number("error", store.error);
            out.number("timeout", store.timeout);
            out.number("unanswered", store.error + store.timeout);
        });
        write_durations(out, store);
        out.number("connections", store.connections);
        out.number("reconnects", store.reconnects);
        write_nodes(out, store);
        out.number("generation_changes", store.generation_changes);
        out.number("log_lines_left_out", store.lines_left_out);
    });
}

void write_coherence(JsonWriter& out, const Coherence& coherence) {
    out.object("coherence", [&] {
        out.text("state", name(coherence.state));
        out.flag("coherent", coherence.coherent);
        out.flag("tracking", coherence.tracking);
        out.raw("age", coherence.age_ms ? seconds(*coherence.age_ms, 3) : "null");
    });
}

void write_live(JsonWriter& out, const Realm& realm) {
    out.object("live", [&] {
        out.number("open", realm.live);
        out.object("ended", [&] { write_numbers(out, realm.ended); });
    });
}

void write_series(JsonWriter& out, const Series& series) {
    out.array(series.name, [&] {
        for (const Number minute : series.minutes) {
            out.element(std::to_string(minute));
        }
    });
}

void write_hour(JsonWriter& out, const Realm& realm) {
    out.object("hour", [&] {
        out.object("rejected", [&] {
            for (const Series& series : realm.rejected) {
                write_series(out, series);
            }
        });
        write_series(out, realm.issued);
    });
}

void write_sessions(JsonWriter& out, const std::optional<Sessions>& sessions) {
    if (!sessions) {
        out.raw("sessions", "null");
        return;
    }
    out.object("sessions", [&] {
        out.number("total", sessions->active + sessions->expired);
        out.number("active", sessions->active);
        out.number("expired", sessions->expired);
        out.number("users", sessions->users);
        out.number("tenants", sessions->tenants);
        out.raw("average_idle_minutes", std::to_string(sessions->idle_minutes));
        out.raw("age", seconds(sessions->age_ms, 3));
    });
}

void write_realm(JsonWriter& out, const Realm& realm) {
    out.object(realm.name, [&] {
        out.object("requests", [&] { write_numbers(out, realm.requests); });
        write_numbers(out, realm.events);
        write_keys(out, realm.keys);
        write_uses(out, "verified", realm.verified, "key", "version");
        write_uses(out, "sources", realm.sources, "source", "format");
        write_cache(out, realm);
        write_store(out, realm);
        write_coherence(out, realm.coherence);
        write_live(out, realm);
        write_hour(out, realm);
        write_sessions(out, realm.sessions);
    });
}

}  // namespace

std::string json(const Snapshot& snapshot) {
    JsonWriter out;
    out.number("time", snapshot.time).object("realms", [&] {
        for (const Realm& realm : snapshot.realms) {
            write_realm(out, realm);
        }
    });
    return out.line();
}

}  // namespace status
