// The realm's zone as its store, for one machine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../../store/engine.hpp"
#include "../ngx.hpp"
#include "../realm/realm.hpp"
#include "../store.hpp"
#include "state_writer.hpp"
#include "sweeper.hpp"

namespace nginx {

// Of one realm in one worker.
class EmbeddedStore final : public Store, public Known {
public:
    // The realm must outlive it, and so must its zone; the log is copied.
    EmbeddedStore(const Realm& realm, const ngx_log_t& log);

    // The replies at once. Throws what memory can.
    std::vector<redis::Reply> run(const redis::Commands& commands);

    bool ask(redis::Commands commands, redis::Asker& asker) override;
    void tell(redis::Commands commands) override;
    void forget(const redis::Asker& asker) override;
    StoreMeter& meter() const override { return meter_; }
    bool takes_digests() const override { return false; }

    cache::Digest digest(std::string_view key) const override;
    bool is_good(const cache::VerifiedToken& token) const override;

    // The zone has it already.
    void revoked(std::string_view, const std::vector<std::string>&, std::int64_t) override {}
    void marked(std::string_view) override {}
    void marked(std::string_view, const std::string&) override {}
    void deleted(std::string_view) override {}

private:
    bool keep(const store::Effects& group);
    store::Glance look(const cache::Digest& key) const;

    const Realm& realm_;
    mutable StoreMeter meter_;
    store::Engine engine_;
    cache::Digest epoch_;  // of the realm
    Sweeper sweeper_;
    bool waited_for_ = false;              // what is run now
    std::unique_ptr<StateWriter> writer_;  // null without a "state" file
};

}  // namespace nginx
