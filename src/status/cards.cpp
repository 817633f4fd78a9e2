#include "cards.hpp"

#include <algorithm>
#include <numeric>

#include "html.hpp"

namespace status {
namespace {

constexpr std::size_t kStyles = 6;  // "s0" and its kin

std::string style(std::size_t index) {
    return "s" + std::to_string(std::min(index, kStyles - 1));
}

std::string card(std::string_view title, const std::string& body, std::string_view more = "") {
    return "<section class=\"card" + std::string(more) + "\"><h3>" + std::string(title) + "</h3>" +
           body + "</section>";
}

std::string fact(std::string_view name, const std::string& value) {
    return "<div><span>" + escaped(name) + "</span><b>" + value + "</b></div>";
}

std::string note(const std::string& text) {
    return "<p class=\"note\">" + text + "</p>";
}

std::string axis() {
    return "<div class=\"axis\"><span>1 h ago</span><span>30 min</span><span>now</span></div>";
}

// The most frequent first, so that the colours of those that matter lie below.
const Key* find_key(const Realm& realm, std::string_view id) {
    for (const Key& key : realm.keys) {
        if (key.id == id) {
            return &key;
        }
    }
    return nullptr;
}

std::string table(std::string_view head, const std::string& rows) {
    return "<div class=\"scroll\"><table><thead><tr>" + std::string(head) + "</tr></thead><tbody>" +
           rows + "</tbody></table></div>";
}

std::string cell(const std::string& text) {
    return "<td>" + text + "</td>";
}

std::string number_cell(const std::string& text) {
    return "<td class=\"n\">" + text + "</td>";
}

std::string use_rows(const std::vector<Use>& uses, std::int64_t now, const Realm* tagged) {
    std::string rows;
    for (std::size_t i = 0; i < uses.size(); ++i) {
        const Use& use = uses[i];
        const Key* key = tagged == nullptr ? nullptr : find_key(*tagged, use.first);
        const std::string tag =
            key == nullptr ? "" : "<span class=\"tag\">" + std::string(name(key->role)) + "</span>";
        const std::string colour = "<span class=\"key " + style(i) + "\"></span>";
        rows += "<tr>" + cell(colour + escaped(use.first) + tag) +
                cell(use.second.empty() ? "–" : escaped(use.second)) +
                number_cell(grouped(use.valid)) + number_cell(grouped(use.refused)) +
                number_cell(ago(use.last, now)) + "</tr>";
    }
    return rows;
}

std::string use_share(const std::vector<Use>& uses) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < uses.size(); ++i) {
        const std::string label = uses[i].first + (uses[i].second.empty() ? "" : ", ");
        parts.push_back({style(i), label + uses[i].second, uses[i].total()});
    }
    return share_bar(parts);
}

// Milliseconds, without zeros that say nothing.
std::string milliseconds(Number microseconds) {
    std::string text = seconds(microseconds, 3);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return text;
}

// The bound below which that share of the answers was.
std::string quantile(const Store& store, Number total, Number percents) {
    Number count = 0;
    for (const Duration& duration : store.durations) {
        count += duration.count;
        if (count * 100 >= total * percents) {
            return duration.bound == 0 ? "> 1000" : "≤ " + milliseconds(duration.bound);
        }
    }
    return "–";
}

std::string duration_bars(const Store& store) {
    Number most = 1;
    for (const Duration& duration : store.durations) {
        most = std::max(most, duration.count);
    }
    std::string bars;
    for (const Duration& duration : store.durations) {
        const std::string bound = duration.bound == 0 ? "more" : milliseconds(duration.bound);
        bars += "<div>" + column(duration.count, most, bound + " ms") + "<span>" + bound +
                "</span></div>";
    }
    return "<div class=\"bars\">" + bars + "</div>";
}

std::string node_rows(const Store& store) {
    std::string rows;
    for (const Node& node : store.nodes) {
        rows += "<tr>" + cell(escaped(node.name)) + number_cell(grouped(node.closed)) +
                number_cell(grouped(node.half_open)) + number_cell(grouped(node.open)) + "</tr>";
    }
    return rows;
}

}  // namespace

std::string rejections_card(const Realm& realm) {
    std::vector<Series> series;
    for (const Series& one : realm.rejected) {
        if (one.sum() != 0) {
            series.push_back(one);
        }
    }
    if (series.empty()) {
        return card("Rejections, last hour", note("None."), " wide");
    }
    std::stable_sort(series.begin(), series.end(), [](const Series& one, const Series& other) {
        return one.sum() > other.sum();
    });
    std::vector<std::string> styles;
    std::vector<Part> parts;
    for (const Series& one : series) {
        styles.push_back("reason-" + one.name);
        parts.push_back({styles.back(), one.name, one.sum()});
    }
    return card("Rejections, last hour",
                "<p class=\"top\">up to " + grouped(highest(series)) + " a minute</p>" +
                    hour_chart(series, styles, "hour") + axis() + legend(parts),
                " wide");
}

