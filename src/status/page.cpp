#include "page.hpp"

#include <ctime>

#include "cards.hpp"
#include "html.hpp"
#include "page_assets.hpp"

namespace status {
namespace {

std::string tile(std::string_view title, const std::string& value, const std::string& note,
                 std::string_view mood = "") {
    return "<div class=\"tile " + std::string(mood) + "\"><span>" + std::string(title) +
           "</span><b>" + value + "</b><span>" + note + "</span></div>";
}

Number number_of(const std::vector<Named>& numbers, std::string_view name) {
    for (const auto& [own, number] : numbers) {
        if (own == name) {
            return number;
        }
    }
    return 0;
}

std::string coherence_tile(const Coherence& coherence) {
    const std::string age =
        coherence.age_ms ? "proven " + seconds(*coherence.age_ms / 100, 1) + " s ago" : "no proof";
    switch (coherence.state) {
        case Coherence::State::coherent:
            return tile("Cache", "Coherent", age, "good");
        case Coherence::State::incoherent:
            return tile("Cache", "Incoherent", age + ", the store is asked", "bad");
        case Coherence::State::untracked:
            return tile("Cache", "Untracked", "the store does not tell what changes", "warn");
        case Coherence::State::off:
            break;
    }
    return tile("Cache", "Off", "nothing is cached");
}

std::string store_tile(const std::optional<Store>& store) {
    if (!store) {
        return tile("Store", "None", "signature and claims alone");
    }
    const Number failed = store->error + store->timeout;
    const std::string left = grouped(failed) + " unanswered, " + grouped(store->reconnects) +
                             (store->reconnects == 1 ? " reconnect" : " reconnects");
    const std::string_view breaker = store->breaker();
    return store->connections == 0 ? tile("Store", "Away", left, "bad")
           : breaker != "closed"   ? tile("Store", "Breaker " + std::string(breaker), left, "warn")
                                   : tile("Store", "Connected", left, "good");
}

std::string tiles(const Realm& realm) {
    const Number all = sum(realm.requests);
    const Number valid = number_of(realm.requests, "valid");
    const Number looked = realm.hits + realm.misses;
    std::string row = coherence_tile(realm.coherence) + store_tile(realm.store);
    row += tile("Requests", grouped(all), percent(valid, all) + " valid");
    row += tile("Cache hits", percent(realm.hits, looked),
                grouped(realm.hits) + " of " + grouped(looked));
    row += tile("Logins, last hour", grouped(realm.issued.sum()),
                grouped(number_of(realm.events, "issued")) + " in all");
    row += tile("Zone", percent(realm.zone_used, realm.zone_used + realm.zone_free),
                bytes(realm.zone_used) + " of " + bytes(realm.zone_used + realm.zone_free));
    return "<div class=\"tiles\">" + row + "</div>";
}

std::string realm_section(const Realm& realm, std::int64_t now) {
    return "<section id=\"" + escaped(realm.name) + "\"><h2>" + escaped(realm.name) + "</h2>" +
           tiles(realm) + rejections_card(realm) + "<div class=\"cards pair\">" +
           keys_card(realm, now) + sources_card(realm, now) + "</div><div class=\"cards\">" +
           verdicts_card(realm) + cache_card(realm) + store_card(realm) + sessions_card(realm) +
           "</div></section>";
}

std::string navigation(const Snapshot& snapshot) {
    std::string links;
    for (const Realm& realm : snapshot.realms) {
        links += "<a href=\"#" + escaped(realm.name) + "\">" + escaped(realm.name) + "</a>";
    }
    return snapshot.realms.size() < 2 ? "" : "<nav>" + links + "</nav>";
}

std::string clock(std::int64_t time) {
    const auto value = static_cast<std::time_t>(time);
    std::tm parts{};
    char text[sizeof("2027-01-31 12:34:56 UTC")];
    gmtime_r(&value, &parts);
    return std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts) == 0 ? "" : text;
}

}  // namespace

std::string page(const Snapshot& snapshot, std::string_view nonce) {
    const std::string known = " nonce=\"" + std::string(nonce) + "\">";
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sessions</title>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<link rel=\"icon\" href=\"data:,\">"
        "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>";
    html += "<style" + known + kPageStyle + "</style></head><body>";
    html += "<header><h1>Sessions</h1><span id=\"state\">" + clock(snapshot.time) +
            "</span></header><main id=\"content\">" + navigation(snapshot);
    for (const Realm& realm : snapshot.realms) {
        html += realm_section(realm, snapshot.time);
    }
    return html + "</main><script" + known + kPageScript + "</script></body></html>\n";
}

std::string content_security_policy(std::string_view nonce) {
    const std::string known = "'nonce-" + std::string(nonce) + "'";
    return "default-src 'none'; style-src " + known + "; script-src " + known +
           "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

}  // namespace status
