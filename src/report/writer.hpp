// What every output format is: it hears of the run, of each result as it comes, and of the end.
#pragma once

#include <cstddef>
#include <string_view>

#include "connprobe/result.hpp"

namespace connprobe::report {

/// Where bytes go. Failures to write are kept by the sink and asked for by its owner, never by a writer.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void write(std::string_view bytes) = 0;
    virtual void flush() = 0;  ///< hands everything on to the system now (a line-buffered format calls it by line)
};

/// How text may look where it goes.
struct Style {
    std::size_t columns = 0;  ///< of the terminal; 0: none, no line is shortened
    bool colour = false;
    bool utf8 = true;       ///< false: ASCII only
    bool show_all = false;  ///< --all: every server in the table, however many
};

class Writer {
public:
    virtual ~Writer() = default;
    virtual void begin(const RunInfo& run) = 0;
    /// As results come, in any order. The reference stays valid until `end` has returned.
    virtual void result(const Result& result) = 0;
    virtual void end(const Summary& summary) = 0;
};

}  // namespace connprobe::report
