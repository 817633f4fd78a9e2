// A worker's connections to the master that sentinels name: never to a replica.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "moving_store.hpp"
#include "name_watch.hpp"
#include "sentinel_link.hpp"

namespace nginx {

class RedisSentinel final : public MovingStore,
                            public SentinelLink::Owner,
                            public NameWatch::Owner {
public:
    // Realm and meter must outlive it; the log is copied.
    RedisSentinel(const Realm& realm, const ngx_log_t& log, StoreMeter& meter);
    ~RedisSentinel() override;

    void open() override { sentinels_.open(); }
    void close_all() override;

private:
    // Asks a connection that stands for its server's role.
    class Probe final : public redis::Asker {
    public:
        explicit Probe(RedisSentinel& store) : store_(store) {}
        void start();
        void replied(std::vector<redis::Reply> replies) override;
        void unanswered() override { waiting_ = false; }

    private:
        RedisSentinel& store_;
        bool waiting_ = false;
    };

    void doubt() override { sentinels_.ask_now(); }
    void master_is(const std::string& host, in_port_t port) override;
    void nobody_knows() override;
    void resolved(std::vector<RedisAddress> addresses) override;
    void unresolved() override { nobody_knows(); }

    void find(const std::string& host, in_port_t port);
    void move(std::vector<RedisAddress> addresses);
    void log_master(const std::string& where);

    std::string host_;
    in_port_t port_ = 0;
    std::string told_;                 // the master that the log knows
    std::unique_ptr<NameWatch> name_;  // of a master that is known by its name
    Probe probe_;
    SentinelLink sentinels_;
};

}  // namespace nginx
