// connprobe: which servers can be connected to, how fast, and if not, why not?
#include <exception>
#include <new>
#include <string>

#include "cli/commands.hpp"
#include "os/standard_streams.hpp"

int main(int argc, char** argv) {
    constexpr int tool_failed = 4;
    connprobe::os::reserve_standard_streams();
    try {
        return connprobe::cli::run(argc, argv);
    } catch (const std::bad_alloc&) {
        connprobe::os::complain("connprobe: out of memory\n");
    } catch (const std::exception& error) {
        connprobe::os::complain(
            "connprobe: this is a fault of connprobe, please report it: " + std::string{error.what()} + '\n');
    }
    return tool_failed;
}
