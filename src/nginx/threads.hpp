// Work that waits for a disk, in nginx's pool of threads.
#pragma once

#include <functional>

#include "ngx.hpp"

struct ngx_thread_pool_s;

namespace nginx {

// The pool "default" of the configuration that is being read; null after an error was logged, or
// where nginx was built without threads.
ngx_thread_pool_s* add_threads(ngx_conf_t* cf);
bool has_threads();

// Work of one kind, one piece at a time.
class ThreadTask {
public:
    using Body = std::function<void()>;

    // `work` runs in a thread, `done` in the event loop afterwards; neither may throw. What `work`
    // uses must outlive this object.
    ThreadTask(ngx_thread_pool_s* pool, const ngx_log_t& log, Body work, Body done);
    ~ThreadTask() { finish(); }
    ThreadTask(const ThreadTask&) = delete;
    ThreadTask& operator=(const ThreadTask&) = delete;

    // False where it is about it already, or cannot be.
    bool post();
    bool busy() const { return posted_ != nullptr; }

    // Waits until the work that was begun is over; `done` is not called for it any more.
    void finish();

private:
    struct Posted;

    static void work(void* data, ngx_log_t* log) noexcept;
    static void done(ngx_event_t* event) noexcept;

    ngx_thread_pool_s* pool_;
    ngx_log_t log_;
    Body work_;
    Body done_;
    Posted* posted_ = nullptr;
};

}  // namespace nginx
