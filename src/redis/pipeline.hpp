// What was asked of one connection and in which order: matches replies to their askers. No sockets,
// no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "conversation.hpp"
#include "resp.hpp"

namespace redis {

inline constexpr std::size_t kMaxQuestions = 4096;           // waiting on one connection
inline constexpr std::size_t kMaxOutputBytes = 1024 * 1024;  // not yet sent

class Asker {
public:
    // All replies of a question, in the order of its commands. Must not call back into the
    // pipeline.
    virtual void replied(std::vector<Reply> replies) = 0;
    // There will be none. Must not call back into the pipeline.
    virtual void unanswered() = 0;

protected:
    ~Asker() = default;
};

// Commands that are answered together, at least one.
struct Question {
    Commands commands;
    Asker* asker = nullptr;      // null: forgotten, its replies are swallowed
    std::uint64_t deadline = 0;  // milliseconds of the caller's clock
    bool retried = false;        // was already lost with one connection, or must not be sent twice
};

class Pipeline final : public Conversation {
public:
    // False where kMaxQuestions wait already or kMaxOutputBytes would be passed: the question is
    // not taken, and is as it was.
    bool ask(Question&& question);

    // The asker is going away: its question stays, for the order of the replies, but nobody is
    // told.
    void forget(const Asker& asker);

    std::string_view unsent() const override;
    void sent(std::size_t bytes) override;
    bool receive(std::string_view bytes) override;  // hands whole questions to their askers

    bool idle() const { return questions_.empty(); }
    std::size_t size() const { return questions_.size(); }

    // The deadline of the oldest question; the pipeline must not be idle.
    std::uint64_t deadline() const { return questions_.front().question.deadline; }

    // The connection is lost: everything unanswered, oldest first, for the caller to ask again or
    // to give up. The pipeline is as new afterwards.
    std::vector<Question> abandon();

private:
    struct Pending {
        Question question;
        std::uint64_t begin;  // where its bytes begin, of all that were ever to be sent
        std::vector<Reply> replies;
    };

    std::deque<Pending> questions_;
    std::string output_;
    std::size_t sent_ = 0;           // of output_
    std::uint64_t sent_before_ = 0;  // what was dropped from the front of output_
    Reader reader_;
};

}  // namespace redis
