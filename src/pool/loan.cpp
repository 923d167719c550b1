#include "pool/loan.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/error.hpp>
#include <string_view>
#include <utility>

#include "pool/server.hpp"

namespace connprobe::pool {

namespace {

std::error_code error_of(const net::Transfer& transfer) {
    switch (transfer.end) {
        case net::Transfer::End::moved: return {};
        case net::Transfer::End::closed: return asio::error::eof;
        default: break;
    }
    if (transfer.error != 0) return {transfer.error, asio::error::get_system_category()};
    return std::make_error_code(std::errc::protocol_error);
}

}  // namespace

// An operation that has to wait. All of it happens where its handler will be called; only the socket is waited for on the
// pool's thread.
class Loan::Moving : public std::enable_shared_from_this<Moving> {
public:
    Moving(std::shared_ptr<Loan> loan, Bytes bytes, std::unique_ptr<Moved> moved)
        : loan_{std::move(loan)}, bytes_{bytes}, moved_{std::move(moved)} {
        ++loan_->moving_;
    }

    void begin(net::Need need) {
        moved_->on_cancel([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->cancel();
        });
        wait(need);
    }

private:
    void wait(net::Need need) {
        auto on_ready = [self = shared_from_this()](const std::error_code&) {
            self->moved_->run([self] { self->go_on(); });
        };
        loan_->held_->stream.socket().when_ready(need, asio::bind_cancellation_slot(stop_.slot(), std::move(on_ready)));
    }

    void cancel() {
        cancelled_ = true;
        stop_.emit(asio::cancellation_type::all);
    }

    void go_on() {
        std::error_code error = asio::error::operation_aborted;
        std::size_t count = 0;
        if (loan_->held_ && !cancelled_) {
            const auto need = loan_->try_move(bytes_, error, count);
            if (need != net::Need::nothing) return wait(need);
        }
        --loan_->moving_;
        loan_->cut_ = loan_->cut_ || cancelled_;
        std::exchange(moved_, nullptr)->dispatch(error, count);
    }

    std::shared_ptr<Loan> loan_;
    Bytes bytes_;
    std::unique_ptr<Moved> moved_;
    asio::cancellation_signal stop_;
    bool cancelled_ = false;
};

Loan::Loan(std::shared_ptr<Server> home, ConnectionId id, std::unique_ptr<Held> held)
    : home_{std::move(home)}, id_{id}, held_{std::move(held)} {}

net::Need Loan::try_move(Bytes bytes, std::error_code& error, std::size_t& count) {
    net::Transfer transfer;
    auto& stream = held_->stream;
    const auto need = bytes.reading ? stream.try_read({bytes.data, bytes.size}, transfer)
                                    : stream.try_write(std::string_view{bytes.data, bytes.size}, transfer);
    if (need != net::Need::nothing) return need;
    if (transfer.end != net::Transfer::End::moved)
        failure_ = break_of(transfer, home_->target().name, "while it was in use");
    error = error_of(transfer);
    count = transfer.bytes;
    return need;
}

void Loan::move(Bytes bytes, std::unique_ptr<Moved> moved) {
    if (bytes.size == 0) return moved->post({}, 0);
    std::error_code error;
    std::size_t count = 0;
    const auto need = try_move(bytes, error, count);
    if (need == net::Need::nothing) return moved->post(error, count);
    std::make_shared<Moving>(shared_from_this(), bytes, std::move(moved))->begin(need);
}

void Loan::end(Return how) noexcept {
    auto held = std::move(held_);
    if (!held) return;
    if (how == Return::usable && failure_) how = Return::broken;
    if (how == Return::usable && (moving_ > 0 || cut_)) how = Return::discarded;
    home_->come_home(id_, std::move(held), how, failure_);
}

int Loan::release() noexcept {
    if (!held_ || held_->stream.ssl() != nullptr) return -1;
    const int descriptor = held_->stream.socket().release();
    if (descriptor >= 0) end(Return::released);
    return descriptor;
}

}  // namespace connprobe::pool
