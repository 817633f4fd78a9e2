#include "chunks.hpp"

#include <algorithm>

#include "ascii.hpp"

namespace session {
namespace {

// The number of a chunk, as those who cut write it: without leading zeros.
std::optional<unsigned> read_number(std::string_view text) {
    const bool canonical = text.size() == 1 || (text.size() == 2 && text.front() != '0');
    if (!canonical || !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    unsigned number = 0;
    for (const char digit : text) {
        number = number * 10 + static_cast<unsigned>(digit - '0');
    }
    return number;
}

}  // namespace

void Chunks::read(std::string_view header) {
    // One more than there are numbers: one is there twice.
    while (!header.empty() && chunks_.size() <= kMaxChunks) {
        std::string_view value = cut(header, ';');
        std::string_view its_name = trim(cut(value, '='));
        value = trim(value);
        if (value.empty() || its_name.substr(0, name_.size()) != name_) {
            continue;
        }
        its_name.remove_prefix(name_.size());
        if (its_name.substr(0, 1) != ".") {
            continue;
        }
        if (const auto number = read_number(its_name.substr(1))) {
            const auto behind = std::upper_bound(
                chunks_.begin(), chunks_.end(), *number,
                [](unsigned one, const Chunk& other) { return one < other.number; });
            chunks_.insert(behind, {*number, value});
        }
    }
}

std::optional<std::string> Chunks::join(std::size_t max_bytes) const {
    std::string whole;
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
        if (chunks_[i].number != i || chunks_[i].value.size() > max_bytes - whole.size()) {
            return std::nullopt;
        }
        whole += chunks_[i].value;
    }
    return whole;
}

std::vector<std::string> Chunks::names() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
        if (i == 0 || chunks_[i].number != chunks_[i - 1].number) {
            names.push_back(name_ + '.' + std::to_string(chunks_[i].number));
        }
    }
    return names;
}

}  // namespace session
