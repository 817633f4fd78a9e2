#include "json.hpp"

#include "json_writer.hpp"

namespace status {
namespace {

void write_time(JsonWriter& out, std::int64_t time) {
    out.raw(time == 0 ? "null" : std::to_string(time));
}

void write_numbers(JsonWriter& out, const std::vector<Named>& numbers) {
    for (const auto& [name, number] : numbers) {
        out.name(name).number(number);
    }
}

void write_keys(JsonWriter& out, const std::vector<Key>& keys) {
    out.name("keys").array([&] {
        for (const Key& key : keys) {
            out.object([&] {
                out.name("key").text(key.id);
                out.name("role").text(name(key.role));
                out.name("last_used");
                write_time(out, key.last);
            });
        }
    });
}

void write_uses(JsonWriter& out, const std::vector<Use>& uses, std::string_view first,
                std::string_view second) {
    out.array([&] {
        for (const Use& use : uses) {
            out.object([&] {
                out.name(first).text(use.first);
                out.name(second).text(use.second);
                out.name("total").number(use.total());
                out.name("valid").number(use.valid);
                out.name("refused").number(use.refused);
                out.name("last_used");
                write_time(out, use.last);
            });
        }
    });
}

void write_cache(JsonWriter& out, const Realm& realm) {
    out.name("cache").object([&] {
        out.name("hits").number(realm.hits);
        out.name("misses").number(realm.misses);
        out.name("bypasses").number(realm.bypasses);
        for (const Table& table : realm.tables) {
            out.name(table.name).object([&] {
                out.name("used").number(table.used);
                out.name("capacity").number(table.capacity);
            });
        }
    });
    out.name("zone").object([&] {
        out.name("used").number(realm.zone_used);
        out.name("free").number(realm.zone_free);
    });
}

// As Prometheus has it, each class counts those below as well.
void write_durations(JsonWriter& out, const Store& store) {
    out.name("durations").object([&] {
        Number count = 0;
        out.name("buckets").array([&] {
            for (const Duration& duration : store.durations) {
                count += duration.count;
                out.object([&] {
                    out.name("le").raw(duration.bound == 0 ? "null" : seconds(duration.bound, 6));
                    out.name("count").number(count);
                });
            }
        });
        out.name("count").number(count);
        out.name("sum").raw(seconds(store.duration, 6));
    });
}

void write_nodes(JsonWriter& out, const Store& store) {
    out.name("breaker").text(store.breaker());
    out.name("breaker_opened").number(store.breaker_opened);
    out.name("nodes").array([&] {
        for (const Node& node : store.nodes) {
            out.object([&] {
                out.name("node").text(node.name);
                out.name("breaker").text(node.breaker());
                out.name("workers").object([&] {
                    out.name("closed").number(node.closed);
                    out.name("half_open").number(node.half_open);
                    out.name("open").number(node.open);
                });
            });
        }
    });
}

void write_store(JsonWriter& out, const Realm& realm) {
    out.name("store");
    if (!realm.store) {
        out.raw("null");
        return;
    }
    const Store& store = *realm.store;
    out.object([&] {
        out.name("requests").object([&] {
            out.name("answered").number(store.answered);
            out.name("error").number(store.error);
            out.name("timeout").number(store.timeout);
            out.name("unanswered").number(store.error + store.timeout);
        });
        write_durations(out, store);
        out.name("connections").number(store.connections);
        out.name("reconnects").number(store.reconnects);
        write_nodes(out, store);
        out.name("generation_changes").number(store.generation_changes);
        out.name("log_lines_left_out").number(store.lines_left_out);
    });
}

void write_coherence(JsonWriter& out, const Coherence& coherence) {
    out.name("coherence").object([&] {
        out.name("state").text(name(coherence.state));
        out.name("coherent").boolean(coherence.coherent);
        out.name("tracking").boolean(coherence.tracking);
        out.name("age").raw(coherence.age_ms ? seconds(*coherence.age_ms, 3) : "null");
    });
}

void write_live(JsonWriter& out, const Realm& realm) {
    out.name("live").object([&] {
        out.name("open").number(realm.live);
        out.name("ended").object([&] { write_numbers(out, realm.ended); });
    });
}

void write_series(JsonWriter& out, const Series& series) {
    out.name(series.name).array([&] {
        for (const Number minute : series.minutes) {
            out.number(minute);
        }
    });
}

void write_hour(JsonWriter& out, const Realm& realm) {
    out.name("hour").object([&] {
        out.name("rejected").object([&] {
            for (const Series& series : realm.rejected) {
                write_series(out, series);
            }
        });
        write_series(out, realm.issued);
    });
}

void write_sessions(JsonWriter& out, const std::optional<Sessions>& sessions) {
    out.name("sessions");
    if (!sessions) {
        out.raw("null");
        return;
    }
    out.object([&] {
        out.name("total").number(sessions->active + sessions->expired);
        out.name("active").number(sessions->active);
        out.name("expired").number(sessions->expired);
        out.name("users").number(sessions->users);
        out.name("tenants").number(sessions->tenants);
        out.name("average_idle_minutes").raw(std::to_string(sessions->idle_minutes));
        out.name("age").raw(seconds(sessions->age_ms, 3));
    });
}

void write_realm(JsonWriter& out, const Realm& realm) {
    out.name(realm.name).object([&] {
        out.name("requests").object([&] { write_numbers(out, realm.requests); });
        write_numbers(out, realm.events);
        write_keys(out, realm.keys);
        out.name("verified");
        write_uses(out, realm.verified, "key", "version");
        out.name("sources");
        write_uses(out, realm.sources, "source", "format");
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
    out.object([&] {
        out.name("time").raw(std::to_string(snapshot.time));
        out.name("realms").object([&] {
            for (const Realm& realm : snapshot.realms) {
                write_realm(out, realm);
            }
        });
    });
    return out.take() + "\n";
}

}  // namespace status
