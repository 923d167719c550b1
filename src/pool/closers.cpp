#include "pool/closers.hpp"

namespace connprobe::pool {

namespace {

void tell(const Closers::Closer& closer) {
    if (*closer) std::exchange(*closer, nullptr)->post();
}

}  // namespace

Closers::Closer Closers::closer(const net::Executor& pool, std::unique_ptr<detail::Completion<>> completion) {
    const auto closer = std::make_shared<std::unique_ptr<detail::Completion<>>>(std::move(completion));
    if (!*closer) return closer;
    (*closer)->on_cancel([weak = std::weak_ptr{closer}, pool] {
        asio::post(pool, [weak] {
            if (const auto waiting = weak.lock()) tell(waiting);
        });
    });
    return closer;
}

void Closers::tell_all() {
    for (const auto& closer : std::exchange(waiting_, {})) tell(closer);
}

}  // namespace connprobe::pool
