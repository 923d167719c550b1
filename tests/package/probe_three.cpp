#include <connprobe/prober.hpp>
#include <iostream>
int main(int, char** ports) {
    std::vector<connprobe::Target> servers(3,
                                           {.host = "127.0.0.1", .settings = std::make_shared<connprobe::Settings>()});
    for (auto& server : servers) server.port = static_cast<std::uint16_t>(std::stoi(server.name = *++ports));
    const auto outcome = connprobe::Prober{}.run(servers, {}, [](connprobe::Event&& event) {
        if (const auto* done = std::get_if<connprobe::Finished>(&event))
            std::cout << done->result.target->name << ' ' << to_string(done->result.status) << '\n';
    });
    return outcome.summary.exit_status;
}
