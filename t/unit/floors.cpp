// What is known to speak against a session rejects it, whatever the store answers or does not, and
// does nothing else.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "../../src/session/evidence.hpp"
#include "../../src/session/standing.hpp"
#include "realm.hpp"
#include "replies.hpp"

using redis::Reply;
using replies::array;
using replies::error;
using replies::integer;
using replies::nil;
using replies::string;
using session::Evidence;
using session::Policy;
using session::Reason;
using session::Standing;
using session::StoreAnswer;
using session::TokenSource;

namespace {

constexpr std::int64_t kIssued = 1000;
constexpr std::int64_t kNow = 2000;

session::Session subject() {
    session::Session session;
    session.user = "42";
    session.id = "s1";
    session.tenant = "acme";
    session.revocable = {"j1", "s1"};
    session.issued = kIssued;
    return session;
}

Policy policy_of(bool asks_record = false) {
    Policy policy;
    policy.record_required = asks_record;
    return policy;
}

// In the order of the commands: the realm's epoch, the tenant's, the user's mark, the two IDs.
std::vector<Reply> harmless() {
    return {nil(), nil(), nil(), integer(0), integer(0)};
}

std::vector<Reply> with(std::size_t index, const Reply& reply) {
    std::vector<Reply> replies = harmless();
    replies[index] = reply;
    return replies;
}

const std::vector<Reply> kNone;  // no answer, nothing known

StoreAnswer read(const std::vector<Reply>& replies, const std::vector<Reply>& floors,
                 const Policy& policy = policy_of(), const session::Session& session = subject()) {
    return session::read_standing(session, policy, replies.empty() ? nullptr : replies.data(),
                                  floors.empty() ? nullptr : floors.data(),
                                  std::max(replies.size(), floors.size()), kNow);
}

struct Known {
    std::size_t index;
    Reply floor;
    Standing meaning;
};

// One after the other, each alone is enough.
std::vector<Known> all_known() {
    return {{0, string("1000"), Standing::epoch}, {1, string("5000"), Standing::epoch},
            {2, string("1000"), Standing::stale}, {2, string("*"), Standing::stale},
            {3, integer(1), Standing::revoked},   {4, integer(1), Standing::revoked}};
}

bool rejects(Standing standing) {
    return standing != Standing::good && standing != Standing::unknown;
}

// Users 42 and 43, each with a token in a header of its own.
struct Two {
    explicit Two(session::StoreError store_error) {
        policy.keyring = realm::one_key();
        policy.sources = {{TokenSource::Kind::header, "A", "header:A"},
                          {TokenSource::Kind::header, "B", "header:B"}};
        policy.store_error = store_error;
        evidence = Evidence(policy, {{&policy.sources[0], first}, {&policy.sources[1], second}},
                            true, true, realm::kNow);
        REQUIRE(evidence.questions(policy).size() == 6);
    }

    // To GET epoch, GET stale and EXISTS revoked, of each.
    Reason answer(std::size_t index, const std::vector<Reply>& replies,
                  const std::vector<Reply>& floors) {
        evidence.answer(policy, replies, floors, realm::kNow);
        return evidence.candidates()[index].reason;
    }

    static std::string token(const std::string& user) {
        return mint::hs256(realm::kHeader,
                           R"({"sub":")" + user + R"(","jti":"j","iat":1,"exp":)" +
                               std::to_string(realm::kNow + 60) + "}",
                           realm::kSecret);
    }

    std::string first = token("42");
    std::string second = token("43");
    Policy policy;
    Evidence evidence;
};

const std::vector<Reply> kTwoGood = {nil(), nil(), integer(0), nil(), nil(), integer(0)};
const std::vector<Reply> kSecondRevoked = {nil(), nil(), integer(0), nil(), nil(), integer(1)};

}  // namespace

TEST_CASE("floors: what is known rejects where the store does not answer") {
    for (const Known& known : all_known()) {
        CHECK(read(kNone, with(known.index, known.floor)).standing == known.meaning);
    }
}

TEST_CASE("floors: what is known rejects where the store's answer is weaker") {
    for (const Known& known : all_known()) {
        for (const Reply& weaker : {nil(), integer(0), error(), string("999"), string("?"),
                                    integer(7), array({}), replies::status("OK")}) {
            CHECK(read(with(known.index, weaker), with(known.index, known.floor)).standing ==
                  known.meaning);
        }
    }
}

TEST_CASE("floors: nothing that is known makes up for an answer") {
    CHECK(read(kNone, harmless()).standing == Standing::unknown);
    CHECK(read(kNone, with(0, string("999"))).standing == Standing::unknown);
    for (std::size_t i = 0; i < harmless().size(); ++i) {
        CHECK(read(with(i, error()), harmless()).standing == Standing::unknown);
    }
}

TEST_CASE("floors: the store's word against a session is not softened") {
    for (const Known& known : all_known()) {
        CHECK(read(with(known.index, known.floor), harmless()).standing == known.meaning);
        CHECK(read(with(known.index, known.floor), with(known.index, error())).standing ==
              known.meaning);
    }
    CHECK(read(with(0, string("1500")), with(0, string("999"))).standing == Standing::epoch);
}

