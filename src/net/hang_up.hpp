// How a connection came to its end, where reading has found nothing but an end.
#pragma once

namespace connprobe::net {

/// ECONNRESET, EPIPE (what we sent met a connection that the peer had closed already), or 0: it stands, or its peer has
/// closed it politely. The socket tells it once.
[[nodiscard]] int hang_up_error(int descriptor) noexcept;

}  // namespace connprobe::net
