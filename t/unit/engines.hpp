// The embedded store with all its procedures, in memory of its own.
#pragma once

#include <string>
#include <vector>

#include "../../src/session/scripts.hpp"
#include "../../src/store/engine.hpp"
#include "stores.hpp"

namespace engines {

// Throws nothing: a script without a procedure fails the test.
inline store::Procedures procedures() {
    store::Procedures all;
    for (const session::Script& script : session::scripts()) {
        const store::Procedure procedure = store::find_procedure(script.name);
        CAPTURE(script.name);
        REQUIRE((procedure != nullptr));
        all.emplace_back(script.source, procedure);
    }
    return all;
}

class Store {
public:
    explicit Store(std::size_t bytes = 4 << 20)
        : memory(bytes), engine(memory.get(), procedures()) {}

    redis::Reply run(const redis::Arguments& command, std::int64_t now = stores::kNow) {
        return engine.run({command}, now).front();
    }

    stores::Memory memory;
    store::Engine engine;
};

}  // namespace engines
