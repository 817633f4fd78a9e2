#include "admin_problem.hpp"

#include <string_view>
#include <utility>

#include "../jwt/json_writer.hpp"

namespace session {
namespace {

constexpr int kBadRequest = 400;
constexpr int kUnavailable = 503;

// As RFC 9110 names them.
std::string_view title(int status) {
    static constexpr std::pair<int, std::string_view> kTitles[] = {
        {kBadRequest, "Bad Request"}, {403, "Forbidden"},
        {404, "Not Found"},           {405, "Method Not Allowed"},
        {413, "Content Too Large"},   {415, "Unsupported Media Type"},
        {501, "Not Implemented"},     {kUnavailable, "Service Unavailable"},
    };
    for (const auto& [known, text] : kTitles) {
        if (known == status) {
            return text;
        }
    }
    return "Internal Server Error";
}

}  // namespace

Problem bad_field(std::string field, std::string detail) {
    Problem problem;
    problem.status = kBadRequest;
    problem.field = std::move(field);
    problem.detail = std::move(detail);
    return problem;
}

Problem store_away() {
    Problem problem;
    problem.status = kUnavailable;
    problem.detail = "the store did not answer: what was asked for may be done in part";
    problem.reason = Reason::store;
    return problem;
}

std::string problem_json(const Problem& problem) {
    jwt::JsonWriter json;
    json.text("title", title(problem.status)).number("status", problem.status);
    if (problem.reason) {
        json.text("reason", name(*problem.reason));
    }
    if (!problem.field.empty()) {
        json.text("field", problem.field);
    }
    if (!problem.detail.empty()) {
        json.text("detail", problem.detail);
    }
    return json.line();
}

}  // namespace session
