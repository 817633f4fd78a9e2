#include "threads.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "bridge.hpp"

namespace nginx {

// The one place that knows whether there are threads.
#if (NGX_THREADS)

// Belongs to nginx from when it is posted until it is done, whatever becomes of the owner.
struct ThreadTask::Posted {
    ngx_thread_task_t task = {};
    ngx_connection_t event_owner = {};  // whose number debug logs show
    ThreadTask* owner = nullptr;
    std::mutex mutex;
    std::condition_variable over;
    bool is_over = false;
};

ngx_thread_pool_s* add_threads(ngx_conf_t* cf) {
    return ngx_thread_pool_add(cf, nullptr);
}

bool has_threads() {
    return true;
}

bool ThreadTask::post() {
    if (posted_ != nullptr) {
        return false;
    }
    auto posted = std::make_unique<Posted>();
    posted->owner = this;
    posted->task.ctx = posted.get();
    posted->task.handler = work;
    posted->task.event.handler = done;
    posted->task.event.data = posted.get();
    posted->task.event.log = &log_;
    if (ngx_thread_task_post(pool_, &posted->task) != NGX_OK) {
        return false;
    }
    posted_ = posted.release();
    return true;
}

void ThreadTask::work(void* data, ngx_log_t*) noexcept {
    auto& posted = *static_cast<Posted*>(data);
    posted.owner->work_();
    const std::lock_guard<std::mutex> lock(posted.mutex);
    posted.is_over = true;
    posted.over.notify_all();
}

void ThreadTask::done(ngx_event_t* event) noexcept {
    const std::unique_ptr<Posted> posted(static_cast<Posted*>(event->data));
    {
        // The thread may still be about to let go of it.
        const std::lock_guard<std::mutex> lock(posted->mutex);
    }
    if (ThreadTask* owner = posted->owner) {
        owner->posted_ = nullptr;
        owner->done_();
    }
}

void ThreadTask::finish() {
    if (posted_ != nullptr) {
        std::unique_lock<std::mutex> lock(posted_->mutex);
        posted_->over.wait(lock, [this] { return posted_->is_over; });
        posted_->owner = nullptr;
        posted_ = nullptr;
    }
}

#else

struct ThreadTask::Posted {};

ngx_thread_pool_s* add_threads(ngx_conf_t*) {
    return nullptr;
}

bool has_threads() {
    return false;
}

bool ThreadTask::post() {
    return false;
}

void ThreadTask::finish() {}

#endif

ThreadTask::ThreadTask(ngx_thread_pool_s* pool, const ngx_log_t& log, Body work, Body done)
    : pool_(pool), log_(log), work_(std::move(work)), done_(std::move(done)) {}

}  // namespace nginx
