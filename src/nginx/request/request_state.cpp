#include "request_state.hpp"

#include <algorithm>
#include <utility>

#include "../../module.hpp"
#include "../bridge.hpp"
#include "../live/live_feed.hpp"
#include "../worker.hpp"
#include "issue.hpp"
#include "presented.hpp"
#include "refresh.hpp"

namespace nginx {

RequestState::RequestState() = default;
RequestState::~RequestState() = default;

RequestState* RequestState::find(ngx_http_request_t* r) {
    ngx_http_request_t* main = r->main;
    auto* state =
        static_cast<RequestState*>(ngx_http_get_module_ctx(main, ngx_http_auth_session_module));
    if (state == nullptr && (main->internal || main->filter_finalize)) {
        state = find_in_pool<RequestState>(main->pool);
        ngx_http_set_ctx(main, state, ngx_http_auth_session_module);
    }
    return state;
}

RequestState& RequestState::of(ngx_http_request_t* r) {
    if (RequestState* state = find(r)) {
        return *state;
    }
    auto* state = make_in_pool<RequestState>(r->main->pool);
    ngx_http_set_ctx(r->main, state, ngx_http_auth_session_module);
    return *state;
}

// What came since the store was first asked is news to all verdicts that follow.
std::uint64_t RequestState::position_for(const Realm& realm) const {
    if (recalled && recalled->realm == &realm) {
        return recalled->since;
    }
    for (const auto& known : judged) {
        if (known->realm == &realm) {
            return known->since;
        }
    }
    return feed_of(realm).position();
}

Judged& RequestState::judge(ngx_http_request_t* r, const Realm& realm,
                            std::optional<session::Candidate> first) {
    const Refresh* refresh = refresh_of(realm);
    const bool refreshed = refresh != nullptr && refresh->reason() == session::Reason::valid;
    Tokens tokens = refreshed ? refresh->tokens() : read_tokens(r, realm);
    const bool cookie_ok = may_use_cookie(r, realm.policy);
    const KeptKeys keys = keys_now(realm);
    for (const auto& known : judged) {
        if (known->realm == &realm && known->keys == keys &&
            known->evidence.is_of(tokens.presented, cookie_ok)) {
            return *known;
        }
    }
    if (recalled && recalled->realm == &realm && recalled->keys == keys && told.good &&
        !tokens.presented.empty() && tokens.presented.front() == recalled->presented) {
        Judged& again = judge_recalled();  // the store was asked of it a moment ago
        again.reported = session::Reason::valid;
        return again;
    }
    auto fresh = std::make_unique<Judged>();
    fresh->realm = &realm;
    fresh->keys = keys;
    fresh->evidence = session::Evidence(realm.policy, tokens.presented, tokens.complete, cookie_ok,
                                        ngx_time(), std::move(first));
    fresh->settled = fresh->tended = refreshed;  // the store was asked for it a moment ago
    if (recalling) {
        fresh->evidence.questions(realm.policy);  // it has not answered yet
    }
    fresh->since = position_for(realm);
    judged.push_back(std::move(fresh));
    return *judged.back();
}

Judged& RequestState::judge_recalled() {
    auto fresh = std::make_unique<Judged>();
    fresh->realm = recalled->realm;
    fresh->keys = recalled->keys;
    fresh->evidence = session::Evidence(recalled->realm->policy, recalled->presented,
                                        *recalled->signer, ngx_time());
    fresh->settled = fresh->tended = true;
    fresh->since = recalled->since;
    fresh->hit = recalled->realm->policy.asks_lists();
    fresh->asked = fresh->sent = told.sent;
    fresh->store_time = told.store_time;
    judged.push_back(std::move(fresh));
    return *judged.back();
}

bool RequestState::ask(ngx_http_request_t* r, const Realm& realm, redis::Commands commands,
                       Suspension::Take take, Suspension::Resume resume) {
    if (exchange == nullptr || !exchange->is_with(store_of(realm))) {
        exchange = std::make_unique<Exchange>(r, store_of(realm));
        writes.clear();
    }
    if (realm.wait_replicas != 0) {
        replicas_of(realm).note(commands, writes);
    }
    return exchange->start(std::move(commands), std::move(take), resume);
}

bool RequestState::await_replicas(ngx_http_request_t* r, const Realm& realm,
                                  Suspension::Resume resume, std::function<bool()> go_on) {
    if (realm.wait_replicas == 0) {
        return false;
    }
    Replicas& store = replicas_of(realm);
    acknowledged = false;
    const auto take = [this, &store,
                       go_on = std::move(go_on)](const std::vector<redis::Reply>& replies) {
        acknowledged = store.is_yes(replies, writes);
        return go_on == nullptr || go_on();
    };
    replicas = std::make_unique<Exchange>(r, store);
    return replicas->start(store.question(writes), take, resume);
}

Refresh* RequestState::refresh_of(const Realm& realm) const {
    for (const auto& refresh : refreshes) {
        if (&refresh->realm() == &realm) {
            return refresh.get();
        }
    }
    return nullptr;
}

void RequestState::put_cookie(Cookie cookie) {
    const auto known = std::find_if(cookies.begin(), cookies.end(), [&cookie](const Cookie& other) {
        return other.name == cookie.name;
    });
    if (known == cookies.end()) {
        cookies.push_back(std::move(cookie));
    } else if (cookie.kind != Cookie::Kind::upkeep || known->kind == Cookie::Kind::upkeep) {
        *known = std::move(cookie);
    }
}

void RequestState::withdraw(ngx_http_request_t* main) {
    cookies.erase(
        std::remove_if(cookies.begin(), cookies.end(),
                       [](const Cookie& cookie) { return cookie.kind == Cookie::Kind::refusal; }),
        cookies.end());
    if (headers.empty()) {
        return;
    }
    for (ngx_table_elt_t* header : headers) {
        header->hash = 0;
    }
    // the header filter writes these two from their own pointers
    main->headers_out.location = nullptr;
    main->headers_out.www_authenticate = nullptr;
    headers.clear();
}

const RequestState* recalled_state(ngx_http_request_t* r) {
    const RequestState* state = RequestState::find(r);
    return state != nullptr && state->is_recalled() ? state : nullptr;
}

Verdict current_verdict(ngx_http_request_t* r) {
    if (RequestState* state = RequestState::find(r); state != nullptr && state->verdict) {
        if (state->is_recalled()) {
            Judged& judged = state->judge_recalled();
            judged.reported = session::Reason::valid;  // counted where it was recalled
            state->verdict->judged = &judged;
        }
        return *state->verdict;
    }
    const Location& location = location_of(r->main);
    if (location.realm == nullptr) {
        return {};
    }
    const Judged& judged = RequestState::of(r).judge(r->main, *location.realm);
    return {&judged, judged.evidence.reason(), location.dry_run == 1};
}

}  // namespace nginx
