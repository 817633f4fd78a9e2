// The commands: each does what the line says, prints it, and gives the exit status.
#pragma once

#include "command_line.hpp"

namespace ctl {

int verify(const CommandLine& line);
int inspect(const CommandLine& line);
int mint(const CommandLine& line);

int revoke(const CommandLine& line);
int stale(const CommandLine& line);
int epoch(const CommandLine& line);
int list(const CommandLine& line);
int stats(const CommandLine& line);
int cleanup(const CommandLine& line);

}  // namespace ctl
