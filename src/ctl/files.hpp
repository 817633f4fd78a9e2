// Small files, and the lines of the standard input.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ctl {

// All of it, "-" being the standard input; throws Failure where it cannot be read or is no small
// file.
std::string read_whole(const std::string& path);

// What it says in its first line: a password.
std::string read_first_line(const std::string& path);

// Each line, its end (LF or CRLF) left out.
void for_each_line(const std::function<void(std::string_view)>& take);

}  // namespace ctl
