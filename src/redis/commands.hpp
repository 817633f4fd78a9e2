// The commands of a question, shared by all who hold them: nobody changes them.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "resp.hpp"
#include "shape.hpp"

namespace redis {

class Commands {
public:
    Commands() = default;  // none
    Commands(std::vector<Arguments> list);
    Commands(std::initializer_list<Arguments> list) : Commands(std::vector<Arguments>(list)) {}

    // For who will ask the same again and again: they are put into words once.
    static Commands prepared(std::vector<Arguments> list);

    bool empty() const { return size() == 0; }
    std::size_t size() const { return body_ == nullptr ? 0 : body_->list.size(); }
    const Arguments& operator[](std::size_t i) const { return body_->list[i]; }
    const std::vector<Arguments>& list() const;
    auto begin() const { return list().begin(); }
    auto end() const { return list().end(); }

    // Whether one of them is EVAL, with the source of a script.
    bool have_script() const { return body_ != nullptr && body_->have_script; }

    // Appends them to the bytes to send.
    void append_to(std::string& bytes) const;

    // Whether the reply can be that to the command of this number; as the function of that name.
    bool may_answer(const Reply& reply, std::size_t i) const {
        return redis::may_answer(reply, body_->list[i], body_->shapes[i]);
    }

private:
    struct Body {
        explicit Body(std::vector<Arguments> commands);

        std::vector<Arguments> list;
        std::vector<const Shape*> shapes;
        bool have_script;
        std::string bytes;  // empty: not prepared
    };

    std::shared_ptr<const Body> body_;
};

}  // namespace redis
