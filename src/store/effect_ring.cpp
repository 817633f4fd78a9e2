#include "effect_ring.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace store {
namespace {

constexpr std::size_t kLength = sizeof(std::uint32_t);

void append_length(std::string& bytes, std::size_t length) {
    const auto number = static_cast<std::uint32_t>(length);
    bytes.append(reinterpret_cast<const char*>(&number), kLength);
}

}  // namespace

EffectRing::EffectRing(void* memory, std::size_t bytes) {
    if (memory != nullptr && bytes > sizeof(State)) {
        state_ = static_cast<State*>(memory);
        bytes_ = static_cast<char*>(memory) + sizeof(State);
        capacity_ = bytes - sizeof(State);
    }
}

void EffectRing::bind(std::uint64_t journal) {
    if (state_ != nullptr && bound() != journal) {
        note_lapse();
        state_->bound.store(journal, std::memory_order_release);
    }
}

// What is still in the other ring is written by who uses that, and read back from the journal.
void EffectRing::continue_from(const EffectRing& other) {
    if (state_ == nullptr || other.bound() == 0) {
        return;
    }
    state_->bound.store(other.bound(), std::memory_order_release);
    publish(other.place());
    if (other.has_lapsed()) {
        note_lapse();
    }
}

std::uint64_t EffectRing::bound() const {
    return state_ == nullptr ? 0 : state_->bound.load(std::memory_order_acquire);
}

bool EffectRing::append(const Effects& group) {
    if (bound() == 0 || group.empty()) {
        return true;
    }
    std::string bytes;
    for (const std::string& effect : group) {
        append_length(bytes, effect.size());
        bytes += effect;
    }
    if (bytes.size() + kLength > room()) {
        return false;
    }
    std::string length;
    append_length(length, bytes.size());
    const std::uint64_t position = appended();
    copy_in(position, length);
    copy_in(position + kLength, bytes);
    state_->appended.store(position + kLength + bytes.size(), std::memory_order_release);
    return true;
}

std::uint64_t EffectRing::appended() const {
    return state_ == nullptr ? 0 : state_->appended.load(std::memory_order_acquire);
}

std::uint64_t EffectRing::durable() const {
    return state_ == nullptr ? 0 : state_->durable.load(std::memory_order_acquire);
}

std::size_t EffectRing::room() const {
    const std::uint64_t durable_first = durable();
    return capacity_ - static_cast<std::size_t>(appended() - durable_first);
}

void EffectRing::visit(std::uint64_t from, std::uint64_t to, const Visit& visit) const {
    while (from < to) {
        const std::uint64_t end = from + kLength + read_length(from);
        from += kLength;
        Effects group;
        while (from < end) {
            std::string effect(read_length(from), '\0');
            copy_out(from + kLength, effect.data(), effect.size());
            from += kLength + effect.size();
            group.push_back(std::move(effect));
        }
        visit(std::move(group));
    }
}

bool EffectRing::has_lapsed() const {
    return state_ != nullptr && lapses() != state_->repaired.load(std::memory_order_acquire);
}

std::uint64_t EffectRing::lapses() const {
    return state_ == nullptr ? 0 : state_->lapses.load(std::memory_order_acquire);
}

void EffectRing::note_lapse() {
    if (state_ != nullptr) {
        state_->lapses.fetch_add(1, std::memory_order_acq_rel);
    }
}

JournalPlace EffectRing::place() const {
    return state_->places[state_->current.load(std::memory_order_acquire) % 2];
}

void EffectRing::publish(const JournalPlace& place) {
    const std::uint32_t next = (state_->current.load(std::memory_order_relaxed) + 1) % 2;
    state_->places[next] = place;
    state_->current.store(next, std::memory_order_release);
}

void EffectRing::publish_durable(std::uint64_t position) {
    state_->durable.store(position, std::memory_order_release);
}

void EffectRing::announce(std::uint64_t offset) {
    state_->announced.store(offset, std::memory_order_release);
}

std::uint64_t EffectRing::announced() const {
    return state_->announced.load(std::memory_order_acquire);
}

void EffectRing::repair(std::uint64_t lapses) {
    state_->repaired.store(lapses, std::memory_order_release);
}

bool EffectRing::is_failing() const {
    return state_ != nullptr && state_->failing.load(std::memory_order_acquire) != 0;
}

void EffectRing::set_failing(bool failing) {
    state_->failing.store(failing ? 1 : 0, std::memory_order_release);
}

void EffectRing::copy_in(std::uint64_t position, std::string_view bytes) {
    const std::size_t start = static_cast<std::size_t>(position % capacity_);
    const std::size_t first = std::min(bytes.size(), capacity_ - start);
    std::memcpy(bytes_ + start, bytes.data(), first);
    std::memcpy(bytes_, bytes.data() + first, bytes.size() - first);
}

void EffectRing::copy_out(std::uint64_t position, void* to, std::size_t bytes) const {
    const std::size_t start = static_cast<std::size_t>(position % capacity_);
    const std::size_t first = std::min(bytes, capacity_ - start);
    std::memcpy(to, bytes_ + start, first);
    std::memcpy(static_cast<char*>(to) + first, bytes_, bytes - first);
}

std::uint32_t EffectRing::read_length(std::uint64_t position) const {
    std::uint32_t length = 0;
    copy_out(position, &length, kLength);
    return length;
}

}  // namespace store
