// How an operation of the pool ends: whoever began it is told once, on the executor that they chose.
#pragma once

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace connprobe::detail {

/// The handler that a completion token was turned into, whatever its type. Keeps the executor it is called on at work.
template <class... Results>
class Completion {
public:
    virtual ~Completion() = default;

    /// Both call the handler, which then is used up. From within the function that began the operation, only `post` may.
    virtual void dispatch(Results... results) = 0;
    virtual void post(Results... results) = 0;

    /// Calls a function where the handler would be called.
    virtual void run(std::function<void()> function) = 0;

    /// `cancel` is called, where the handler would be called, when the operation is to be cancelled. Only from within the
    /// function that began the operation.
    virtual void on_cancel(std::function<void()> cancel) = 0;
};

template <class Handler, class... Results>
class HandlerCompletion final : public Completion<Results...> {
public:
    HandlerCompletion(Handler handler, const asio::io_context::executor_type& otherwise)
        : handler_{std::move(handler)}, work_{asio::get_associated_executor(handler_, otherwise)} {}

    void dispatch(Results... results) override {
        const auto executor = work_.get_executor();
        asio::dispatch(executor, bound(std::move(results)...));
    }
    void post(Results... results) override {
        const auto executor = work_.get_executor();
        asio::post(executor, bound(std::move(results)...));
    }
    void run(std::function<void()> function) override { asio::dispatch(work_.get_executor(), std::move(function)); }

    void on_cancel(std::function<void()> cancel) override {
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) slot.assign([cancel = std::move(cancel)](asio::cancellation_type_t) { cancel(); });
    }

private:
    using Executor = typename asio::associated_executor<Handler, asio::io_context::executor_type>::type;

    // The work ends where the handler is called: ended by another thread, it might end in the middle of this one's exit.
    auto bound(Results... results) {
        return [handler = std::move(handler_), work = std::move(work_),
                results = std::tuple<Results...>{std::move(results)...}]() mutable {
            asio::get_associated_cancellation_slot(handler).clear();
            std::apply(std::move(handler), std::move(results));
        };
    }

    Handler handler_;
    asio::executor_work_guard<Executor> work_;
};

template <class... Results, class Handler>
[[nodiscard]] std::unique_ptr<Completion<Results...>> make_completion(
    Handler handler, const asio::io_context::executor_type& otherwise) {
    return std::make_unique<HandlerCompletion<Handler, Results...>>(std::move(handler), otherwise);
}

}  // namespace connprobe::detail
