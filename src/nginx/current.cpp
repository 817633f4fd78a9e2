#include "current.hpp"

#include <algorithm>

#include "../session/refresh_token.hpp"
#include "cookies.hpp"
#include "presented.hpp"
#include "worker.hpp"

namespace nginx {
namespace {

void add(std::vector<session::Ending>& endings, session::Ending ending) {
    const auto known =
        std::find_if(endings.begin(), endings.end(), [&ending](const session::Ending& other) {
            return other.user == ending.user && other.id == ending.id;
        });
    if (known == endings.end()) {
        endings.push_back(std::move(ending));
        return;
    }
    known->expires = std::max(known->expires, ending.expires);
    known->revocable.insert(known->revocable.end(), ending.revocable.begin(),
                            ending.revocable.end());
}

}  // namespace

std::vector<session::Ending> current_sessions(ngx_http_request_t* r, const Realm& realm) {
    const session::Policy& policy = realm.policy;
    std::vector<session::Ending> endings;
    for (const session::Presented& presented : read_tokens(r, realm).presented) {
        const session::Evidence evidence(policy, {presented}, true, true, ngx_time());
        const session::Candidate& candidate = evidence.candidates().front();
        if (candidate.session) {
            add(endings, session::ending_of(*candidate.session));
        }
    }
    if (policy.refresh_cookie) {
        for (const std::string_view text : sent_cookies(r, policy.refresh_cookie->name)) {
            const auto read = session::read_refresh_token(text, policy.keyring, ngx_time());
            if (read.token) {
                add(endings, {read.token->user, read.token->session, {}, 0});
            }
        }
    }
    return endings;
}

void note_ended(const Realm& realm, const std::vector<session::Ending>& endings) {
    for (const session::Ending& ending : endings) {
        std::vector<std::string> ids = ending.revocable;
        ids.push_back(ending.id);
        known_of(realm).revoked(
            ending.user, ids, std::max(ending.expires, ngx_time() + realm.policy.lifetimes.access));
    }
}

bool has_cookie(const ngx_http_request_t* r, const Realm& realm) {
    const session::Policy& policy = realm.policy;
    const bool access = std::any_of(policy.sources.begin(), policy.sources.end(),
                                    [r](const session::TokenSource& source) {
                                        return source.kind == session::TokenSource::Kind::cookie &&
                                               !sent_cookies(r, source.name).empty();
                                    });
    return access ||
           (policy.refresh_cookie && !sent_cookies(r, policy.refresh_cookie->name).empty());
}

}  // namespace nginx
