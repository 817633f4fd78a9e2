// The value of a key that has several: names in order, each with a text. They are kept in blocks of
// about a page that are never changed, but written anew beside the old one; a change of one name
// copies no more than that, however many there are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arena.hpp"

namespace store {

struct Named {
    std::string_view name;  // views live until the change is over
    std::string_view value;
};

// A view; 0 is empty. With `scored`, values are numbers by scores.hpp, whose bounds are known for
// each block.
class Names {
public:
    Names(Region region, Offset block, bool scored)
        : region_(region), arena_(region), block_(block), scored_(scored) {}

    Offset block() const { return block_; }

    std::optional<std::string_view> find(std::string_view name) const;
    void each(const std::function<void(const Named&)>& visit) const;

    // In no order of the scores: all whose score is in these bounds.
    void each_scored(double least, double most,
                     const std::function<void(const Named&)>& visit) const;
    // The greatest score there is, and the last of those names; only where there is one.
    Named last() const;

    // How many of them are new. The block is another one then; throws Full.
    std::size_t set(const std::vector<Named>& entries, Purpose purpose);
    bool erase(std::string_view name, Purpose purpose);

private:
    struct Part {
        Offset block = 0;
        double least = 0;
        double most = 0;
    };
    using Entries = std::vector<Named>;

    bool is_list() const;
    std::size_t parts() const;
    Part part(std::size_t index) const;
    std::size_t part_of(std::string_view name) const;
    Entries read(Offset leaf) const;
    Part write(const Named* first, const Named* last, Purpose purpose);
    std::vector<Part> write_all(const Entries& entries, Purpose purpose);
    void put_part(std::size_t index, const Part& part);
    void put_list(const std::vector<Part>& all, Purpose purpose);
    void replace(std::size_t index, const Entries& entries, Purpose purpose);

    Region region_;
    Arena arena_;
    Offset block_;
    bool scored_;
};

}  // namespace store
