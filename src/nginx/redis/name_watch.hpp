// A host name as nginx's resolver knows it, asked again whenever its answer is too old.
#pragma once

#include <string>
#include <vector>

#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../timer.hpp"
#include "redis_server.hpp"

namespace nginx {

// That of the http block, or null where it has none: there names are resolved while the
// configuration is read.
ngx_resolver_t* resolver_of(const Realm& realm);

class NameWatch {
public:
    class Owner {
    public:
        // Other addresses than before, at least one. The owner may destroy nothing but its own
        // connections.
        virtual void resolved(std::vector<RedisAddress> addresses) = 0;
        // The name has none, and had none before.
        virtual void unresolved() = 0;

    protected:
        ~Owner() = default;
    };

    // The realm has a resolver and must outlive it, as the owner must; the log is copied. `known`:
    // what addresses it had before.
    NameWatch(const Realm& realm, std::string host, in_port_t port, const ngx_log_t& log,
              Owner& owner, const std::vector<RedisAddress>& known = {});
    ~NameWatch();
    NameWatch(const NameWatch&) = delete;
    NameWatch& operator=(const NameWatch&) = delete;

    void open();
    void close();

    // Whoever is there is away: has the name another address by now? The owner is never called from
    // inside.
    void look_soon();

private:
    static void on_answer(ngx_resolver_ctx_t* context) noexcept;
    static void on_end(void* watch) noexcept;

    void end_before_resolver();
    void ask();
    void answered(ngx_resolver_ctx_t& context);
    void failed(ngx_int_t state);

    const Realm& realm_;
    const std::string host_;
    const in_port_t port_;
    ngx_log_t log_;
    Owner& owner_;
    std::string known_;  // addresses
    bool told_ = false;  // that it cannot be resolved
    bool open_ = false;
    ngx_msec_t asked_ = 0;                   // when
    ngx_resolver_ctx_t* context_ = nullptr;  // of an outstanding question
    ngx_pool_cleanup_t* end_ = nullptr;
    Timer timer_;
};

}  // namespace nginx
