#include "../../src/session/standing.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "inquiries.hpp"
#include "replies.hpp"

using redis::Arguments;
using redis::Reply;
using replies::error;
using replies::integer;
using replies::nil;
using replies::string;
using replies::typed;
using session::Standing;

namespace {

session::Session subject() {
    session::Session session;
    session.user = "42";
    session.id = "s1";
    session.tenant = "acme";
    session.revocable = {"j1", "s1"};
    session.issued = 1000;
    return session;
}

// In the order of the commands: the realm's epoch, the tenant's, the user's mark, the two IDs.
std::vector<Reply> all_good() {
    return {nil(), nil(), nil(), integer(0), integer(0)};
}

session::Policy policy_of(const std::string& prefix = "session:") {
    session::Policy policy;
    policy.store_prefix = prefix;
    return policy;
}

constexpr std::int64_t kNow = 2000;

Standing read(const std::vector<Reply>& replies, const session::Session& session = subject()) {
    return session::read_standing(session, policy_of(), replies.data(), nullptr, replies.size(),
                                  kNow)
        .standing;
}

Standing with(std::size_t index, Reply reply) {
    auto replies = all_good();
    replies[index] = std::move(reply);
    return read(replies);
}

constexpr std::size_t kEpoch = 0;
constexpr std::size_t kTenant = 1;
constexpr std::size_t kStale = 2;
constexpr std::size_t kToken = 3;
constexpr std::size_t kSession = 4;

}  // namespace

TEST_CASE("standing: the commands are the contract's keys under the prefix") {
    CHECK(inquiries::commands_of(subject(), policy_of("session:")) ==
          std::vector<Arguments>{
              {"GET", "session:epoch"},
              {"GET", "session:epoch:acme"},
              {"GET", "session:stale:{42}"},
              {"EXISTS", "session:revoked:{42}:j1"},
              {"EXISTS", "session:revoked:{42}:s1"},
          });
}

TEST_CASE("standing: nothing is asked about a user or tenant that the token does not name") {
    session::Session session = subject();
    session.user.clear();
    session.tenant.clear();
    session.revocable = {"h"};
    CHECK(inquiries::commands_of(session, policy_of("p/")) ==
          std::vector<Arguments>{{"GET", "p/epoch"}, {"EXISTS", "p/revoked:{}:h"}});
    CHECK(inquiries::commands_of(session, policy_of(""))[0] == Arguments{"GET", "epoch"});
    CHECK(read({nil(), integer(0)}, session) == Standing::good);
    CHECK(read({nil(), integer(1)}, session) == Standing::revoked);
    CHECK(read({string("1000"), integer(0)}, session) == Standing::epoch);
    CHECK(read({string("*"), integer(0)}, session) == Standing::unknown);
}

TEST_CASE("standing: a user without a tenant") {
    session::Session session = subject();
    session.tenant.clear();
    CHECK(inquiries::commands_of(session, policy_of("s:"))[1] == Arguments{"GET", "s:stale:{42}"});
    CHECK(read({nil(), string("*"), integer(0), integer(0)}, session) == Standing::stale);
}

TEST_CASE("standing: a tenant without a user") {
    session::Session session = subject();
    session.user.clear();
    session.revocable = {"j1"};
    CHECK(inquiries::commands_of(session, policy_of("s:")) ==
          std::vector<Arguments>{
              {"GET", "s:epoch"}, {"GET", "s:epoch:acme"}, {"EXISTS", "s:revoked:{}:j1"}});
    CHECK(read({nil(), string("1000"), integer(0)}, session) == Standing::epoch);
}

TEST_CASE("standing: one with nothing against it is good") {
    CHECK(read(all_good()) == Standing::good);
}

TEST_CASE("standing: either ID revokes") {
    CHECK(with(kToken, integer(1)) == Standing::revoked);
    CHECK(with(kSession, integer(1)) == Standing::revoked);
}

TEST_CASE("standing: a mark counts for tokens issued up to its second") {
    CHECK(with(kStale, string("999")) == Standing::good);
    CHECK(with(kStale, string("1000")) == Standing::stale);
    CHECK(with(kStale, string("1001")) == Standing::stale);
    CHECK(with(kEpoch, string("999")) == Standing::good);
    CHECK(with(kEpoch, string("1000")) == Standing::epoch);
    CHECK(with(kTenant, string("999")) == Standing::good);
    CHECK(with(kTenant, string("1000")) == Standing::epoch);
    CHECK(with(kTenant, string("000999")) == Standing::good);
}

TEST_CASE("standing: a token that does not say when it was issued is older than every mark") {
    session::Session session = subject();
    session.issued = 0;
    auto replies = all_good();
    replies[kStale] = string("0");
    CHECK(read(replies, session) == Standing::stale);
}

TEST_CASE("standing: a star marks all tokens of a user, and is no epoch") {
    CHECK(with(kStale, string("*")) == Standing::stale);
    CHECK(with(kEpoch, string("*")) == Standing::unknown);
    CHECK(with(kTenant, string("*")) == Standing::unknown);
    CHECK(with(kStale, typed(Reply::Type::status, "*")) == Standing::unknown);
    CHECK(with(kStale, string("**")) == Standing::unknown);
}

TEST_CASE("standing: a time beyond 64 bits is after every token") {
    CHECK(with(kStale, string("9223372036854775807")) == Standing::stale);
    CHECK(with(kStale, string("9223372036854775808")) == Standing::stale);
    CHECK(with(kEpoch, string("99999999999999999999999999")) == Standing::epoch);
}

