#include "../../src/status/prometheus.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>

#include "status_snapshot.hpp"

namespace {

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("status for Prometheus: all that there is") {
    const std::string text = status::prometheus(shown::snapshot());
    for (const char* line : {
             R"(nginx_session_requests_total{realm="app",reason="valid"} 1234)",
             R"(nginx_session_requests_total{realm="other",reason="store"} 0)",
             R"(nginx_session_verified_total{realm="app",key="v2",version="v2"} 1203)",
             R"(nginx_session_verified_total{realm="app",key="v1",version=""} 4)",
             R"(nginx_session_key_last_used_timestamp_seconds{realm="app",key="v2"} 1799999997)",
             R"(nginx_session_sources_total{realm="app",source="bearer",format="jwt"} 1207)",
             R"(nginx_session_cache_total{realm="app",result="hit"} 90)",
             R"(nginx_session_cache_entries{realm="app",table="tokens"} 3)",
             R"(nginx_session_zone_bytes{realm="app",state="free"} 2048)",
             R"(nginx_session_store_requests_total{realm="app",result="timeout"} 1)",
             "# TYPE nginx_session_store_duration_seconds histogram",
             R"(nginx_session_store_duration_seconds_bucket{realm="app",le="0.000250"} 10)",
             R"(nginx_session_store_duration_seconds_bucket{realm="app",le="+Inf"} 11)",
             R"(nginx_session_store_duration_seconds_sum{realm="app"} 0.001500)",
             R"(nginx_session_store_duration_seconds_count{realm="app"} 11)",
             R"(nginx_session_store_connections{realm="app"} 2)",
             R"(nginx_session_coherent{realm="app"} 1)",
             R"(nginx_session_coherence_age_seconds{realm="app"} 0.316)",
             R"(nginx_session_live{realm="app"} 3)",
             R"(nginx_session_live_ended_total{realm="app",reason="revoked"} 2)",
             R"(nginx_session_issued_total{realm="app"} 5)",
         }) {
        CHECK_MESSAGE(has_line(text, line), line);
    }
    CHECK(text.find(R"(key_last_used_timestamp_seconds{realm="app",key="v1"})") ==
          std::string::npos);
}

TEST_CASE("status for Prometheus: each metric and each series once, metrics in one piece") {
    std::istringstream lines(status::prometheus(shown::snapshot()));
    std::set<std::string> described;
    std::set<std::string> series;
    std::string metric;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("# HELP ", 0) == 0) {
            metric = line.substr(7, line.find(' ', 7) - 7);
            CHECK_MESSAGE(described.insert(metric).second, metric);
        } else if (line.front() != '#') {
            CHECK_MESSAGE(line.rfind(metric, 0) == 0, line);
            CHECK_MESSAGE(series.insert(line.substr(0, line.rfind(' '))).second, line);
        }
    }
    CHECK(described.size() > 15);
}

TEST_CASE("status for Prometheus: hostile names") {
    status::Realm realm;
    realm.name = "app";
    realm.verified = {{"a\\b", "c\"d\ne} 1", 1, 0, 0}};
    CHECK(
        has_line(status::prometheus({0, {realm}}),
                 R"(nginx_session_verified_total{realm="app",key="a\\b",version="c\"d\ne} 1"} 1)"));
}

TEST_CASE("status for Prometheus: what only a store can know") {
    status::Realm realm = shown::realm("app");
    CHECK(status::prometheus({0, {realm}}).find("nginx_session_sessions") == std::string::npos);
    realm.sessions = status::Sessions{7, 2, 5, 1, 0.5, 4200};
    const std::string text = status::prometheus({0, {realm}});
    CHECK(has_line(text, R"(nginx_session_sessions{realm="app",state="active"} 7)"));
    CHECK(has_line(text, R"(nginx_session_sessions{realm="app",state="expired"} 2)"));
    CHECK(has_line(text, R"(nginx_session_session_users{realm="app"} 5)"));
    CHECK(has_line(text, R"(nginx_session_sessions_idle_seconds{realm="app"} 30.000000)"));
    CHECK(has_line(text, R"(nginx_session_sessions_age_seconds{realm="app"} 4.200)"));
}

TEST_CASE("status for Prometheus: no alarm of what a realm does not have") {
    status::Realm realm;
    realm.name = "bare";
    const std::string text = status::prometheus({0, {realm}});
    CHECK(text.find("coherent") == std::string::npos);
    CHECK(text.find("store_") == std::string::npos);
}
