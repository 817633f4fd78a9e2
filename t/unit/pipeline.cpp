// Replies to askers: in order, whole, never to one that has left, never out of step.
#include "../../src/redis/pipeline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "../../src/redis/shape.hpp"

using redis::Pipeline;
using redis::Question;
using redis::Reply;

namespace {

struct Recorder : redis::Asker {
    std::vector<Reply> replies;
    int answers = 0;
    int refusals = 0;

    void replied(std::vector<Reply> received) override {
        replies = std::move(received);
        ++answers;
    }
    void unanswered() override { ++refusals; }
};

Question question(redis::Asker* asker, std::size_t commands = 1, std::uint64_t deadline = 0) {
    Question question;
    question.commands = std::vector<redis::Arguments>(commands, {"EVAL", "k"});
    question.asker = asker;
    question.deadline = deadline;
    return question;
}

void send_all(Pipeline& pipeline) {
    pipeline.sent(pipeline.unsent().size());
}

const std::string kEval = "*2\r\n$4\r\nEVAL\r\n$1\r\nk\r\n";  // which is answered with anything

}  // namespace

TEST_CASE("pipeline: what is asked is what is to be sent, in order") {
    Pipeline pipeline;
    CHECK(pipeline.idle());
    CHECK(pipeline.unsent().empty());
    Recorder asker;
    CHECK(pipeline.ask(question(&asker, 2, 17)));
    CHECK(pipeline.ask(question(&asker, 1, 18)));
    CHECK(pipeline.unsent() == kEval + kEval + kEval);
    CHECK(pipeline.size() == 2);
    CHECK(pipeline.deadline() == 17);
}

TEST_CASE("pipeline: bytes that went out in pieces") {
    Pipeline pipeline;
    Recorder asker;
    std::string expected;
    std::string out;
    for (int i = 0; i < 50; ++i) {
        CHECK(pipeline.ask(question(&asker)));
        expected += kEval;
        const std::size_t size = std::min<std::size_t>(pipeline.unsent().size(), i % 17);
        out += pipeline.unsent().substr(0, size);
        pipeline.sent(size);
    }
    out += pipeline.unsent();
    send_all(pipeline);
    CHECK(out == expected);
    CHECK(pipeline.unsent().empty());
}

TEST_CASE("pipeline: each asker gets its own replies, at once or byte by byte") {
    for (const bool in_bytes : {false, true}) {
        Pipeline pipeline;
        Recorder one;
        Recorder two;
        CHECK(pipeline.ask(question(&one, 2)));
        CHECK(pipeline.ask(question(&two, 1)));
        send_all(pipeline);
        const std::string bytes = "$1\r\na\r\n:5\r\n-ERR x\r\n";
        for (std::size_t i = 0; i < bytes.size(); i += in_bytes ? 1 : bytes.size()) {
            CHECK(pipeline.receive(std::string_view(bytes).substr(i, in_bytes ? 1 : bytes.size())));
        }
        CHECK(one.answers == 1);
        REQUIRE(one.replies.size() == 2);
        CHECK(one.replies[0].text == "a");
        CHECK(one.replies[1].integer == 5);
        CHECK(two.answers == 1);
        REQUIRE(two.replies.size() == 1);
        CHECK(two.replies[0].is_error());
        CHECK(pipeline.idle());
    }
}

TEST_CASE("pipeline: an asker hears nothing before its last reply") {
    Pipeline pipeline;
    Recorder asker;
    CHECK(pipeline.ask(question(&asker, 3)));
    send_all(pipeline);
    CHECK(pipeline.receive(":1\r\n:2\r\n:"));
    CHECK(asker.answers == 0);
    CHECK_FALSE(pipeline.idle());
    CHECK(pipeline.receive("3\r\n"));
    CHECK(asker.answers == 1);
    CHECK(asker.replies.size() == 3);
}

TEST_CASE("pipeline: a forgotten asker's replies are swallowed, the next one's are its own") {
    Pipeline pipeline;
    Recorder gone;
    Recorder stays;
    CHECK(pipeline.ask(question(&gone, 2)));
    CHECK(pipeline.ask(question(&stays)));
    CHECK(pipeline.ask(question(&gone)));
    send_all(pipeline);
    CHECK(pipeline.receive(":1\r\n"));
    pipeline.forget(gone);
    CHECK(pipeline.receive(":2\r\n:3\r\n:4\r\n"));
    CHECK(gone.answers == 0);
    CHECK(gone.refusals == 0);
    CHECK(stays.answers == 1);
    CHECK(stays.replies[0].integer == 3);
    CHECK(pipeline.idle());
}

TEST_CASE("pipeline: forgetting a stranger changes nothing") {
    Pipeline pipeline;
    Recorder asker;
    Recorder stranger;
    CHECK(pipeline.ask(question(&asker)));
    pipeline.forget(stranger);
    send_all(pipeline);
    CHECK(pipeline.receive(":1\r\n"));
    CHECK(asker.answers == 1);
}

TEST_CASE("pipeline: more replies than were asked for break it") {
    Pipeline pipeline;
    Recorder asker;
    CHECK(pipeline.ask(question(&asker)));
    send_all(pipeline);
    CHECK_FALSE(pipeline.receive(":1\r\n:2\r\n"));
    CHECK(asker.answers == 1);
    CHECK(asker.replies[0].integer == 1);
}

TEST_CASE("pipeline: a byte that nobody asked for breaks it, before it can become an answer") {
    Pipeline idle;
    CHECK_FALSE(idle.receive("+"));

    Pipeline answered;
    Recorder asker;
    CHECK(answered.ask(question(&asker)));
    send_all(answered);
    CHECK_FALSE(answered.receive(":1\r\n$"));
}

