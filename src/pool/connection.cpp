#include "connprobe/pool/connection.hpp"

#include <exception>
#include <utility>

#include "pool/extras.hpp"
#include "pool/loan.hpp"
#include "pool/server.hpp"

namespace connprobe {

Connection::Connection() noexcept = default;
Connection::Connection(std::shared_ptr<pool::Loan> loan) noexcept : loan_{std::move(loan)} {}
Connection::Connection(Connection&& other) noexcept = default;

Connection& Connection::operator=(Connection&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    loan_ = std::move(other.loan_);
    return *this;
}

// In the middle of an exception, nobody knows how far the program had come with it.
Connection::~Connection() { std::uncaught_exceptions() > 0 ? discard() : give_back(); }

Connection::executor_type Connection::get_executor() const noexcept { return executor_of(*loan_); }
ConnectionId Connection::id() const noexcept { return loan_->id(); }
const Target& Connection::server() const noexcept { return loan_->home().target(); }
const std::string& Connection::address() const noexcept { return loan_->held().address; }
const PhaseTimes& Connection::latency() const noexcept { return loan_->held().latency; }
const TlsFacts* Connection::tls() const noexcept { return loan_->held().tls.get(); }
std::optional<Failure> Connection::failure() const { return loan_->failure(); }

void Connection::give_back() noexcept {
    if (const auto loan = std::exchange(loan_, nullptr)) loan->end(pool::Return::usable);
}

void Connection::discard() noexcept {
    if (const auto loan = std::exchange(loan_, nullptr)) loan->end(pool::Return::discarded);
}

int Connection::release() noexcept {
    const int descriptor = loan_ ? loan_->release() : -1;
    if (descriptor >= 0) loan_.reset();
    return descriptor;
}

Connection::executor_type Connection::executor_of(const pool::Loan& loan) noexcept { return loan.home().executor(); }

void Connection::start_read(std::shared_ptr<pool::Loan> loan, asio::mutable_buffer buffer,
                            std::unique_ptr<Moved> moved) {
    loan->move({true, static_cast<char*>(buffer.data()), buffer.size()}, std::move(moved));
}

void Connection::start_write(std::shared_ptr<pool::Loan> loan, asio::const_buffer buffer,
                             std::unique_ptr<Moved> moved) {
    // Only read from: what is written is not touched.
    auto* data = const_cast<char*>(static_cast<const char*>(buffer.data()));
    loan->move({false, data, buffer.size()}, std::move(moved));
}

net::Stream& pool::stream_of(Connection& connection) { return connection.loan_->held().stream; }

}  // namespace connprobe
