#include "disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace store {
namespace {

constexpr mode_t kOwnerOnly = 0600;

FileStatus status_of(const struct stat& information) {
    FileStatus status;
    status.device = information.st_dev;
    status.inode = information.st_ino;
    status.bytes = static_cast<std::uint64_t>(information.st_size);
    status.mode = information.st_mode;
    status.owner = information.st_uid;
    status.group = information.st_gid;
    return status;
}

bool set_lock(const File& file, short type, int command) {
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    while (::fcntl(file.descriptor(), command, &lock) != 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
}

}  // namespace

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

void File::close() {
    if (descriptor_ >= 0) {
        ::close(std::exchange(descriptor_, -1));
    }
}

File Disk::open(const std::string& path, int flags) {
    return File(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
}

std::optional<FileStatus> Disk::status(const std::string& path) {
    struct stat information = {};
    return ::lstat(path.c_str(), &information) == 0 ? std::optional(status_of(information))
                                                    : std::nullopt;
}

std::optional<FileStatus> Disk::status(const File& file) {
    struct stat information = {};
    return ::fstat(file.descriptor(), &information) == 0 ? std::optional(status_of(information))
                                                         : std::nullopt;
}

std::optional<std::size_t> Disk::read(const File& file, char* bytes, std::size_t most,
                                      std::uint64_t offset) {
    for (;;) {
        const ssize_t count = ::pread(file.descriptor(), bytes, most, static_cast<off_t>(offset));
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            return std::nullopt;
        }
    }
}

bool Disk::write(const File& file, std::string_view bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t count =
            ::pwrite(file.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno != EINTR) {
            return false;
        }
        const std::size_t written = count < 0 ? 0 : static_cast<std::size_t>(count);
        bytes.remove_prefix(written);
        offset += written;
    }
    return true;
}

bool Disk::truncate(const File& file, std::uint64_t bytes) {
    return ::ftruncate(file.descriptor(), static_cast<off_t>(bytes)) == 0;
}

bool Disk::sync(const File& file) {
    return ::fdatasync(file.descriptor()) == 0;
}

bool Disk::rename(const std::string& from, const std::string& to) {
    return ::rename(from.c_str(), to.c_str()) == 0;
}

void Disk::remove(const std::string& path) {
    ::unlink(path.c_str());
}

bool Disk::sync_folder_of(const std::string& path) {
    const File folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder && ::fsync(folder.descriptor()) == 0;
}

bool Disk::lock(const File& file, Lock lock) {
    return set_lock(file, lock == Lock::shared ? F_RDLCK : F_WRLCK,
                    lock == Lock::exclusive_now ? F_OFD_SETLK : F_OFD_SETLKW);
}

void Disk::unlock(const File& file) {
    set_lock(file, F_UNLCK, F_OFD_SETLK);
}

}  // namespace store