TEST_CASE("pipeline: a reply to a question that has not been sent breaks it") {
    Pipeline pipeline;
    Recorder one;
    Recorder two;
    CHECK(pipeline.ask(question(&one)));
    send_all(pipeline);
    CHECK(pipeline.ask(question(&two)));
    CHECK(pipeline.receive(":1\r\n"));
    CHECK_FALSE(pipeline.receive(":2\r\n"));
    CHECK(one.answers == 1);
    CHECK(two.answers == 0);
}

TEST_CASE("pipeline: garbage breaks it and reaches nobody") {
    Pipeline pipeline;
    Recorder asker;
    CHECK(pipeline.ask(question(&asker)));
    send_all(pipeline);
    CHECK_FALSE(pipeline.receive("HTTP/1.1 400 Bad Request\r\n\r\n"));
    CHECK(asker.answers == 0);
    CHECK(pipeline.abandon().size() == 1);
}

TEST_CASE("pipeline: a reply that its command cannot have breaks it, and reaches nobody") {
    Pipeline pipeline;
    Recorder one;
    Recorder two;
    Question lookup;
    lookup.commands = {{"GET", "epoch"}, {"EXISTS", "revoked"}};
    lookup.asker = &one;
    Question other = lookup;
    other.asker = &two;
    CHECK(pipeline.ask(std::move(lookup)));
    CHECK(pipeline.ask(std::move(other)));
    send_all(pipeline);
    CHECK_FALSE(pipeline.receive("$-1\r\n$-1\r\n:0\r\n"));  // one is left out
    CHECK(one.answers + two.answers == 0);
    CHECK(pipeline.abandon().size() == 2);
}

TEST_CASE("pipeline: what is out of step by a whole question ends at the next barrier") {
    Pipeline pipeline;
    Recorder one;
    Recorder two;
    Question barrier;
    barrier.commands = {redis::barrier(1)};
    CHECK(pipeline.ask(question(&one)));
    CHECK(pipeline.ask(std::move(barrier)));
    CHECK(pipeline.ask(question(&two)));
    send_all(pipeline);
    CHECK_FALSE(pipeline.receive("$2\r\n" + redis::barrier(1).at(1) + "\r\n$-1\r\n"));
    CHECK(one.answers + two.answers == 0);
}

TEST_CASE("pipeline: a reply beyond the limit breaks it") {
    Pipeline pipeline;
    Recorder asker;
    CHECK(pipeline.ask(question(&asker)));
    send_all(pipeline);
    CHECK(pipeline.receive("$2000000\r\n"));
    bool alive = true;
    for (int i = 0; i < 200 && alive; ++i) {
        alive = pipeline.receive(std::string(8192, 'x'));
    }
    CHECK_FALSE(alive);
    CHECK(asker.answers == 0);
}

TEST_CASE("pipeline: abandoned in the middle of a reply, it is as new") {
    Pipeline pipeline;
    Recorder one;
    Recorder two;
    Recorder gone;
    CHECK(pipeline.ask(question(&one, 2, 1)));
    CHECK(pipeline.ask(question(&gone, 1, 2)));
    CHECK(pipeline.ask(question(&two, 1, 3)));
    pipeline.sent(30);
    CHECK(pipeline.receive(":1\r\n$10\r\nabc"));
    pipeline.forget(gone);

    std::vector<Question> questions = pipeline.abandon();
    REQUIRE(questions.size() == 3);
    CHECK(questions[0].asker == &one);
    CHECK(questions[0].commands.size() == 2);
    CHECK(questions[0].deadline == 1);
    CHECK(questions[1].asker == nullptr);
    CHECK(questions[2].asker == &two);
    CHECK(one.answers + one.refusals + two.answers + two.refusals == 0);

    CHECK(pipeline.idle());
    CHECK(pipeline.unsent().empty());
    CHECK(pipeline.ask(std::move(questions[0])));
    CHECK(pipeline.unsent() == kEval + kEval);
    send_all(pipeline);
    CHECK(pipeline.receive(":7\r\n:8\r\n"));
    REQUIRE(one.replies.size() == 2);
    CHECK(one.replies[0].integer == 7);
}

TEST_CASE("pipeline: the number of questions is bounded") {
    Pipeline pipeline;
    Recorder asker;
    for (std::size_t i = 0; i < redis::kMaxQuestions; ++i) {
        REQUIRE(pipeline.ask(question(&asker)));
        send_all(pipeline);
    }
    CHECK_FALSE(pipeline.ask(question(&asker)));
    CHECK(pipeline.unsent().empty());
    CHECK(pipeline.receive("$-1\r\n"));
    CHECK(pipeline.ask(question(&asker)));
}

TEST_CASE("pipeline: what waits to be sent is bounded, and a refused question leaves no trace") {
    Pipeline pipeline;
    Recorder asker;
    Question large;
    large.commands = {{"EVAL", std::string(600000, 'x')}};
    large.asker = &asker;
    Question again = large;
    CHECK(pipeline.ask(std::move(large)));
    const std::size_t size = pipeline.unsent().size();
    CHECK_FALSE(pipeline.ask(std::move(again)));
    CHECK(again.commands.size() == 1);
    CHECK(pipeline.unsent().size() == size);
    CHECK(pipeline.size() == 1);
    send_all(pipeline);
    CHECK(pipeline.ask(std::move(again)));
    CHECK(pipeline.ask(question(&asker)));
}

TEST_CASE("pipeline: a question without a command is not taken") {
    Pipeline pipeline;
    Recorder asker;
    CHECK_FALSE(pipeline.ask(question(&asker, 0)));
    CHECK(pipeline.idle());
}
