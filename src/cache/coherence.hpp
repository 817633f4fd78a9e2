// How far what is known can be believed: the state of the one connection that tells what changes,
// in memory that processes share. All times are ms of one clock that all processes have.
#pragma once

#include <atomic>
#include <cstdint>

namespace cache {

// Zero at first: nobody tracks. Written by the process that owns the connection, but for claim().
struct Coherence {
    std::atomic<std::uint64_t> owner;      // process id; 0: none
    std::atomic<std::uint64_t> server;     // which server it is about; another one is no proof
    std::atomic<std::uint64_t> heartbeat;  // when the owner was last alive
    std::atomic<std::uint64_t> epoch;      // counts connections and flushes; 0: never
    std::atomic<std::uint64_t> proven;     // every change before then has arrived; 0: no connection
    std::atomic<std::uint64_t> last_epoch;   // of the last proof, whatever became of the connection
    std::atomic<std::uint64_t> last_proven;  // and when that was
    std::atomic<std::uint64_t> view;  // the servers that the proof is about, as workers see them
    std::atomic<std::uint64_t> untracked;  // 1: the server does not tell what changes
};

// How long ago it was proven that nothing was missed; false where it is longer than `bound`.
inline bool is_proven(const Coherence& coherence, std::uint64_t server, std::uint64_t now,
                      std::uint64_t bound) {
    const std::uint64_t proven = coherence.proven.load(std::memory_order_acquire);
    return proven != 0 && coherence.server.load(std::memory_order_acquire) == server &&
           (now <= proven || now - proven <= bound);
}

}  // namespace cache
