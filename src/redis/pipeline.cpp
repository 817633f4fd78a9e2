#include "pipeline.hpp"

#include <utility>

namespace redis {

bool Pipeline::ask(Question&& question) {
    if (questions_.size() >= kMaxQuestions || question.commands.empty()) {
        return false;
    }

    const std::size_t begin = output_.size();
    try {
        question.commands.append_to(output_);
        if (output_.size() - sent_ > kMaxOutputBytes) {
            output_.resize(begin);
            return false;
        }
        std::vector<Reply> replies;
        replies.reserve(question.commands.size());
        questions_.push_back({std::move(question), sent_before_ + begin, std::move(replies)});
    } catch (...) {
        // Bytes without a question would give its replies to the next one.
        output_.resize(begin);
        throw;
    }
    return true;
}

void Pipeline::forget(const Asker& asker) {
    for (Pending& pending : questions_) {
        if (pending.question.asker == &asker) {
            pending.question.asker = nullptr;
        }
    }
}

std::string_view Pipeline::unsent() const {
    return std::string_view(output_).substr(sent_);
}

void Pipeline::sent(std::size_t bytes) {
    sent_ += bytes;
    // Moving what is left only when it is the smaller half keeps the cost of each byte constant.
    if (sent_ > output_.size() / 2) {
        output_.erase(0, sent_);
        sent_before_ += sent_;
        sent_ = 0;
    }
}

bool Pipeline::receive(std::string_view bytes) {
    reader_.feed(bytes);
    while (std::optional<Reply> reply = reader_.next()) {
        if (questions_.empty() || questions_.front().begin >= sent_before_ + sent_) {
            return false;
        }
        Pending& front = questions_.front();
        if (!front.question.commands.may_answer(*reply, front.replies.size())) {
            return false;
        }
        front.replies.push_back(std::move(*reply));
        if (front.replies.size() < front.question.commands.size()) {
            continue;
        }
        Pending done = std::move(front);
        questions_.pop_front();
        if (done.question.asker != nullptr) {
            done.question.asker->replied(std::move(done.replies));
        }
    }
    // Half a reply that nobody asked for would become the start of the next answer.
    return !reader_.broken() && (!questions_.empty() || reader_.empty());
}

std::vector<Question> Pipeline::abandon() {
    std::vector<Question> questions;
    questions.reserve(questions_.size());
    for (Pending& pending : questions_) {
        questions.push_back(std::move(pending.question));
    }
    *this = Pipeline();
    return questions;
}

}  // namespace redis
