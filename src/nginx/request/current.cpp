#include "current.hpp"

#include <algorithm>

#include "../../session/keys.hpp"
#include "../../session/refresh_token.hpp"
#include "../worker.hpp"
#include "chunked.hpp"
#include "cookies.hpp"
#include "presented.hpp"

namespace nginx {

void CurrentSessions::add(session::Ending ending) {
    const auto known =
        std::find_if(endings_.begin(), endings_.end(), [&ending](const session::Ending& other) {
            return other.user == ending.user && other.id == ending.id;
        });
    if (known == endings_.end()) {
        endings_.push_back(std::move(ending));
        return;
    }
    known->expires = std::max(known->expires, ending.expires);
    known->revocable.insert(known->revocable.end(), ending.revocable.begin(),
                            ending.revocable.end());
}

void CurrentSessions::read(ngx_http_request_t* r) {
    const session::Policy& policy = realm_.policy;
    for (const session::Presented& presented : read_tokens(r, realm_).presented) {
        const session::Evidence evidence(policy, {presented}, true, true, ngx_time());
        const session::Candidate& candidate = evidence.candidates().front();
        lack_key_ = lack_key_ || candidate.reason == session::Reason::key;
        if (candidate.session) {
            add(session::ending_of(*candidate.session));
        } else if (candidate.search) {
            searches_.emplace_back(candidate.id, *candidate.search);
        }
    }
    if (policy.refresh_cookie) {
        for (const std::string_view text : sent_cookies(r, policy.refresh_cookie->name)) {
            const auto read = session::read_refresh_token(text, policy.keyring, ngx_time());
            if (read.token) {
                add({read.token->user, read.token->session, {}, 0});
            }
        }
    }
}

std::vector<redis::Arguments> CurrentSessions::questions() const {
    std::vector<redis::Arguments> commands;
    commands.reserve(searches_.size());
    for (const auto& [id, search] : searches_) {
        commands.push_back(search.questions(realm_.policy).front().command);
    }
    return commands;
}

bool CurrentSessions::answer(const std::vector<redis::Reply>& replies) {
    if (replies.size() != searches_.size()) {
        return false;
    }
    bool believed = true;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        auto& [id, search] = searches_[i];
        const auto finding = search.answer(realm_.policy, &replies[i], nullptr, ngx_time());
        if (!finding) {
            add({search.user(), search.session(), {}, 0});
        } else if (finding->session) {
            session::Ending ending = session::ending_of(*finding->session);
            ending.stored_at = session::express_key(realm_.policy.store_prefix, id);
            add(std::move(ending));
        }
        believed = believed && (!finding || !finding->complaint);
    }
    return believed;
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
                                    [r, &policy](const session::TokenSource& source) {
                                        return source.kind == session::TokenSource::Kind::cookie &&
                                               (!sent_cookies(r, source.name).empty() ||
                                                !sent_chunks(r, policy, source.name).empty());
                                    });
    return access ||
           (policy.refresh_cookie && !sent_cookies(r, policy.refresh_cookie->name).empty());
}

}  // namespace nginx
