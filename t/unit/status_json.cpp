#include "../../src/status/json.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../../src/jwt/claims.hpp"
#include "status_snapshot.hpp"

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("status JSON: all that there is") {
    const std::string text = status::json({shown::kNow, {shown::realm("app")}});
    CHECK(text.substr(0, 33) == R"({"time":1800000000,"realms":{"app)");
    for (
        const char* part : {
            R"("requests":{"valid":1234,"expired":7,"store":0},"issued":5,"redirects":2,)",
            R"({"key":"v2","role":"current","last_used":1799999997})",
            R"({"key":"v1","role":"fallback","last_used":null})",
            R"("verified":[{"key":"v2","version":"v2","total":1203,"valid":1200,"refused":3,)",
            R"({"key":"v1","version":"","total":4,"valid":0,"refused":4,"last_used":null}])",
            R"("sources":[{"source":"bearer","format":"jwt","total":1207)",
            R"("cache":{"hits":90,"misses":10,"bypasses":0,"tokens":{"used":3,"capacity":100}})",
            R"("zone":{"used":2048,"free":2048})",
            R"("requests":{"answered":11,"error":0,"timeout":1,"unanswered":1})",
            R"("buckets":[{"le":0.000100,"count":4},{"le":0.000250,"count":10},{"le":null,"count":11}])",
            R"("count":11,"sum":0.001500})",
            R"("coherence":{"state":"coherent","coherent":true,"tracking":true,"age":0.316})",
            R"("live":{"open":3,"ended":{"revoked":2,"idle":0}})",
            R"("hour":{"rejected":{"expired":[0,3,4],"store":[0,0,0]},"issued":[1,0,4]})",
            R"("sessions":null}}})",
        }) {
        CHECK_MESSAGE(has(text, part), part);
    }
}

TEST_CASE("status JSON: what is not there") {
    status::Realm realm;
    realm.name = "bare";
    realm.issued.name = "issued";
    const std::string text = status::json({0, {realm}});
    CHECK(has(text, R"("store":null)"));
    CHECK(has(text, R"("age":null)"));
    CHECK(has(text, R"("verified":[])"));
    CHECK(status::json({0, {}}) == "{\"time\":0,\"realms\":{}}\n");
}

TEST_CASE("status JSON: what the store knows of sessions") {
    status::Realm realm = shown::realm("app");
    realm.sessions = status::Sessions{7, 2, 5, 1, 12.5, 4200};
    CHECK(has(status::json({0, {realm}}),
              R"("sessions":{"total":9,"active":7,"expired":2,"users":5,"tenants":1,)"
              R"("average_idle_minutes":12.500000,"age":4.200})"));
}

TEST_CASE("status JSON: hostile names") {
    status::Realm realm = shown::realm("app");
    realm.verified = {{"k\"\\", "</script>\x01\xff\xe2\x80\xa8", 1, 0, 0}};
    const std::string text = status::json({0, {realm}});
    CHECK(has(text, R"("key":"k\"\\","version":"</script>)"));
    CHECK(text.find('\x01') == std::string::npos);
    CHECK(text.find('\xff') == std::string::npos);
}
