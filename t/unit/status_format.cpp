// Who asks gets the form that it likes best: browsers, Prometheus, scripts.
#include "../../src/status/format.hpp"

#include <doctest/doctest.h>

using status::find_format;
using status::Format;
using status::preferred;

TEST_CASE("status format: by its word") {
    CHECK(find_format("json") == Format::json);
    CHECK(find_format("prometheus") == Format::prometheus);
    CHECK(find_format("html") == Format::html);
    CHECK_FALSE(find_format("xml"));
    CHECK_FALSE(find_format(""));
}

TEST_CASE("status format: JSON where nothing else is named") {
    CHECK(preferred({}) == Format::json);
    CHECK(preferred({""}) == Format::json);
    CHECK(preferred({"*/*"}) == Format::json);
    CHECK(preferred({"text/*"}) == Format::json);
    CHECK(preferred({"text/plain"}) == Format::json);
    CHECK(preferred({"image/png"}) == Format::json);
    CHECK(preferred({",,;q=,"}) == Format::json);
}

TEST_CASE("status format: a browser") {
    CHECK(
        preferred({"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}) ==
        Format::html);
    CHECK(preferred({"*/*", "Text/HTML"}) == Format::html);
    CHECK(preferred({"text/html;charset=utf-8"}) == Format::html);
    CHECK(preferred({"text/htmlx"}) == Format::json);
}

TEST_CASE("status format: Prometheus") {
    CHECK(preferred({"text/plain;version=0.0.4"}) == Format::prometheus);
    CHECK(preferred({"text/plain; version=0.0.4; charset=utf-8"}) == Format::prometheus);
    CHECK(preferred({"text/plain;version=0.0.41"}) == Format::json);
    CHECK(preferred({"application/openmetrics-text;version=1.0.0,"
                     "application/openmetrics-text;version=0.0.1;q=0.75,"
                     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}) == Format::prometheus);
    CHECK(preferred({"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                     "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                     "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"}) == Format::prometheus);
}

TEST_CASE("status format: weights") {
    CHECK(preferred({"text/html;q=0.5, application/json"}) == Format::json);
    CHECK(preferred({"text/html;q=0.501, application/json;q=0.5"}) == Format::html);
    CHECK(preferred({"application/json;q=0.9, text/html; q=1.0"}) == Format::html);
    CHECK(preferred({"text/html;q=0"}) == Format::json);
    CHECK(preferred({"text/html;q=0.000, text/plain;version=0.0.4;q=0.001"}) == Format::prometheus);
    CHECK(preferred({"text/html;q=7"}) == Format::json);
    CHECK(preferred({"text/html, application/json"}) == Format::html);
}
