// Files as the journal uses them. Tests put a disk of their own in its place, one that fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace store {

// An open file, closed with the object, its lock with it.
class File {
public:
    File() = default;
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() { close(); }
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    explicit operator bool() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }
    void close();

private:
    int descriptor_ = -1;
};

struct FileStatus {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    mode_t mode = 0;
    uid_t owner = 0;
    gid_t group = 0;
};

// Whether both are of one file.
inline bool is_same(const FileStatus& one, const FileStatus& other) {
    return one.device == other.device && one.inode == other.inode;
}

// What fails leaves its reason in errno.
class Disk {
public:
    enum class Lock : std::uint8_t { shared, exclusive, exclusive_now };

    virtual ~Disk() = default;

    // An existing file; no file where there is none.
    virtual File open(const std::string& path, int flags);

    virtual std::optional<FileStatus> status(const std::string& path);
    virtual std::optional<FileStatus> status(const File& file);

    // How many bytes were read, 0 at the end.
    virtual std::optional<std::size_t> read(const File& file, char* bytes, std::size_t most,
                                            std::uint64_t offset);

    // All bytes, or false.
    virtual bool write(const File& file, std::string_view bytes, std::uint64_t offset);
    virtual bool truncate(const File& file, std::uint64_t bytes);
    virtual bool sync(const File& file);
    virtual bool rename(const std::string& from, const std::string& to);
    virtual void remove(const std::string& path);
    virtual bool sync_folder_of(const std::string& path);

    // Waits until nobody else has the file's lock, or fails where one would have to wait now. It
    // belongs to the open file, not to the process: threads and workers exclude each other, and it
    // ends with the file or whoever has it.
    virtual bool lock(const File& file, Lock lock);
    virtual void unlock(const File& file);
};

}  // namespace store
