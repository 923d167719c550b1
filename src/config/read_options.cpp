#include "config/read_options.hpp"

#include <string>
#include <utility>

#include "config/read_layer.hpp"
#include "config/retry_rule.hpp"

namespace connprobe::config {
namespace {

/// All --retry-rule together, which are one list.
void add_rules(const std::vector<OptionValue>& options, SourceNames& names, Problems& problems, Layer& layer) {
    std::vector<RuleSpec> rules;
    std::vector<Spot> spots;
    bool good = true;
    for (const auto& option : options) {
        if (option.key != info(Key::retry_rules).path) continue;
        spots.push_back({names.add(option.option), {}});
        auto rule = parse_rule(option.value);
        if (rule) {
            rules.push_back(std::move(*rule));
        } else {
            problems.error(spots.back(), nullptr, rule.problem);
            good = false;
        }
    }
    if (!good || rules.empty()) return;
    if (const auto unreachable = find_unreachable(rules)) {
        problems.error(spots[unreachable->index], nullptr,
                       format_rule(rules[unreachable->index]) + " can never be reached: " + unreachable->why);
        return;
    }
    layer.push_back({Key::retry_rules, std::move(rules), spots.front()});
}

}  // namespace

Layer read_options(const std::vector<OptionValue>& options, SourceNames& names, Problems& problems) {
    Layer layer;
    for (const auto& option : options) {
        const auto* key = find_key_by_path(option.key);
        if (key == nullptr) {
            problems.error(option.option + ": not supported by this version");
            continue;
        }
        if (key->key == Key::retry_rules) continue;
        Node node;
        node.kind = NodeKind::string;
        node.substituted = true;
        node.text = option.value;
        Layer one;
        const Reading reading{problems, names.add(option.option), {}};
        read_setting(*key, node, nullptr, reading, one);
        for (auto& setting : one) {
            std::erase_if(layer,
                          [&](const Setting& earlier) { return earlier.key == setting.key; });  // the last one counts
            layer.push_back(std::move(setting));
        }
    }
    add_rules(options, names, problems, layer);
    const Reading reading{problems, 0, {}};
    check_level(layer, nullptr, reading);
    return layer;
}

}  // namespace connprobe::config