TEST_CASE("standing: a mark of another type or form is no answer") {
    const Reply array = replies::array({string("1")});
    for (const std::size_t index : {kEpoch, kTenant, kStale}) {
        CAPTURE(index);
        CHECK(with(index, error()) == Standing::unknown);
        CHECK(with(index, integer(1)) == Standing::unknown);
        CHECK(with(index, integer(0)) == Standing::unknown);
        CHECK(with(index, typed(Reply::Type::status, "1")) == Standing::unknown);
        CHECK(with(index, array) == Standing::unknown);
        for (const char* text : {"", " 1", "1 ", "1\n", "-1", "+1", "1.5", "1e3", "0x1", "now"}) {
            CAPTURE(text);
            CHECK(with(index, string(text)) == Standing::unknown);
        }
        CHECK(with(index, string(std::string("1\0", 2))) == Standing::unknown);
    }
}

TEST_CASE("standing: an ID's reply of another type or value is no answer") {
    for (const std::size_t index : {kToken, kSession}) {
        CAPTURE(index);
        CHECK(with(index, nil()) == Standing::unknown);
        CHECK(with(index, error()) == Standing::unknown);
        CHECK(with(index, string("0")) == Standing::unknown);
        CHECK(with(index, typed(Reply::Type::status, "OK")) == Standing::unknown);
        CHECK(with(index, integer(2)) == Standing::unknown);
        CHECK(with(index, integer(-1)) == Standing::unknown);
    }
}

TEST_CASE("standing: replies of another number are no answer, even where one revokes") {
    auto replies = all_good();
    replies.pop_back();
    CHECK(read(replies) == Standing::unknown);
    replies = all_good();
    replies.push_back(integer(1));
    CHECK(read(replies) == Standing::unknown);
    CHECK(session::read_standing(subject(), policy_of(), nullptr, nullptr, 0, kNow).standing ==
          Standing::unknown);
}

TEST_CASE("standing: what is known to be bad outweighs what is not known") {
    for (std::size_t bad = 0; bad < all_good().size(); ++bad) {
        std::vector<Reply> replies(all_good().size(), error());
        CHECK(read(replies) == Standing::unknown);
        replies[bad] = bad < kToken ? string("1000") : integer(1);
        CAPTURE(bad);
        CHECK(read(replies) == (bad >= kToken   ? Standing::revoked
                                : bad == kStale ? Standing::stale
                                                : Standing::epoch));
    }
}

TEST_CASE("standing: revoked comes before stale, stale before epoch") {
    auto replies = all_good();
    replies[kEpoch] = string("1000");
    replies[kStale] = string("*");
    CHECK(read(replies) == Standing::stale);
    replies[kToken] = integer(1);
    CHECK(read(replies) == Standing::revoked);
}

TEST_CASE(
    "standing: what is not believed is told, with the command and the error, without the value") {
    const auto complaint = [](const std::vector<Reply>& replies) {
        return session::find_complaint(subject(), policy_of("s:"), replies.data(), replies.size());
    };
    CHECK_FALSE(complaint(all_good()));
    auto replies = all_good();
    replies[kStale] = string("*");
    replies[kToken] = integer(1);
    CHECK_FALSE(complaint(replies));
    for (const std::size_t at : {kEpoch, kStale, kToken}) {
        CAPTURE(at);
        replies = all_good();
        replies[at] = string("yesterday");
        const auto commands = inquiries::commands_of(subject(), policy_of("s:"));
        const std::string command = "\"" + commands[at][0] + " " + commands[at][1] + "\": ";
        CHECK(complaint(replies) == command + "an unexpected value");
        replies[at] = error();
        replies[at].text = "LOADING\x1b[2J";
        CHECK(complaint(replies) == command + "LOADING?[2J");
    }
    replies = all_good();
    replies[kEpoch] = string("*");
    CHECK(complaint(replies));
}

TEST_CASE("standing: nothing against what was issued then, in as many replies as were asked for") {
    std::vector<session::Inquiry> inquiries;
    session::append_inquiries(subject(), policy_of(), inquiries);
    std::vector<session::About> asked;
    for (const session::Inquiry& inquiry : inquiries) {
        asked.push_back(inquiry.about);
    }
    const auto is_good = [&asked](std::size_t index, Reply reply) {
        auto replies = all_good();
        replies.at(index) = std::move(reply);
        return session::is_good(asked, subject().issued, replies);
    };
    CHECK(session::is_good(asked, 1000, all_good()));
    CHECK(is_good(0, string("999")));
    CHECK(is_good(2, string("999")));
    for (std::size_t mark = 0; mark < 3; ++mark) {
        CHECK_FALSE(is_good(mark, string("1000")));
        CHECK_FALSE(is_good(mark, string("*")));
        CHECK_FALSE(is_good(mark, integer(0)));
        CHECK_FALSE(is_good(mark, error()));
    }
    for (std::size_t id = 3; id < 5; ++id) {
        CHECK_FALSE(is_good(id, integer(1)));
        CHECK_FALSE(is_good(id, nil()));
        CHECK_FALSE(is_good(id, error()));
    }
    auto few = all_good();
    few.pop_back();
    CHECK_FALSE(session::is_good(asked, 1000, few));
    CHECK_FALSE(session::is_good(asked, 1000, {}));
    few = all_good();
    few.push_back(nil());
    CHECK_FALSE(session::is_good(asked, 1000, few));
}
