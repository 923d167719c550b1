#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "os/output.hpp"

using connprobe::os::Output;
using connprobe::os::OutputError;
namespace fs = std::filesystem;

namespace {

/// A directory of its own for each test case.
class Directory {
public:
    Directory() {
        std::string path = (fs::temp_directory_path() / "connprobe-output-XXXXXX").string();
        REQUIRE(::mkdtemp(path.data()) != nullptr);
        path_ = path;
    }
    ~Directory() { fs::remove_all(path_); }
    [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }
    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

private:
    fs::path path_;
};

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

void put(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

Output opened(const std::string& path, Output::Leftover leftover = Output::Leftover::remove) {
    auto output = Output::open(path, leftover);
    REQUIRE(std::holds_alternative<Output>(output));
    return std::get<Output>(std::move(output));
}

OutputError refused(const std::string& path) {
    auto output = Output::open(path, Output::Leftover::remove);
    REQUIRE(std::holds_alternative<OutputError>(output));
    return std::get<OutputError>(output);
}

}  // namespace

TEST_CASE("a file has its name only when it is whole") {
    const Directory directory;
    const std::string path = directory / "out.json";
    put(path, "the last run");
    Output output = opened(path);
    output.write("this ");
    output.flush();
    output.write("run");
    CHECK(content_of(path) == "the last run");
    CHECK(content_of(path + ".partial") == "this ");
    CHECK(!output.finish());
    CHECK(content_of(path) == "this run");
    CHECK(directory.entries() == 1);
}

TEST_CASE("more than the buffer holds arrives in order") {
    const Directory directory;
    const std::string path = directory / "out";
    std::string expected;
    Output output = opened(path);
    for (int i = 0; i < 30'000; ++i) {
        const std::string piece = std::to_string(i) + (i == 777 ? std::string(100'000, 'x') : "\n");
        output.write(piece);
        expected += piece;
    }
    CHECK(!output.finish());
    CHECK(content_of(path) == expected);
}

TEST_CASE("a file keeps the mode of the one it replaces") {
    const Directory directory;
    const std::string path = directory / "out";
    put(path, "old");
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    CHECK(!opened(path).finish());
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
    CHECK(status.st_size == 0);
}

TEST_CASE("a private file is its owner's from the first byte on, whoever has opened what was left behind") {
    const Directory directory;
    put(directory / "secret", "");
    put(directory / "secret.partial", "");
    for (const auto* file : {"secret", "secret.partial"}) ::chmod((directory / file).c_str(), 0666);
    std::ifstream reader{directory / "secret.partial"};
    auto output = Output::open_private(directory / "secret");
    REQUIRE(std::holds_alternative<Output>(output));
    std::get<Output>(output).write("key");
    std::get<Output>(output).flush();
    struct stat status{};
    REQUIRE(::stat((directory / "secret.partial").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    REQUIRE_FALSE(std::get<Output>(output).finish());
    CHECK(content_of(directory / "secret") == "key");
    REQUIRE(::stat((directory / "secret").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(reader.peek() == std::ifstream::traits_type::eof());
}

TEST_CASE("symbolic links are followed, also to a file that is not there yet") {
    const Directory directory;
    fs::create_directory(directory / "sub");
    fs::create_symlink("sub/link", directory / "link");
    fs::create_symlink("real", directory / "sub/link");
    for (const char* text : {"first", "second"}) {
        Output output = opened(directory / "link");
        output.write(text);
        CHECK(!output.finish());
        CHECK(fs::is_symlink(directory / "link"));
        CHECK(fs::is_symlink(directory / "sub/link"));
        CHECK(content_of(directory / "sub/real") == text);
    }
}

TEST_CASE("what is left of a run that did not end is removed or kept, as asked, and the file stays as it was") {
    for (const auto leftover : {Output::Leftover::remove, Output::Leftover::keep}) {
        const Directory directory;
        const std::string path = directory / "out";
        put(path, "old");
        {
            opened(path, leftover).write("half");
        }
        CHECK(content_of(path) == "old");
        CHECK(fs::exists(path + ".partial") == (leftover == Output::Leftover::keep));
        if (leftover == Output::Leftover::keep) CHECK(content_of(path + ".partial") == "half");
    }
}

TEST_CASE("what an earlier run left behind is written over") {
    const Directory directory;
    const std::string path = directory / "out";
    put(path + ".partial", "something longer from yesterday");
    Output output = opened(path);
    output.write("new");
    CHECK(!output.finish());
    CHECK(content_of(path) == "new");
}

TEST_CASE("two runs cannot write one file at the same time") {
    const Directory directory;
    const std::string path = directory / "out";
    Output first = opened(path);
    CHECK(refused(path).message == "cannot write " + path + ": another run is writing " + path + ".partial");
    CHECK(!first.finish());
    CHECK(!opened(path).finish());
}

TEST_CASE("a file that cannot be written is known at once, with its name and the reason") {
    const Directory directory;
    const std::string nowhere = directory / "no/such/out";
    CHECK(refused(nowhere).message == "cannot write " + nowhere + ": its folder does not exist");
    fs::create_directory(directory / "sub");
    CHECK(refused(directory / "sub").message == "cannot write " + (directory / "sub") + ": Is a directory");
    CHECK(refused("").number == ENOENT);
    fs::create_symlink("round", directory / "round");
    CHECK(refused(directory / "round").number == ELOOP);
    fs::create_symlink("elsewhere", directory / "out.partial");
    CHECK(refused(directory / "out").number == ELOOP);
}

TEST_CASE("a device is written in place, and a full one is noticed") {
    Output output = opened("/dev/full");
    output.write("x");
    CHECK(!output.error());
    output.flush();
    REQUIRE(output.error());
    CHECK(output.error()->number == ENOSPC);
    CHECK(output.error()->message == "cannot write /dev/full: No space left on device");
    CHECK(!output.error()->is_broken_pipe());
    output.write("more");
    REQUIRE(output.finish());
    CHECK(!fs::exists("/dev/full.partial"));
}

TEST_CASE("a pipe is written in place, and a reader that went away is told apart") {
    const Directory directory;
    const std::string path = directory / "pipe";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    REQUIRE(reader >= 0);
    Output output = opened(path);
    output.write("through");
    output.flush();
    char text[16];
    CHECK(::read(reader, text, sizeof text) == 7);
    ::close(reader);

    const auto before = std::signal(SIGPIPE, SIG_IGN);
    output.write("gone");
    const auto error = output.finish();
    std::signal(SIGPIPE, before);
    REQUIRE(error);
    CHECK(error->is_broken_pipe());
    CHECK(directory.entries() == 1);
}
