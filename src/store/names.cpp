#include "names.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "refused.hpp"
#include "scores.hpp"

namespace store {
namespace {

constexpr std::size_t kMostLeafBytes = 2048;  // of more than one entry
constexpr std::size_t kWord = sizeof(Word);
constexpr std::size_t kPartWords = 3;
constexpr std::size_t kFirstPart = 2 * kWord;  // behind the link and the count

using Length = std::uint32_t;

std::size_t bytes_of(const Named& entry) {
    return 2 * sizeof(Length) + entry.name.size() + entry.value.size();
}

void append(char*& to, const void* bytes, std::size_t size) {
    if (size > 0) {
        std::memcpy(to, bytes, size);
        to += size;
    }
}

std::string_view take(const char*& from, std::size_t size) {
    const std::string_view taken(from, size);
    from += size;
    return taken;
}

std::uint64_t bits_of(double number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof(bits));
    return bits;
}

double number_of(std::uint64_t bits) {
    double number = 0;
    std::memcpy(&number, &bits, sizeof(number));
    return number;
}

bool by_name(const Named& one, const Named& other) {
    return one.name < other.name;
}

}  // namespace

// Behind the link a leaf has its length in bytes, a list of leaves their number.
bool Names::is_list() const {
    return block_ != 0 && arena_.kind(block_) == Kind::list;
}

std::size_t Names::parts() const {
    return block_ == 0 ? 0 : is_list() ? region_.get(block_ + kWord) : 1;
}

Names::Part Names::part(std::size_t index) const {
    if (!is_list()) {
        const double infinity = std::numeric_limits<double>::infinity();
        return {block_, -infinity, infinity};
    }
    const Offset at = block_ + kFirstPart + index * kPartWords * kWord;
    return {region_.get(at), number_of(region_.get(at + kWord)),
            number_of(region_.get(at + 2 * kWord))};
}

Names::Entries Names::read(Offset leaf) const {
    Entries entries;
    const char* at = region_.text(leaf + 2 * kWord);
    const char* end = at + region_.get(leaf + kWord);
    while (at < end) {
        Length lengths[2];
        std::memcpy(lengths, take(at, sizeof(lengths)).data(), sizeof(lengths));
        const std::string_view name = take(at, lengths[0]);
        entries.push_back({name, take(at, lengths[1])});
    }
    return entries;
}

// The part in which the name is, or would be.
std::size_t Names::part_of(std::string_view name) const {
    std::size_t low = 0;
    for (std::size_t count = parts(); count > 1;) {
        const std::size_t half = count / 2;
        const Offset leaf = part(low + half).block;
        const char* at = region_.text(leaf + 2 * kWord);
        Length length = 0;
        std::memcpy(&length, at, sizeof(length));
        if (std::string_view(at + 2 * sizeof(Length), length) <= name) {
            low += half;
            count -= half;
        } else {
            count = half;
        }
    }
    return low;
}

std::optional<std::string_view> Names::find(std::string_view name) const {
    if (block_ == 0) {
        return std::nullopt;
    }
    for (const Named& entry : read(part(part_of(name)).block)) {
        if (entry.name == name) {
            return entry.value;
        }
    }
    return std::nullopt;
}

void Names::each(const std::function<void(const Named&)>& visit) const {
    for (std::size_t i = 0; i < parts(); ++i) {
        for (const Named& entry : read(part(i).block)) {
            visit(entry);
        }
    }
}

void Names::each_scored(double least, double most,
                        const std::function<void(const Named&)>& visit) const {
    for (std::size_t i = 0; i < parts(); ++i) {
        const Part own = part(i);
        if (own.most < least || own.least > most) {
            continue;
        }
        for (const Named& entry : read(own.block)) {
            const double score = read_score(entry.value);
            if (score >= least && score <= most) {
                visit(entry);
            }
        }
    }
}

Named Names::last() const {
    Named last;
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < parts(); ++i) {
        const Part own = part(i);
        if (own.most < most) {
            continue;
        }
        for (const Named& entry : read(own.block)) {
            if (read_score(entry.value) >= most) {
                most = read_score(entry.value);
                last = entry;
            }
        }
    }
    return last;
}

