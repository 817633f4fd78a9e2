// A server of the configuration where its name leads now; one with an address stays where it is.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "name_watch.hpp"
#include "redis_server.hpp"

namespace nginx {

class NamedServer final : public NameWatch::Owner {
public:
    // The realm must outlive it; the log is copied. `news` is called when the name is known to lead
    // elsewhere, or to nowhere.
    NamedServer(
        const Realm& realm, RedisServerPtr server, const ngx_log_t& log,
        std::function<void()> news = [] {});

    void open();
    void close();

    // The same at the addresses of now: none yet where the name is not resolved.
    const RedisServerPtr& now() const { return now_; }

    // Whether it may have addresses in a moment.
    bool is_sought() const { return sought_; }

private:
    void resolved(std::vector<RedisAddress> addresses) override;
    void unresolved() override;

    RedisServerPtr now_;
    std::function<void()> news_;
    bool sought_ = false;
    std::unique_ptr<NameWatch> watch_;
};

}  // namespace nginx
