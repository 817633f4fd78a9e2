// Calls to the location of "session_admin", by libcurl.
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

#include "../session/return_url.hpp"
#include "call.hpp"
#include "failure.hpp"
#include "files.hpp"

namespace ctl {
namespace {

constexpr std::int64_t kPatience = 30;  // seconds; a survey of the store takes several
constexpr std::size_t kMostBytes = std::size_t{16} * 1024 * 1024;

struct Close {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class Headers {
public:
    void add(const std::string& line) {
        curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(list_.release());  // it is the longer one now
        list_.reset(longer);
    }
    curl_slist* get() const { return list_.get(); }

private:
    std::unique_ptr<curl_slist, Close> list_;
};

std::size_t keep(const char* bytes, std::size_t size, std::size_t count, void* body) {
    auto& text = *static_cast<std::string*>(body);
    if (text.size() + size * count > kMostBytes) {
        return 0;
    }
    text.append(bytes, size * count);
    return size * count;
}

std::string url_of(const CommandLine& line, const Call& call) {
    std::string url = line.required("url");
    while (!url.empty() && url.back() == '/') {
        url.pop_back();
    }
    for (const std::string& segment : call.path) {
        url += '/' + session::percent_encode(segment);
    }
    return call.query.empty() ? url : url + '?' + call.query;
}

// Whoever may read the file may call: what it says is not for the command line.
void add_headers(const CommandLine& line, const Call& call, Headers& headers) {
    headers.add("Expect:");
    headers.add("Accept: application/json");
    if (!call.content_type.empty()) {
        headers.add("Content-Type: " + call.content_type);
    }
    const auto file = line.value("header-file");
    const std::string lines = file ? read_whole(*file) : "";
    for (std::string_view text = lines; !text.empty();) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string header(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!header.empty() && header.back() == '\r') {
            header.pop_back();
        }
        if (!header.empty()) {
            headers.add(header);
        }
    }
}

void set_up(CURL* handle, const CommandLine& line, const Call& call, const Headers& headers) {
    curl_easy_setopt(handle, CURLOPT_URL, url_of(line, call).c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT,
                     static_cast<long>(line.span("timeout").value_or(kPatience)));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (!call.content_type.empty()) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
        curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, call.body.c_str());
    }
    if (const auto file = line.value("ca-file")) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, file->c_str());
    }
}

class HttpPlace final : public Place {
public:
    explicit HttpPlace(const CommandLine& line) : line_(line), handle_(curl_easy_init()) {
        if (handle_ == nullptr) {
            throw std::bad_alloc();
        }
    }

    Answer perform(const Call& call) override {
        Headers headers;
        add_headers(line_, call, headers);
        curl_easy_reset(handle_.get());  // its connections stay
        set_up(handle_.get(), line_, call, headers);
        Answer answer;
        curl_easy_setopt(handle_.get(), CURLOPT_WRITEFUNCTION, keep);
        curl_easy_setopt(handle_.get(), CURLOPT_WRITEDATA, &answer.json);
        const CURLcode code = curl_easy_perform(handle_.get());
        if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
            throw usage("--url is http://HOST/LOCATION or https://HOST/LOCATION");
        }
        if (code != CURLE_OK) {
            throw away(std::string("nginx: ") + curl_easy_strerror(code));
        }
        long status = 0;
        curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        answer.status = static_cast<int>(status);
        return answer;
    }

private:
    const CommandLine& line_;
    std::unique_ptr<CURL, Close> handle_;
};

}  // namespace

std::unique_ptr<Place> make_http_place(const CommandLine& line) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        throw std::runtime_error("libcurl cannot be used");
    }
    return std::make_unique<HttpPlace>(line);
}

}  // namespace ctl
