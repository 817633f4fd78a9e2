// A session begins at the word of an operator, or of a machine.
#include <utility>

#include "../jwt/json_writer.hpp"
#include "admin_task.hpp"
#include "grant.hpp"

namespace session {
namespace {

std::vector<GrantLine> lines_of(const AdminRequest& request) {
    return {{GrantHeader::user, request.user},
            {GrantHeader::tenant, request.tenant},
            {GrantHeader::claims, request.claims}};
}

class Create final : public AdminTask {
public:
    Create(const Policy& policy, const AdminRequest& request, Beginning beginning,
           Opening::Nonces nonces)
        : policy_(policy) {
        if (!policy.issues_opaque() && policy.keyring.signing_key(beginning.now) == nullptr) {
            Problem problem;
            problem.status = 501;
            problem.detail = "the realm has no key that signs";
            fail(problem);
            return;
        }
        auto read = read_grant(policy, lines_of(request));
        if (const auto* error = std::get_if<std::string>(&read)) {
            fail(bad_field("claims", *error));
            return;
        }
        begin(std::get<Grant>(std::move(read)), std::move(beginning), std::move(nonces));
    }

    std::vector<redis::Arguments> next(const Moment&) override {
        if (over()) {
            return {};
        }
        return placed_ ? opening_->create() : opening_->epochs();
    }

    void take(const std::vector<redis::Reply>& replies, const Moment&) override {
        const Opening::Result result =
            placed_ ? opening_->take_begun(replies) : opening_->take_epochs(replies);
        if (!result) {
            refuse(result);
        } else if (placed_) {
            finish();
        }
        placed_ = true;
    }

private:
    void begin(Grant grant, Beginning beginning, Opening::Nonces nonces) {
        for (const std::string& name : grant.overridden) {
            own_effects().warnings.push_back("claim \"" + name +
                                             "\" of an operator gives way to the module's own");
        }
        beginning.user = std::move(grant.user);
        beginning.tenant = std::move(grant.tenant);
        beginning.claims = std::move(grant.claims);
        opening_.emplace(policy_, std::move(beginning), std::move(nonces));
        const Opening::Result result = opening_->prepare();
        if (!result) {
            fail(bad_field("claims", result.why));
        }
    }

    void refuse(const Opening::Result& result) {
        if (result.outcome == Opening::Outcome::store) {
            fail(store_away());
            return;
        }
        Problem problem;
        problem.status = result.outcome == Opening::Outcome::refused ? 403 : 500;
        problem.detail = result.why;
        if (result.outcome == Opening::Outcome::refused) {
            problem.reason = Reason::forbidden;
        }
        fail(problem);
    }

    void finish() {
        own_effects().issued = true;
        const Beginning& beginning = opening_->beginning();
        jwt::JsonWriter json;
        json.text("id", beginning.id)
            .text("user", beginning.user)
            .text_or_null("tenant", beginning.tenant)
            .text("token_type", "Bearer")
            .text("access_token", opening_->access())
            .number("access_expires_in", opening_->access_life());
        if (!opening_->refresh().empty()) {
            json.text("refresh_token", opening_->refresh())
                .number("refresh_expires_in", opening_->refresh_life());
        }
        answer(json.line(), 201);
    }

    const Policy& policy_;
    std::optional<Opening> opening_;
    bool placed_ = false;  // the epochs are read: the time it begins is known
};

}  // namespace

std::unique_ptr<AdminTask> create_session(const Policy& policy, const AdminRequest& request,
                                          Beginning beginning, Opening::Nonces nonces) {
    return std::make_unique<Create>(policy, request, std::move(beginning), std::move(nonces));
}

}  // namespace session
