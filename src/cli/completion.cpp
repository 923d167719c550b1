#include <array>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/completion/scripts.hpp"
#include "config/choice.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {

int completion_command(const Options& options) {
    const std::string& shell = options.words.front();
    if (shell == "bash") return os::print(completion::bash_script());
    if (shell == "zsh") return os::print(completion::zsh_script());
    if (shell == "fish") return os::print(completion::fish_script());
    constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};
    os::complain("connprobe: completion: " + config::no_choice(shell, shells) + '\n');
    return 2;
}

}  // namespace connprobe::cli