Names::Part Names::write(const Named* first, const Named* last, Purpose purpose) {
    std::size_t bytes = 0;
    for (const Named* entry = first; entry != last; ++entry) {
        bytes += bytes_of(*entry);
    }
    Part part;
    part.block = arena_.allocate(2 * kWord + bytes, Kind::leaf, purpose);
    if (part.block == 0) {
        throw Full();
    }
    region_.set(part.block, 0);
    region_.set(part.block + kWord, bytes);
    part.least = std::numeric_limits<double>::infinity();
    part.most = -part.least;
    char* to = region_.text(part.block + 2 * kWord);
    for (const Named* entry = first; entry != last; ++entry) {
        const Length lengths[2] = {static_cast<Length>(entry->name.size()),
                                   static_cast<Length>(entry->value.size())};
        append(to, lengths, sizeof(lengths));
        append(to, entry->name.data(), entry->name.size());
        append(to, entry->value.data(), entry->value.size());
        if (scored_) {
            part.least = std::min(part.least, read_score(entry->value));
            part.most = std::max(part.most, read_score(entry->value));
        }
    }
    return part;
}

std::vector<Names::Part> Names::write_all(const Entries& entries, Purpose purpose) {
    std::vector<Part> parts;
    std::size_t bytes = 0;
    for (const Named& entry : entries) {
        bytes += bytes_of(entry);
    }
    const std::size_t pieces = bytes > kMostLeafBytes ? bytes / (kMostLeafBytes * 2 / 3) + 1 : 1;
    const std::size_t enough = bytes / pieces;
    const Named* first = entries.data();
    const Named* end = first + entries.size();
    while (first != end) {
        const Named* last = first;
        for (std::size_t taken = 0; last != end && (last == first || taken < enough); ++last) {
            taken += bytes_of(*last);
        }
        parts.push_back(write(first, last, purpose));
        first = last;
    }
    return parts;
}

void Names::put_part(std::size_t index, const Part& part) {
    const Offset place = block_ + kFirstPart + index * kPartWords * kWord;
    region_.put(place, part.block);
    region_.put(place + kWord, bits_of(part.least));
    region_.put(place + 2 * kWord, bits_of(part.most));
}

// A new list in place of what there was, which then names nothing any more.
void Names::put_list(const std::vector<Part>& all, Purpose purpose) {
    if (is_list()) {
        region_.put(block_ + kWord, 0);
        arena_.discard(block_);
    }
    if (all.size() < 2) {
        block_ = all.empty() ? 0 : all.front().block;
        return;
    }
    block_ = arena_.allocate(kFirstPart + all.size() * kPartWords * kWord, Kind::list, purpose);
    if (block_ == 0) {
        throw Full();
    }
    region_.set(block_, 0);
    region_.set(block_ + kWord, all.size());
    Offset place = block_ + kFirstPart;
    for (const Part& part : all) {
        region_.set(place, part.block);
        region_.set(place + kWord, bits_of(part.least));
        region_.set(place + 2 * kWord, bits_of(part.most));
        place += kPartWords * kWord;
    }
}

// Writes the entries in place of the part's. As long as the number of parts is the same their list
// stays where it is.
void Names::replace(std::size_t index, const Entries& entries, Purpose purpose) {
    const std::vector<Part> fresh = write_all(entries, purpose);
    std::vector<Part> all;
    const std::size_t before = parts();
    if (before > 0) {
        arena_.discard(part(index).block);
    }
    if (is_list() && fresh.size() == 1) {
        put_part(index, fresh.front());
        return;
    }
    for (std::size_t i = 0; i < before; ++i) {
        if (i != index) {
            all.push_back(part(i));
        }
    }
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(index), fresh.begin(), fresh.end());
    put_list(all, purpose);
}

std::size_t Names::set(const std::vector<Named>& entries, Purpose purpose) {
    if (is_list() && entries.size() > 1) {
        std::size_t added = 0;
        for (const Named& entry : entries) {
            added += set({entry}, purpose);
        }
        return added;
    }
    const std::size_t index = entries.size() == 1 ? part_of(entries.front().name) : 0;
    Entries all = block_ == 0 ? Entries() : read(part(index).block);
    std::size_t added = 0;
    for (const Named& entry : entries) {
        const auto place = std::lower_bound(all.begin(), all.end(), entry, by_name);
        if (place != all.end() && place->name == entry.name) {
            place->value = entry.value;
        } else {
            all.insert(place, entry);
            ++added;
        }
    }
    replace(index, all, purpose);
    return added;
}

bool Names::erase(std::string_view name, Purpose purpose) {
    if (block_ == 0) {
        return false;
    }
    const std::size_t index = part_of(name);
    Entries all = read(part(index).block);
    const auto place = std::find_if(all.begin(), all.end(),
                                    [name](const Named& entry) { return entry.name == name; });
    if (place == all.end()) {
        return false;
    }
    all.erase(place);
    replace(index, all, purpose);
    return true;
}

}  // namespace store
