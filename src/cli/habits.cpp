#include "cli/habits.hpp"

#include <algorithm>
#include <array>

namespace connprobe::cli {
namespace {

struct Habit {
    std::string_view letter, name, instead;
};

constexpr std::string_view in_a_list = "what HTTP sends stands in a list: check: {method, path, headers, body}";

constexpr std::array habits{
    Habit{"-X", "--request", in_a_list},
    Habit{"-H", "--header", in_a_list},
    Habit{"-d", "--data", in_a_list},
    Habit{"-I", "--head", in_a_list},
    Habit{"-L", "--location", "redirects are not followed: give the URL that they lead to"},
    Habit{"-u", "--user", "write user and password into the URL, as USER:PASSWORD@ before its host"},
    Habit{"-x", "", "write --proxy URL"},
    Habit{"-m", "--max-time", "write --timeout TIME"},
    Habit{"-w", "", "write --timeout TIME"},
    Habit{"-z", "", "leave it out: nothing is sent to HOST:PORT in any case"},
    Habit{"-p", "--port", "write the port behind the host, HOST:PORT"},
    Habit{"", "--host", "write HOST:PORT"},
    Habit{"", "--strict", "leave it out: the command runs only when enough servers are up"},
};

}  // namespace

std::string_view of_another_tool(std::string_view option) noexcept {
    const auto found = std::ranges::find_if(
        habits, [&](const Habit& habit) { return option == habit.letter || option == habit.name; });
    return found == habits.end() ? std::string_view{} : found->instead;
}

}  // namespace connprobe::cli
