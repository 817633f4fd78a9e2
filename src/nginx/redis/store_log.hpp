// A worker's lines about trouble with its stores: ten a second, however many requests fail, and a
// number in place of what was left out.
#pragma once

#include <optional>

#include "../../session/log_limit.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"

namespace nginx {

class StoreLog {
public:
    // That of this worker.
    static StoreLog& own();

    // Whether a line about the realm's store may be written now.
    bool admits(const Realm& realm);

    // A line that is not written for another reason.
    void leave_out(const Realm& realm);

    // The worker ends.
    void close();

private:
    StoreLog();

    void note(const Realm& realm);
    void tell();

    session::LogLimit limit_;
    std::optional<Timer> timer_;  // set while there is something to be told
};

}  // namespace nginx
