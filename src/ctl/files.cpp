#include "files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "failure.hpp"

namespace ctl {
namespace {

constexpr std::size_t kMostBytes = 1024 * 1024;

std::string read_stream(std::istream& stream, const std::string& name) {
    std::string bytes(kMostBytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) {
        throw usage("cannot read " + name + ": " + std::strerror(errno));
    }
    if (bytes.size() > kMostBytes) {
        throw usage(name + " is larger than 1 MB");
    }
    return bytes;
}

std::string_view without_end(std::string_view line) {
    return !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

std::string read_whole(const std::string& path) {
    if (path == "-") {
        return read_stream(std::cin, "the standard input");
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || stream.peek() == std::char_traits<char>::eof()) {
        if (errno != 0) {
            throw usage("cannot read \"" + path + "\": " + std::strerror(errno));
        }
        stream.clear();
    }
    return read_stream(stream, '"' + path + '"');
}

std::string read_first_line(const std::string& path) {
    const std::string text = read_whole(path);
    return std::string(without_end(std::string_view(text).substr(0, text.find('\n'))));
}

void for_each_line(const std::function<void(std::string_view)>& take) {
    std::string line;
    while (std::getline(std::cin, line)) {
        take(without_end(line));
    }
}

}  // namespace ctl
