// How a format's file hands its writer to the registry without a header of its own: it includes this and ends with
// `template std::unique_ptr<Writer> make<ItsWriter>(Sink&, const Style&);`.
#pragma once

#include <memory>

#include "report/registry.hpp"

namespace connprobe::report {

template <class Format>
std::unique_ptr<Writer> make(Sink& sink, const Style& style) {
    return std::make_unique<Format>(sink, style);
}

}  // namespace connprobe::report
