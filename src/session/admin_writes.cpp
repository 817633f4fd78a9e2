// Sessions end, users and times are marked.
#include <algorithm>
#include <utility>

#include "../jwt/json_writer.hpp"
#include "admin_task.hpp"
#include "keys.hpp"
#include "opaque_id.hpp"
#include "search.hpp"
#include "token_endings.hpp"

namespace session {
namespace {

constexpr std::int64_t kMargin = 60;  // seconds that a mark outlives the last token

bool is_ok(const redis::Reply& reply) {
    return reply.type == redis::Reply::Type::status && reply.text == "OK";
}

// A call that is one question to the store.
class Write : public AdminTask {
public:
    Write(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)) {}

    std::vector<redis::Arguments> next(const Moment& moment) override {
        return over() ? std::vector<redis::Arguments>() : commands(moment.now);
    }

    void take(const std::vector<redis::Reply>& replies, const Moment&) override {
        if (!std::all_of(replies.begin(), replies.end(), is_done)) {
            fail(store_away());
            return;
        }
        finish();
    }

protected:
    virtual std::vector<redis::Arguments> commands(std::int64_t now) = 0;
    virtual void finish() = 0;

    const Policy& policy() const { return policy_; }
    const AdminRequest& request() const { return request_; }

private:
    const Policy& policy_;
    AdminRequest request_;
};

// How long the tokens of a session live that has no record, nobody knows.
class EndOne final : public Write {
public:
    using Write::Write;

    std::vector<redis::Arguments> next(const Moment& moment) override {
        if (over() || read_) {
            return Write::next(moment);
        }
        return {
            {"HGET", data_key(policy().store_prefix, request().user, request().id), "tokens_until"},
        };
    }

    void take(const std::vector<redis::Reply>& replies, const Moment& moment) override {
        if (read_) {
            Write::take(replies, moment);
            return;
        }
        read_ = true;
        const redis::Reply& until = replies.front();
        ending_ = {request().user, request().id, {}, 0};
        if (until.type == redis::Reply::Type::nil) {
            ending_.expires = moment.now + policy().lifetimes.absolute;
        } else if (until.type != redis::Reply::Type::string) {
            fail(store_away());
        }
    }

private:
    std::vector<redis::Arguments> commands(std::int64_t now) override {
        return {end_session(policy(), ending_, now)};
    }

    void finish() override {
        own_effects().ended.push_back(ending_);
        answer(jwt::JsonWriter()
                   .text("user", request().user)
                   .text("id", request().id)
                   .flag("revoked", true)
                   .line());
    }

    bool read_ = false;
    Ending ending_;
};

class EndUser final : public Write {
public:
    using Write::Write;

private:
    std::vector<redis::Arguments> commands(std::int64_t now) override {
        now_ = now;
        return {end_all_sessions(policy(), request().user, now)};
    }

    void finish() override {
        own_effects().marked.emplace_back(stale_key(policy().store_prefix, request().user),
                                          std::to_string(now_));
        answer(jwt::JsonWriter().text("user", request().user).flag("revoked", true).line());
    }

    std::int64_t now_ = 0;
};

class SetMark final : public AdminTask {
public:
    SetMark(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)) {}

    std::vector<redis::Arguments> next(const Moment& moment) override {
        if (over()) {
            return {};
        }
        if (!request_.before) {
            return {{"SET", key(), value()}};
        }
        // No token of that time is good for longer.
        const std::int64_t seconds = std::max(*request_.before - moment.now, std::int64_t{0}) +
                                     policy_.lifetimes.absolute + policy_.rules.leeway + kMargin;
        return {{"SET", key(), value(), "EX", std::to_string(seconds)}};
    }

    void take(const std::vector<redis::Reply>& replies, const Moment&) override {
        if (!is_ok(replies.front())) {
            fail(store_away());
            return;
        }
        own_effects().marked.emplace_back(key(), value());
        jwt::JsonWriter json;
        json.text("user", request_.user);
        answer(request_.before ? json.number("before", *request_.before).line()
                               : json.flag("deleted", true).line());
    }

private:
    std::string key() const { return stale_key(policy_.store_prefix, request_.user); }
    std::string value() const { return request_.before ? std::to_string(*request_.before) : "*"; }

    const Policy& policy_;
    AdminRequest request_;
};

class DeleteMark final : public AdminTask {
public:
    DeleteMark(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)) {}

    std::vector<redis::Arguments> next(const Moment&) override {
        if (over()) {
            return {};
        }
        return {{"DEL", stale_key(policy_.store_prefix, request_.user)}};
    }

    void take(const std::vector<redis::Reply>& replies, const Moment&) override {
        if (replies.front().type != redis::Reply::Type::integer) {
            fail(store_away());
            return;
        }
        own_effects().deleted.push_back(stale_key(policy_.store_prefix, request_.user));
        answer(jwt::JsonWriter()
                   .text("user", request_.user)
                   .flag("removed", replies.front().integer == 1)
                   .line());
    }