TEST_CASE("floors: what says nothing against a session does not spoil a good answer") {
    for (std::size_t i = 0; i < harmless().size(); ++i) {
        for (const Reply& odd : {error(), array({}), string("?"), string("999"), integer(7)}) {
            CHECK(read(harmless(), with(i, odd)).standing == Standing::good);
        }
    }
    CHECK(read(harmless(), harmless()).standing == Standing::good);
    CHECK(read(harmless(), kNone).standing == Standing::good);
}

TEST_CASE("floors: of several reasons the first in order is told, known or answered") {
    const Reply old = string("1000");
    CHECK(read(with(0, old), with(4, integer(1))).standing == Standing::revoked);
    CHECK(read(with(4, integer(1)), with(0, old)).standing == Standing::revoked);
    CHECK(read(with(1, old), with(2, old)).standing == Standing::stale);
    CHECK(read(with(2, old), with(1, old)).standing == Standing::stale);
}

TEST_CASE("floors: a mark counts for tokens issued up to its second") {
    CHECK(read(kNone, with(2, string(std::to_string(kIssued)))).standing == Standing::stale);
    CHECK(read(kNone, with(2, string(std::to_string(kIssued - 1)))).standing == Standing::unknown);
    CHECK(read(kNone, with(0, string("*"))).standing == Standing::unknown);  // of a user only
}

TEST_CASE("floors: as many as there are questions, or nothing is read") {
    std::vector<Reply> floors = with(3, integer(1));
    floors.pop_back();
    CHECK(read(kNone, floors).standing == Standing::unknown);
}

TEST_CASE("floors: nothing is known of a record") {
    const Policy policy = policy_of(true);
    const Reply good = array({string("42"), string("1500"), nil(), string("1900")});
    const Reply over = array({string("42"), string("1500"), string("1600"), string("1900")});
    const auto answers = [](const Reply& record, std::vector<Reply> list = harmless()) {
        list.push_back(record);
        return list;
    };
    CHECK(read(kNone, answers(good), policy).standing == Standing::unknown);
    CHECK_FALSE(read(kNone, answers(good), policy).last_activity);
    CHECK(read(kNone, answers(over), policy).standing == Standing::unknown);
    CHECK(read(answers(good), answers(over), policy).standing == Standing::good);
    CHECK(read(answers(good), answers(nil()), policy).last_activity == 1900);
    CHECK(read(answers(over), answers(good), policy).standing == Standing::expired);
    CHECK(read(answers(error()), answers(good), policy).standing == Standing::unknown);
    const auto revoked = answers(nil(), with(3, integer(1)));
    CHECK(read(kNone, revoked, policy).standing == Standing::revoked);
    CHECK(read(answers(good), revoked, policy).standing == Standing::revoked);
    CHECK(read(answers(over), revoked, policy).standing == Standing::revoked);
    CHECK(read(answers(error()), revoked, policy).standing == Standing::revoked);
}

TEST_CASE("floors: whatever is answered and known, they never make it better") {
    session::Session session = subject();
    session.tenant.clear();
    session.revocable = {"j1"};
    const std::vector<Reply> some = {nil(),      string("999"), string("1000"), string("*"),
                                     integer(0), integer(1),    error(),        array({})};
    const std::size_t size = some.size();
    std::size_t good = 0;
    std::size_t better = 0;
    std::size_t softened = 0;
    for (std::size_t i = 0; i < size * size * size; ++i) {
        const std::vector<Reply> replies = {some[i % size], some[i / size % size],
                                            some[i / size / size]};
        const Standing alone = read(replies, kNone, policy_of(), session).standing;
        good += alone == Standing::good ? 1 : 0;
        for (std::size_t j = 0; j < size * size * size; ++j) {
            const std::vector<Reply> floors = {some[j % size], some[j / size % size],
                                               some[j / size / size]};
            const Standing both = read(replies, floors, policy_of(), session).standing;
            better += both == Standing::good && alone != Standing::good ? 1 : 0;
            softened += rejects(alone) && !rejects(both) ? 1 : 0;
        }
    }
    CHECK(good == 4);  // absent or old marks, and an ID that is not there
    CHECK(better == 0);
    CHECK(softened == 0);
}

TEST_CASE("floors: a request is rejected by what is known though the store is away") {
    for (const auto store_error : {session::StoreError::deny, session::StoreError::allow}) {
        Two two(store_error);
        CHECK(two.answer(1, {}, kSecondRevoked) == Reason::revoked);
        CHECK_FALSE(two.evidence.candidates()[1].unchecked);
        const bool allows = store_error == session::StoreError::allow;
        CHECK(two.evidence.candidates()[0].reason == (allows ? Reason::valid : Reason::store));
        CHECK(two.evidence.candidates()[0].unchecked == allows);
    }
}

TEST_CASE("floors: each token of a request has its own") {
    Two two(session::StoreError::deny);
    CHECK(two.answer(0, kTwoGood, kSecondRevoked) == Reason::valid);
    CHECK(two.evidence.candidates()[1].reason == Reason::revoked);
    CHECK(two.answer(1, kTwoGood, kTwoGood) == Reason::valid);
    CHECK(two.answer(1, kSecondRevoked, kTwoGood) == Reason::revoked);
    CHECK(two.answer(1, {}, kTwoGood) == Reason::store);
}
