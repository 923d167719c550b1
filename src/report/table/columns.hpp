// The columns of the table. A new one is a row in columns.cpp.
#pragma once

#include <span>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// What all lines of one table share.
struct Sheet {
    const Look& look;
    WallTime started_at;
    Duration scale{};              ///< what a whole bar stands for; 0: nothing took any time
    bool addresses_tell = true;    ///< some address is not what the name says already
    bool some_unverified = false;  ///< some server's certificate was not verified
    bool time_shown = true;        ///< the column TIME is there
    Goal goal{};                   ///< of every server
    bool kept_open = false;        ///< connections were opened to be kept: their columns instead of time and phases
};

/// How wide a cell wants to be. Narrower than `least` it is better left out, if that may be; `bare` is the very least.
struct Need {
    std::size_t bare = 0, least = 0, full = 0;
};

struct Column {
    std::string_view heading;
    bool right_aligned;
    int worth;  ///< on a narrow terminal the lowest is dropped first and the highest gets room first
    bool droppable;
    Need (*need)(const Result& result, const Sheet& sheet);
    Cell (*make)(const Result& result, const Sheet& sheet, std::size_t room);  ///< nothing wider than `room`
};

[[nodiscard]] std::span<const Column> columns() noexcept;

/// The column in which the bars are, and that of the time.
[[nodiscard]] bool holds_bars(const Column& column) noexcept;
[[nodiscard]] bool holds_time(const Column& column) noexcept;

/// Was this server's certificate taken unseen? Such servers carry a sign beside their mark.
[[nodiscard]] bool is_unverified(const Result& result) noexcept;

/// Where the server is: its address and port, or its proxy's, or as its user wrote it while no address is known.
[[nodiscard]] std::string address_of(const Result& result);

}  // namespace connprobe::report::table
