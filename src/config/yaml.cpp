#include "config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <map>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

#include "config/json.hpp"
#include "config/quote.hpp"
#include "config/tree_builder.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

/// Ends the parsing when a problem was reported: an event of yaml-cpp has no other way to say so.
struct Abort {};

/// A view as a stream, without a copy.
class ViewBuffer : public std::streambuf {
public:
    explicit ViewBuffer(std::string_view text) {
        auto* begin = const_cast<char*>(text.data());  // get area only: nothing is written
        setg(begin, begin, begin + text.size());
    }
};

class Handler : public YAML::EventHandler {
public:
    Handler(std::string_view text, TreeBuilder& tree) : text_(text), tree_(tree) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (std::exchange(has_document_, true)) fail(place(mark), "a second document: one list a file");
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        scalar(mark, NodeKind::null, "null", anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, NodeKind::list, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, NodeKind::object, tag, anchor);
    }
    void OnMapEnd() override { close(); }

    /// Columns count characters; yaml-cpp's count bytes.
    [[nodiscard]] Place place(const YAML::Mark& mark) const {
        const auto end = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
        const auto start = end - std::min(end, static_cast<std::size_t>(std::max(mark.column, 0)));
        const auto line = text_.substr(start, end - start);
        const auto characters =
            line.size() - static_cast<std::size_t>(std::count_if(line.begin(), line.end(), continues_character));
        return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(characters + 1)};
    }

private:
    struct Level {
        bool is_object;
        bool key_is_next;
    };

    [[noreturn]] void fail(Place place, const std::string& text) {
        tree_.error(place, text);
        throw Abort{};
    }
    static void check(bool good) {
        if (!good) throw Abort{};
    }

    [[nodiscard]] bool key_is_next() const {
        return !levels_.empty() && levels_.back().is_object && levels_.back().key_is_next;
    }
    /// A value has ended: in an object a key follows.
    void value_done() {
        if (!levels_.empty()) levels_.back().key_is_next = true;
    }
    void scalar(const YAML::Mark& mark, NodeKind kind, std::string_view value, YAML::anchor_t anchor);
    void open(const YAML::Mark& mark, NodeKind kind, const std::string& tag, YAML::anchor_t anchor);
    void close() {
        tree_.close();
        levels_.pop_back();
        value_done();
    }
    void remember(YAML::anchor_t anchor) {
        if (anchor != 0) anchors_[anchor] = tree_.next_position();
    }

    std::string_view text_;
    TreeBuilder& tree_;
    std::vector<Level> levels_;
    std::map<YAML::anchor_t, std::vector<std::size_t>> anchors_;
    std::size_t aliased_ = 0;
    bool has_document_ = false;
};

void Handler::scalar(const YAML::Mark& mark, NodeKind kind, std::string_view value, YAML::anchor_t anchor) {
    if (key_is_next()) {
        tree_.key(value, place(mark));
        levels_.back().key_is_next = false;
        return;
    }
    remember(anchor);
    check(tree_.scalar(kind, value, place(mark)));
    value_done();
}

void Handler::open(const YAML::Mark& mark, NodeKind kind, const std::string& tag, YAML::anchor_t anchor) {
    if (key_is_next()) fail(place(mark), "a key that is a list or an object: keys are words");
    if (!tag.empty() && tag != "?" && tag != "!") fail(place(mark), "the tag " + in_quotes(tag) + " is not read");
    remember(anchor);
    check(tree_.open(kind, place(mark)));
    levels_.push_back({kind == NodeKind::object, true});
}

void Handler::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
    const bool is_plain = tag == "?";
    if (!is_plain && tag != "!" && !tag.empty() && tag != "tag:yaml.org,2002:str") {
        fail(place(mark), "the tag " + in_quotes(tag) + " is not read");
    }
    auto kind = NodeKind::string;
    if (is_plain && (value == "true" || value == "false")) kind = NodeKind::boolean;
    if (is_plain && (value == "null" || value == "~")) kind = NodeKind::null;
    if (is_plain && is_json_number(value)) kind = NodeKind::number;
    scalar(mark, kind, value, anchor);
}

void Handler::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const auto where = place(mark);
    const auto found = anchors_.find(anchor);
    if (key_is_next() || found == anchors_.end()) fail(where, "an alias for a key: write the key out");
    const Node* node = tree_.at(found->second);
    if (node == nullptr) fail(where, "an alias for the value that it stands in");
    aliased_ += size_of(*node);
    if (aliased_ > most_aliased_nodes) fail(where, "aliases stand for more than 500,000 values");
    check(tree_.copy(*node, where));
    value_done();
}

std::string_view line_of(std::string_view text, std::uint32_t line) noexcept {
    for (; line > 1 && !text.empty(); --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    return text.substr(0, text.find('\n'));
}

/// Where the first character stands that no YAML has (YAML 1.2 §5.1); yaml-cpp would take U+0004 for the end and NUL for
/// another character. Line 0 if there is none.
Place find_control_character(std::string_view text) noexcept {
    Place place{1, 0};
    for (const char byte : text) {
        if (!continues_character(byte)) ++place.column;
        const auto code = static_cast<unsigned char>(byte);
        if (byte == '\n') {
            place = {place.line + 1, 0};
        } else if (code == 0x7F || (code < 0x20 && byte != '\t' && byte != '\r')) {
            return place;
        }
    }
    return {};
}

/// What may have gone wrong on the line: inside { } the braces of a variable end the object.
std::string_view hint(std::string_view line, std::string_view parser) noexcept {
    const auto variable = line.find("${");
    if (variable != line.npos && line.find('{') < variable) return ": inside { } write \"${NAME}\" in quotes";
    const auto indent = line.substr(0, line.find_first_not_of(" \t"));
    if (indent.find('\t') != indent.npos) return ": a tab at the beginning of the line; indent it with spaces";
    const bool is_out_of_line = parser == YAML::ErrorMsg::MAP_VALUE || parser == YAML::ErrorMsg::BLOCK_ENTRY ||
                                parser == YAML::ErrorMsg::END_OF_MAP || parser == YAML::ErrorMsg::END_OF_SEQ;
    if (!is_out_of_line) return "";
    return ": does this line begin in the same column as its neighbours? Text with \": \" in it stands in quotes";
}

}  // namespace

bool read_yaml(std::string_view text, std::uint32_t source, Document& document, Problems& problems) {
    if (const auto place = find_control_character(text); place.line != 0) {
        problems.error({source, place}, nullptr, "not YAML: a control character, such as NUL");
        return false;
    }
    TreeBuilder tree{document, problems, source};
    Handler handler{text, tree};
    try {
        ViewBuffer buffer{text};
        std::istream stream{&buffer};
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(handler)) {
        }
    } catch (const Abort&) {
        return false;
    } catch (const YAML::ParserException& error) {
        const auto place = handler.place(error.mark);
        tree.error(place, "not YAML: " + quotable(error.msg) + std::string{hint(line_of(text, place.line), error.msg)});
        return false;
    }
    return true;
}

}  // namespace connprobe::config
