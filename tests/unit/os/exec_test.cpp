#include "os/exec.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace connprobe::os;

namespace {

/// Folders with programs, and PATH as it is meanwhile.
class Programs {
public:
    Programs() {
        root_ = ::mkdtemp(root_.data());
        if (const char* path = std::getenv("PATH")) before_ = path;
    }
    ~Programs() {
        set_path(before_);
        std::filesystem::remove_all(root_);
    }
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    std::string add(const std::string& file, mode_t mode) const {
        const std::string path = root_ + '/' + file;
        std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
        std::ofstream{path} << "#!/bin/sh\n";
        ::chmod(path.c_str(), mode);
        return path;
    }
    std::string folder(const std::string& name) const {
        std::filesystem::create_directories(root_ + '/' + name);
        return root_ + '/' + name;
    }
    static void set_path(const std::string& path) { ::setenv("PATH", path.c_str(), 1); }

private:
    std::string root_ = (std::filesystem::temp_directory_path() / "connprobe-XXXXXX").string();
    std::string before_ = "/bin:/usr/bin";
};

}  // namespace

TEST_CASE("a program is found where execvp would find it") {
    const Programs programs;
    const std::string first = programs.add("a/tool", 0755), second = programs.add("b/tool", 0755);
    const std::string a = programs.folder("a"), b = programs.folder("b");
    Programs::set_path(a + ':' + b);
    CHECK(find_program("tool").path == first);
    Programs::set_path(b + ':' + a);
    CHECK(find_program("tool").path == second);
    CHECK(find_program(first).path == first);
}

TEST_CASE("an empty part of PATH is the current folder") {
    const Programs programs;
    const std::string here = programs.folder("here");
    programs.add("here/tool", 0755);
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(here);
    for (const char* path : {"", ":/nowhere", "/nowhere:", "/nowhere::/other"}) {
        CAPTURE(path);
        Programs::set_path(path);
        CHECK(find_program("tool").path == "./tool");
    }
    std::filesystem::current_path(before);
}

TEST_CASE("without PATH the usual folders are searched") {
    const Programs programs;
    ::unsetenv("PATH");
    CHECK(find_program("sh").path == "/bin/sh");
}

TEST_CASE("a folder or a file that is not executable is passed over, and remembered") {
    const Programs programs;
    programs.folder("a/tool");
    programs.add("b/tool", 0644);
    const std::string third = programs.add("c/tool", 0755);
    const std::string a = programs.folder("a"), b = programs.folder("b"), c = programs.folder("c");
    Programs::set_path(a + ':' + b + ':' + c);
    CHECK(find_program("tool").path == third);

    Programs::set_path(a + ':' + b);
    const auto denied = find_program("tool");
    REQUIRE(denied.failure);
    CHECK(denied.failure->exit_status == 126);
    CHECK(denied.failure->message == "tool: not executable, or not for this user");

    Programs::set_path(a);
    const auto missing = find_program("tool");
    REQUIRE(missing.failure);
    CHECK(missing.failure->exit_status == 127);
    CHECK(missing.failure->message == "tool: not found");
}

TEST_CASE("a name with a slash is that file and no other") {
    const Programs programs;
    programs.add("a/tool", 0755);
    const std::string plain = programs.add("a/plain", 0644), folder = programs.folder("a");
    Programs::set_path(folder);
    struct Row {
        std::string name;
        int exit_status;
        std::string message;
    };
    for (const Row& row :
         {Row{"./no/such/tool", 127, "./no/such/tool: not found"}, Row{folder, 126, folder + ": is a directory"},
          Row{plain, 126, plain + ": not executable, or not for this user"},
          Row{plain + "/tool", 126, plain + "/tool: cannot be run: Not a directory"}}) {
        const auto found = find_program(row.name);
        REQUIRE(found.failure);
        CHECK(found.failure->exit_status == row.exit_status);
        CHECK(found.failure->message == row.message);
    }
}
