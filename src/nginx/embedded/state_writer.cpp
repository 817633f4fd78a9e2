#include "state_writer.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <new>
#include <utility>

#include "../bridge.hpp"
#include "../zone/zone.hpp"

namespace nginx {
namespace {

constexpr ngx_msec_t kPatience = 5000;  // ms that a request waits for the disk
constexpr ngx_msec_t kWatch = 50;       // ms between looks at what other instances write
constexpr ngx_msec_t kGlance = 5000;    // the same, of workers that leave it to another one
constexpr ngx_msec_t kLazy = 1000;      // ms that something may be unsafe for which nobody waits
constexpr ngx_msec_t kRetry = 1000;     // ms, after a failure
constexpr ngx_msec_t kLongRetry = 60000;

store::Disk disk;  // without any state

std::uint64_t random_number() {
    std::uint64_t number = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof(number)) != 1) {
        ERR_clear_error();
        return 0;
    }
    return number;
}

bool has_come(ngx_msec_t time) {
    return static_cast<ngx_msec_int_t>(ngx_current_msec - time) >= 0;
}

bool is_before(ngx_msec_t one, ngx_msec_t other) {
    return static_cast<ngx_msec_int_t>(one - other) < 0;
}

// For threads, which log nothing themselves; in few words, for there may be no memory for more.
template <typename Body>
store::Report reported(Body&& body) noexcept {
    store::Report report;
    try {
        return body();
    } catch (const std::bad_alloc&) {
        report.failure = {"no memory", 0};
    } catch (...) {
        report.failure = {"exception", 0};
    }
    return report;
}

}  // namespace

StateWriter::Writer::Writer(const Realm& realm, const store::EffectRing& ring)
    : content(realm),
      journal(disk, content, ring, realm.state_number, realm.state, realm.policy.realm,
              random_number) {}

StateWriter::StateWriter(const Realm& realm, const ngx_log_t& log, Run run)
    : realm_(realm),
      run_(std::move(run)),
      log_(realm, log),
      ring_(ring_of(zone_of(realm))),
      flusher_(realm, ring_),
      compactor_(realm, ring_),
      flush_task_(
          realm.threads, *log_.get(),
          [this] { flusher_.report = reported([this] { return flusher_.journal.flush(); }); },
          [this] { guarded(log_.get(), [this] { flushed(); }); }),
      compact_task_(
          realm.threads, *log_.get(),
          [this] { compactor_.report = reported([this] { return compactor_.journal.compact(); }); },
          [this] { guarded(log_.get(), [this] { compacted(); }); }),
      ticker_(log_.get(), [this] { tick(); }),
      deadline_(log_.get(), [this] { expire(); }) {
    ticker_.start(1);
}

StateWriter::~StateWriter() {
    compact_task_.finish();
    flush_task_.finish();
    if (ring_.durable() != ring_.appended()) {
        // Threads are no more, and nobody is served any more.
        log_.told(reported([this] { return flusher_.journal.flush(); }));
    }
}

bool StateWriter::is_safe(std::uint64_t position) const {
    return position <= ring_.durable() || ring_.bound() == 0;
}

bool StateWriter::submit(redis::Commands commands, redis::Asker& asker) {
    if (!is_ready()) {
        return false;
    }
    const ngx_msec_t deadline = ngx_current_msec + kPatience;
    if (!has_foreign()) {
        hold(asker, run_(commands), deadline);
        return true;
    }
    // One that is under way may be past reading.
    deferred_.push_back({&asker, std::move(commands), flushes_ + 1, deadline});
    watch_deadline();
    flush();
    return true;
}

void StateWriter::hold(redis::Asker& asker, std::vector<redis::Reply> replies,
                       ngx_msec_t deadline) {
    const std::uint64_t position = ring_.appended();
    if (is_safe(position)) {
        asker.replied(std::move(replies));
        return;
    }
    held_.push_back({&asker, std::move(replies), position, deadline});
    watch_deadline();
    flush();
}

void StateWriter::forget(const redis::Asker& asker) {
    held_.remove_if([&asker](const Held& held) { return held.asker == &asker; });
    deferred_.remove_if([&asker](const Deferred& one) { return one.asker == &asker; });
    watch_deadline();
}

void StateWriter::relieve() {
    if (ring_.room() < ring_.capacity() / 2) {
        flush();
    }
}