private:
    const Policy& policy_;
    AdminRequest request_;
};

// A token that came whole ends its session: it may have been renewed by whoever has it. A token
// that is none is as good as revoked (RFC 7009, section 2.2).
// The id that the value carries in one of the realm's places, or nothing.
std::optional<std::string> opaque_id_in(const Policy& policy, std::string_view value,
                                        std::int64_t now) {
    for (const TokenSource& source : policy.sources) {
        if (source.format == TokenSource::Format::opaque) {
            auto read = read_opaque_id(source.signed_by, value, policy.keyring, now);
            if (auto* id = std::get_if<OpaqueId>(&read)) {
                return std::move(id->id);
            }
        }
    }
    return std::nullopt;
}

// Of an opaque id only the store knows the session: it is asked for that first.
class Revoke final : public Write {
public:
    using Write::Write;

    std::vector<redis::Arguments> next(const Moment& moment) override {
        const auto id = over() || search_ || request().token.empty()
                            ? std::nullopt
                            : opaque_id_in(policy(), request().token, moment.now);
        if (!id) {
            return Write::next(moment);
        }
        search_.emplace(policy(), *id);
        std::vector<redis::Arguments> commands;
        for (Inquiry& inquiry : search_->questions(policy())) {
            commands.push_back(std::move(inquiry.command));
        }
        return commands;
    }

    void take(const std::vector<redis::Reply>& replies, const Moment& moment) override {
        if (!search_ || searched_) {
            Write::take(replies, moment);
            return;
        }
        searched_ = true;
        const auto found = search_->answer(policy(), replies.data(), nullptr, moment.now);
        if (!found) {
            ending_ = Ending{search_->user(), search_->session(), {}, 0};
        } else if (found->reason == Reason::store) {
            fail(store_away());
        } else if (found->session) {
            ending_ = ending_of(*found->session);
        }
    }

private:
    std::vector<redis::Arguments> commands(std::int64_t now) override {
        if (request().token.empty()) {
            ending_ = Ending{
                request().user,
                request().id,
                {},
                request().expires == 0 ? now + policy().lifetimes.absolute : request().expires};
        } else if (!search_) {
            ending_ = ending_of_token(policy(), request().token, now);
        }
        if (!ending_) {
            answer(jwt::JsonWriter().flag("revoked", true).line());
            return {};
        }
        return {end_session(policy(), *ending_, now)};
    }

    void finish() override {
        own_effects().ended.push_back(*ending_);
        jwt::JsonWriter json;
        if (request().token.empty()) {
            json.text("user", request().user).text("id", request().id);
        }
        answer(json.flag("revoked", true).line());
    }

    std::optional<Search> search_;  // where the token is an opaque id
    bool searched_ = false;
    std::optional<Ending> ending_;
};

class SetEpoch final : public AdminTask {
public:
    SetEpoch(const Policy& policy, AdminRequest request)
        : policy_(policy), request_(std::move(request)) {}

    std::vector<redis::Arguments> next(const Moment&) override {
        if (over()) {
            return {};
        }
        return {{"SET", key(), std::to_string(*request_.before)}};
    }

    void take(const std::vector<redis::Reply>& replies, const Moment&) override {
        if (!is_ok(replies.front())) {
            fail(store_away());
            return;
        }
        own_effects().marked.emplace_back(key(), std::to_string(*request_.before));
        answer(jwt::JsonWriter()
                   .number("before", *request_.before)
                   .text_or_null("tenant", request_.tenant)
                   .line());
    }

private:
    std::string key() const { return epoch_key(policy_.store_prefix, request_.tenant); }

    const Policy& policy_;
    AdminRequest request_;
};

}  // namespace

std::unique_ptr<AdminTask> end_one(const Policy& policy, AdminRequest request) {
    return std::make_unique<EndOne>(policy, std::move(request));
}

std::unique_ptr<AdminTask> end_user(const Policy& policy, AdminRequest request) {
    return std::make_unique<EndUser>(policy, std::move(request));
}

std::unique_ptr<AdminTask> set_mark(const Policy& policy, AdminRequest request) {
    return std::make_unique<SetMark>(policy, std::move(request));
}

std::unique_ptr<AdminTask> delete_mark(const Policy& policy, AdminRequest request) {
    return std::make_unique<DeleteMark>(policy, std::move(request));
}

std::unique_ptr<AdminTask> revoke_token(const Policy& policy, AdminRequest request) {
    return std::make_unique<Revoke>(policy, std::move(request));
}

std::unique_ptr<AdminTask> set_epoch(const Policy& policy, AdminRequest request) {
    return std::make_unique<SetEpoch>(policy, std::move(request));
}

}  // namespace session