std::string keys_card(const Realm& realm, std::int64_t now) {
    std::string unused;
    for (const Key& key : realm.keys) {
        const bool used = std::any_of(realm.verified.begin(), realm.verified.end(),
                                      [&key](const Use& use) { return use.first == key.id; });
        if (!used) {
            unused += (unused.empty() ? "Not used yet: " : ", ") + escaped(key.id);
        }
    }
    const std::string uses = realm.verified.empty()
                                 ? ""
                                 : use_share(realm.verified) +
                                       table(
                                           "<th>Key</th><th>Version</th><th class=\"n\">Valid</th>"
                                           "<th class=\"n\">Refused</th><th class=\"n\">Last</th>",
                                           use_rows(realm.verified, now, &realm));
    return card("Keys and versions", uses + (unused.empty() ? "" : note(unused + ".")));
}

std::string sources_card(const Realm& realm, std::int64_t now) {
    return card("Sources and formats",
                realm.sources.empty()
                    ? note("No token yet.")
                    : use_share(realm.sources) +
                          table("<th>Source</th><th>Format</th><th class=\"n\">Valid</th>"
                                "<th class=\"n\">Refused</th><th class=\"n\">Last</th>",
                                use_rows(realm.sources, now, nullptr)));
}

std::string verdicts_card(const Realm& realm) {
    const Number all = sum(realm.requests);
    std::string rows;
    for (const auto& [reason, number] : realm.requests) {
        if (number != 0) {
            const std::string colour = reason == "valid" ? "s2" : "reason-" + reason;
            rows += "<tr>" + cell("<span class=\"key " + colour + "\"></span>" + escaped(reason)) +
                    number_cell(grouped(number)) + number_cell(percent(number, all)) + "</tr>";
        }
    }
    return card("Verdicts", rows.empty() ? note("No request yet.")
                                         : table("<th>Reason</th><th class=\"n\">Requests</th>"
                                                 "<th class=\"n\">Share</th>",
                                                 rows));
}

std::string cache_card(const Realm& realm) {
    const std::vector<Part> parts = {{"s2", "hits", realm.hits},
                                     {"s1", "misses", realm.misses},
                                     {"s5", "bypasses", realm.bypasses}};
    std::string body = share_bar(parts) + legend(parts);
    for (const Table& one : realm.tables) {
        body += "<h4>" + escaped(one.name) + ": " + grouped(one.used) + " of " +
                grouped(one.capacity) + "</h4>" + fill_bar(one.used, one.capacity);
    }
    const Number zone = realm.zone_used + realm.zone_free;
    body += "<h4>zone: " + bytes(realm.zone_used) + " of " + bytes(zone) + "</h4>" +
            fill_bar(realm.zone_used, zone);
    return card("Cache", body);
}

std::string store_card(const Realm& realm) {
    if (!realm.store) {
        return "";
    }
    const Store& own = *realm.store;
    const Number total =
        std::accumulate(own.durations.begin(), own.durations.end(), Number{0},
                        [](Number all, const Duration& duration) { return all + duration.count; });
    std::string body = duration_bars(own) + note("Milliseconds, upper bounds.");
    body += "<div class=\"facts\">" + fact("median", quantile(own, total, 50)) +
            fact("95 %", quantile(own, total, 95)) + fact("99 %", quantile(own, total, 99)) +
            "</div>";
    body += legend({{"s2", "answered", own.answered},
                    {"s1", "error", own.error},
                    {"s4", "timeout", own.timeout}});
    const std::string mean =
        total == 0 ? "" : "Mean " + milliseconds(own.duration / total) + " ms, ";
    body += note(mean + grouped(own.connections) + " connections, " + grouped(own.reconnects) +
                 " reconnects.");
    body += table(
        "<th>Node: workers that</th><th class=\"n\">ask</th><th class=\"n\">probe</th>"
        "<th class=\"n\">wait</th>",
        node_rows(own));
    return card("Store latency", body);
}

std::string sessions_card(const Realm& realm) {
    std::string facts;
    for (const auto& [name, number] : realm.events) {
        facts += fact(name, grouped(number));
    }
    facts += fact("live", grouped(realm.live)) + fact("live ended", grouped(sum(realm.ended)));
    std::string body;
    if (realm.sessions) {
        body += legend({{"s2", "active", realm.sessions->active},
                        {"s5", "expired", realm.sessions->expired},
                        {"s0", "users", realm.sessions->users},
                        {"s3", "tenants", realm.sessions->tenants}});
        facts += fact("counted", seconds(realm.sessions->age_ms, 0) + " s ago");
    }
    body += "<p class=\"top\">logins, up to " + grouped(highest({realm.issued})) + " a minute</p>";
    body += hour_chart({realm.issued}, {"s0"}, "minutes") + axis();
    return card("Sessions", body + "<div class=\"facts\">" + facts + "</div>");
}

Number sum(const std::vector<Named>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), Number{0},
                           [](Number all, const Named& one) { return all + one.second; });
}

}  // namespace status