// Whoever comes while it is under way is served by the next one, with all others who did.
void StateWriter::flush() {
    if (flush_task_.post()) {
        ++flushes_;
        tried_ = ngx_current_msec;
    }
}

void StateWriter::flushed() {
    const store::Report report = std::exchange(flusher_.report, {});
    stuck_ = false;
    log_.told(report);
    deliver();
    if (report.failure) {
        refuse();
    } else if (report.wants_compaction && has_come(compaction_) && compact_task_.post()) {
        compaction_ = ngx_current_msec + kRetry;
    }
    run_deferred();
    watch_deadline();
    if (is_waited_for() && !report.elsewhere) {
        flush();
    }
}

void StateWriter::run_deferred() {
    while (!deferred_.empty() && deferred_.front().flush <= flushes_) {
        const Deferred one = std::move(deferred_.front());
        deferred_.pop_front();
        std::vector<redis::Reply> replies;
        const bool done = guarded(log_.get(), false, [&] {
            replies = run_(one.commands);
            return true;
        });
        if (done) {
            hold(*one.asker, std::move(replies), one.deadline);
        } else {
            one.asker->unanswered();
        }
    }
}

void StateWriter::compacted() {
    const store::Report report = std::exchange(compactor_.report, {});
    log_.compacted(report);
    if (report.failure) {
        compaction_ = ngx_current_msec + kLongRetry;
    }
}

// Who is called may come again, or forget others.
void StateWriter::deliver() {
    while (!held_.empty() && is_safe(held_.front().position)) {
        Held held = std::move(held_.front());
        held_.pop_front();
        held.asker->replied(std::move(held.replies));
    }
}

// All who wait now; who comes again waits again.
void StateWriter::refuse() {
    for (std::size_t count = held_.size(); count > 0 && !held_.empty(); --count) {
        redis::Asker* asker = held_.front().asker;
        held_.pop_front();
        asker->unanswered();
    }
    for (std::size_t count = deferred_.size(); count > 0 && !deferred_.empty(); --count) {
        redis::Asker* asker = deferred_.front().asker;
        deferred_.pop_front();
        asker->unanswered();
    }
}

// The disk does not answer: nobody is to wait for it any more.
void StateWriter::expire() {
    deliver();
    if (is_waited_for()) {
        stuck_ = flush_task_.busy();
        log_.silent();
        refuse();
    }
    watch_deadline();
}

void StateWriter::watch_deadline() {
    if (!is_waited_for()) {
        deadline_.stop();
        return;
    }
    ngx_msec_t first = held_.empty() ? deferred_.front().deadline : held_.front().deadline;
    if (!deferred_.empty() && is_before(deferred_.front().deadline, first)) {
        first = deferred_.front().deadline;
    }
    deadline_.start_at(first, false);
    ticker_.start_by(ngx_current_msec + kWatch);
}

void StateWriter::tick() {
    deliver();
    watch_deadline();
    const ngx_msec_t since = ngx_current_msec - tried_;
    const bool due =
        is_waited_for() ||
        (is_watcher() &&
         (has_news() || (ring_.durable() != ring_.appended() && (tried_ == 0 || since >= kLazy))));
    if (is_ready()) {
        log_.restored();  // maybe another worker found out
    }
    if (due && (is_ready() || tried_ == 0 || since >= kRetry)) {
        flush();
    }
    ticker_.start(is_watcher() || is_waited_for() || !is_ready() ? kWatch : kGlance);
}

// One worker looks after the file; one that shuts down may be the last one of its instance.
bool StateWriter::is_watcher() const {
    return ngx_worker == 0 || ngx_exiting != 0;
}

// Whether somebody else has written, or the file is gone.
bool StateWriter::has_news() const {
    const store::JournalPlace place = ring_.place();
    const auto status = disk.status(realm_.state);
    return ring_.has_lapsed() || !status || status->inode != place.inode ||
           status->device != place.device || status->bytes != place.end.offset;
}

// Whether another instance has, for all one knows.
bool StateWriter::has_foreign() const {
    const store::JournalPlace place = ring_.place();
    const auto status = disk.status(realm_.state);
    return status && (status->inode != place.inode || status->device != place.device ||
                      status->bytes > std::max(place.end.offset, ring_.announced()));
}

}  // namespace nginx
