// What an operator is told of a realm's state file: the first failure at once, the same one again
// every minute, the recovery.
#pragma once

#include <string>
#include <string_view>

#include "../../store/journal.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"

namespace nginx {

class StateLog {
public:
    // The realm must outlive it; the log is copied.
    StateLog(const Realm& realm, const ngx_log_t& log);

    ngx_log_t* get() { return &log_; }

    void told(const store::Report& report);
    void silent();    // the disk does not answer
    void restored();  // maybe by another worker

    // The same of a file that is to become shorter: nobody waits for that.
    void compacted(const store::Report& report);

private:
    void failed(const store::Failure& failure);
    void write(ngx_uint_t level, ngx_err_t error, std::string_view text);

    const Realm& realm_;
    ngx_log_t log_;
    std::string reason_;  // of the last failure that was told, empty since the recovery
    ngx_msec_t since_ = 0;
    ngx_msec_t written_ = 0;
    bool away_ = false;
    ngx_msec_t complained_ = 0;  // of the length
};

}  // namespace nginx
