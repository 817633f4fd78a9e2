#include "prometheus.hpp"

#include <initializer_list>
#include <string_view>

namespace status {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

std::string escaped(std::string_view text) {
    std::string value;
    for (const char byte : text) {
        switch (byte) {
            case '\\':
                value += "\\\\";
                break;
            case '"':
                value += "\\\"";
                break;
            case '\n':
                value += "\\n";
                break;
            default:
                value += byte;
        }
    }
    return value;
}

// The samples of one metric, over all realms; nothing is written where there are none.
class Family {
public:
    Family(std::string& out, std::string_view name, std::string_view type, std::string_view help)
        : out_(out), name_("nginx_session_" + std::string(name)), type_(type), help_(help) {}
    Family(const Family&) = delete;
    Family& operator=(const Family&) = delete;

    void add(const Realm& realm, std::initializer_list<Label> labels, std::string_view value,
             std::string_view suffix = "") {
        if (!begun_) {
            begun_ = true;
            out_ += "# HELP " + name_ + " " + std::string(help_) + "\n";
            out_ += "# TYPE " + name_ + " " + std::string(type_) + "\n";
        }
        out_.append(name_).append(suffix);
        out_ += "{realm=\"" + escaped(realm.name) + "\"";
        for (const auto& [label, text] : labels) {
            out_ += "," + std::string(label) + "=\"" + escaped(text) + "\"";
        }
        out_.append("} ").append(value).append("\n");
    }

    void add(const Realm& realm, std::initializer_list<Label> labels, Number value) {
        add(realm, labels, std::to_string(value));
    }

private:
    std::string& out_;
    std::string name_;
    std::string_view type_;
    std::string_view help_;
    bool begun_ = false;
};

void write_requests(std::string& out, const Snapshot& snapshot) {
    Family requests(out, "requests_total", "counter", "Requests by verdict.");
    for (const Realm& realm : snapshot.realms) {
        for (const auto& [reason, number] : realm.requests) {
            requests.add(realm, {{"reason", reason}}, number);
        }
    }
}

void write_keys(std::string& out, const Snapshot& snapshot) {
    Family verified(out, "verified_total", "counter",
                    "Tokens with a good signature, by the key that verified it and by the version "
                    "that the token names.");
    for (const Realm& realm : snapshot.realms) {
        for (const Use& use : realm.verified) {
            verified.add(realm, {{"key", use.first}, {"version", use.second}}, use.total());
        }
    }
    Family last(out, "key_last_used_timestamp_seconds", "gauge",
                "When the key last verified a valid token.");
    for (const Realm& realm : snapshot.realms) {
        for (const Key& key : realm.keys) {
            if (key.last != 0) {
                last.add(realm, {{"key", key.id}}, static_cast<Number>(key.last));
            }
        }
    }
}

void write_sources(std::string& out, const Snapshot& snapshot) {
    Family sources(out, "sources_total", "counter",
                   "Tokens with a good signature, by where they came from and by format.");
    for (const Realm& realm : snapshot.realms) {
        for (const Use& use : realm.sources) {
            sources.add(realm, {{"source", use.first}, {"format", use.second}}, use.total());
        }
    }
    Family last(out, "source_last_used_timestamp_seconds", "gauge",
                "When a valid token last came from there.");
    for (const Realm& realm : snapshot.realms) {
        for (const Use& use : realm.sources) {
            if (use.last != 0) {
                last.add(realm, {{"source", use.first}, {"format", use.second}},
                         static_cast<Number>(use.last));
            }
        }
    }
}

void write_cache(std::string& out, const Snapshot& snapshot) {
    Family results(out, "cache_total", "counter",
                   "Requests by whether the cache knew what the store would say.");
    for (const Realm& realm : snapshot.realms) {
        results.add(realm, {{"result", "hit"}}, realm.hits);
        results.add(realm, {{"result", "miss"}}, realm.misses);
        results.add(realm, {{"result", "bypass"}}, realm.bypasses);
    }
    Family entries(out, "cache_entries", "gauge", "Entries that are of use, estimated.");
    for (const Realm& realm : snapshot.realms) {
        for (const Table& table : realm.tables) {
            entries.add(realm, {{"table", table.name}}, table.used);
        }
    }
    Family capacity(out, "cache_capacity_entries", "gauge", "Entries that there is room for.");
    for (const Realm& realm : snapshot.realms) {
        for (const Table& table : realm.tables) {
            capacity.add(realm, {{"table", table.name}}, table.capacity);
        }
    }
    Family zone(out, "zone_bytes", "gauge", "Shared memory of the realm.");
    for (const Realm& realm : snapshot.realms) {
        zone.add(realm, {{"state", "used"}}, realm.zone_used);
        zone.add(realm, {{"state", "free"}}, realm.zone_free);
    }
}

void add_durations(Family& durations, const Realm& realm) {
    Number count = 0;
    for (const Duration& duration : realm.store->durations) {
        count += duration.count;
        const std::string bound = duration.bound == 0 ? "+Inf" : seconds(duration.bound, 6);
        durations.add(realm, {{"le", bound}}, std::to_string(count), "_bucket");
    }
    durations.add(realm, {}, seconds(realm.store->duration, 6), "_sum");
    durations.add(realm, {}, std::to_string(count), "_count");
}

void write_store(std::string& out, const Snapshot& snapshot) {
    Family requests(out, "store_requests_total", "counter", "Questions to the store, by outcome.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.store) {
            requests.add(realm, {{"result", "answered"}}, realm.store->answered);
            requests.add(realm, {{"result", "error"}}, realm.store->error);
            requests.add(realm, {{"result", "timeout"}}, realm.store->timeout);
        }
    }
    Family durations(out, "store_duration_seconds", "histogram",
                     "How long the store took to answer.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.store) {
            add_durations(durations, realm);
        }
    }
}

struct StoreMetric {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    Number Store::*value;
};

constexpr StoreMetric kStoreMetrics[] = {
    {"store_connections", "gauge", "Connections to the store that are ready.", &Store::connections},
    {"store_reconnects_total", "counter", "Connections that were lost and made again.",
     &Store::reconnects},
    {"store_breaker_opened_total", "counter",
     "How often a worker began to leave a node of the store alone.", &Store::breaker_opened},
    {"store_generation_changes_total", "counter",
     "How often the store turned out to be emptied or replaced.", &Store::generation_changes},
    {"store_log_lines_left_out_total", "counter", "Lines about the store that the log did not get.",
     &Store::lines_left_out},
};

void write_connections(std::string& out, const Snapshot& snapshot) {
    for (const StoreMetric& metric : kStoreMetrics) {
        Family family(out, metric.name, metric.type, metric.help);
        for (const Realm& realm : snapshot.realms) {
            if (realm.store) {
                family.add(realm, {}, (*realm.store).*metric.value);
            }
        }
    }
}

void write_nodes(std::string& out, const Snapshot& snapshot) {
    Family breaker(out, "store_breaker", "gauge",
                   "Workers by how they find the node: closed (it is asked), open (it is left "
                   "alone), half_open (it is probed).");
    for (const Realm& realm : snapshot.realms) {
        for (const Node& node : realm.store ? realm.store->nodes : std::vector<Node>()) {
            breaker.add(realm, {{"node", node.name}, {"state", "closed"}}, node.closed);
            breaker.add(realm, {{"node", node.name}, {"state", "half_open"}}, node.half_open);
            breaker.add(realm, {{"node", node.name}, {"state", "open"}}, node.open);
        }
    }
}

void write_coherence(std::string& out, const Snapshot& snapshot) {
    Family coherent(out, "coherent", "gauge",
                    "Whether it is proven that no change in the store was missed.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.coherence.state != Coherence::State::off) {
            coherent.add(realm, {}, realm.coherence.coherent ? Number{1} : Number{0});
        }
    }
    Family age(out, "coherence_age_seconds", "gauge", "The age of the last such proof.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.coherence.age_ms) {
            age.add(realm, {}, seconds(*realm.coherence.age_ms, 3));
        }
    }
}

void write_live(std::string& out, const Snapshot& snapshot) {
    Family live(out, "live", "gauge", "Requests that were let in and are still there.");
    for (const Realm& realm : snapshot.realms) {
        live.add(realm, {}, realm.live);
    }
    Family ended(out, "live_ended_total", "counter",
                 "Requests that were ended because their session was.");
    for (const Realm& realm : snapshot.realms) {
        for (const auto& [reason, number] : realm.ended) {
            ended.add(realm, {{"reason", reason}}, number);
        }
    }
}

constexpr std::pair<std::string_view, std::string_view> kEvents[] = {
    {"fallback", "Tokens that another than the current key verified."},
    {"unchecked", "Requests let through by \"store_error allow\"."},
    {"issued", "Sessions that began."},
    {"renewed", "Cookies with a token of a longer life."},
    {"resigned", "Cookies with a token signed again by the current key."},
    {"refreshed", "Refresh tokens that were used."},
    {"replayed", "Refresh tokens that were used once too often."},
    {"logouts", "Logouts that ended a session."},
    {"redirects", "Redirects to the login page."},
};

void write_events(std::string& out, const Snapshot& snapshot) {
    for (const auto& [event, help] : kEvents) {
        Family family(out, std::string(event) + "_total", "counter", help);
        for (const Realm& realm : snapshot.realms) {
            for (const auto& [name, number] : realm.events) {
                if (name == event) {
                    family.add(realm, {}, number);
                }
            }
        }
    }
}

void write_sessions(std::string& out, const Snapshot& snapshot) {
    Family sessions(out, "sessions", "gauge", "Sessions in the store.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.sessions) {
            sessions.add(realm, {{"state", "active"}}, realm.sessions->active);
            sessions.add(realm, {{"state", "expired"}}, realm.sessions->expired);
        }
    }
    Family users(out, "session_users", "gauge", "Users with a session.");
    Family tenants(out, "session_tenants", "gauge", "Tenants with a session.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.sessions) {
            users.add(realm, {}, realm.sessions->users);
        }
    }
    for (const Realm& realm : snapshot.realms) {
        if (realm.sessions) {
            tenants.add(realm, {}, realm.sessions->tenants);
        }
    }
    Family idle(out, "sessions_idle_seconds", "gauge", "How long sessions rest on average.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.sessions) {
            idle.add(realm, {}, std::to_string(realm.sessions->idle_minutes * 60));
        }
    }
    Family age(out, "sessions_age_seconds", "gauge", "How long ago they were counted.");
    for (const Realm& realm : snapshot.realms) {
        if (realm.sessions) {
            age.add(realm, {}, seconds(realm.sessions->age_ms, 3));
        }
    }
}

}  // namespace

std::string prometheus(const Snapshot& snapshot) {
    std::string out;
    write_requests(out, snapshot);
    write_keys(out, snapshot);
    write_sources(out, snapshot);
    write_cache(out, snapshot);
    write_store(out, snapshot);
    write_connections(out, snapshot);
    write_nodes(out, snapshot);
    write_coherence(out, snapshot);
    write_live(out, snapshot);
    write_events(out, snapshot);
    write_sessions(out, snapshot);
    return out;
}

}  // namespace status
